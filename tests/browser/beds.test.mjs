// A stay by keyboard, in French and in Arabic: ordered, admitted, moved to another ward's bed, out in four steps with the
// bed free at departure, cleaned, and promised to the next; and the boards that follow.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { none, openBrowser, overflow, pictures as picturesIn, picturesOf, sit, watch, WIDE } from "./browser.mjs";
import { Hands } from "./hands.mjs";
import { ownSite, until } from "./site.mjs";

const pictures = picturesIn(picturesOf("beds"));
let site, browser;
before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

const WORDS = {
  fr: { plan: /^Préparer l’admission/, order: /^Ordonner/, admit: /^Admettre/, transfer: /^Transférer/, decide: /^Décider/, depart: /départ de/, done: /^Fait/, gone: "Parti", closed: "Clos", dirty: "sale", cleaned: "propre", free: "libre", cleaning: /^Commencer/, clean: /^Propre/, promise: /^Promettre/, promised: "Promise à" },
  ar: { plan: /^تهيئة قبول/, order: /^الأمر بقبول/, admit: /^قبول/, transfer: /^نقل/, decide: /^تقرير خروج/, depart: /^تسجيل مغادرة/, done: /^تم/, gone: "غادر", closed: "مغلقة", dirty: "متسخ", cleaned: "نظيف", free: "شاغر", cleaning: /^بدء التنظيف/, clean: /^نظيف/, promise: /^حجز/, promised: "موعود لـ" },
};

/** The places that are offered, by ward. */
const offered = (page, selector) => page.locator(`${selector} optgroup`).first().locator("option").evaluateAll((all) => all.map((one) => [one.value, one.textContent]));

/** Keys that an act may take, the way to its fields counted. */
const MOST = { plan: 8, order: 7, admit: 20, transfer: 34, decide: 16, depart: 34, exit: 50, promise: 30, clean: 12, transport: 12 };

async function at(role, lang) {
  const context = await sit(browser, site, { role }, { lang });
  const page = await context.newPage();
  return { context, page, hands: new Hands(page), ...watch(page, site) };
}

async function person(id) {
  await site.put({ resourceType: "Patient", id, active: true, gender: "female", birthDate: "1980", name: [{ family: "Lamsayeh", given: [id] }] });
}

for (const lang of ["fr", "ar"]) {
  test(`a stay by keyboard from the order to the next patient (${lang})`, async () => {
    const words = WORDS[lang];
    const [first, second] = [`bed-${lang}-1`, `bed-${lang}-2`];
    await person(first);
    await person(second);
    const people = Object.fromEntries(await Promise.all(["registration-clerk", "physician", "bed-manager", "cleaner"].map(async (role) => [role, await at(role, lang)])));
    const [clerk, physician, manager, cleaner] = ["registration-clerk", "physician", "bed-manager", "cleaner"].map((role) => people[role].page);
    const [desk, doctor, broom] = ["registration-clerk", "physician", "cleaner"].map((role) => people[role].hands);
    const stay = (page, id) => page.goto(`${site.base}/patients/${id}/admission`);

    for (const id of [first, second]) {
      await stay(clerk, id);
      await desk.go(words.plan);
      desk.took("prepare a stay", MOST.plan);
      await stay(physician, id);
      await doctor.go(words.order);
      doctor.took("order an admission", MOST.order);
    }
    await stay(clerk, first);
    if (lang === "fr") await pictures(people["registration-clerk"].context, clerk, "admit", site.base);
    const places = await offered(clerk, "#to-admit");
    assert.ok(places.length > 5, `${places.length} places are offered`);
    const [bed, other] = [places[0][0], places.find(([, name]) => name.split(" · ")[0] !== places[0][1].split(" · ")[0])[0]];
    await desk.choose("#to-admit", bed);
    await desk.go(words.admit);
    desk.took("admit to a bed", MOST.admit);

    // Another ward's bed; the board of that ward is open and learns of it.
    const ward = other.split("-").slice(0, 2).join("-");
    await manager.goto(`${site.base}/beds/${ward}`);
    const card = manager.locator(`#place-${other}`);
    // How it is, apart from what may be done with it.
    const states = card.locator(".bed-states");
    assert.match(await states.innerText(), new RegExp(words.free));
    const mover = await at("bed-manager", lang);
    await stay(mover.page, first);
    if (lang === "fr") await pictures(mover.context, mover.page, "running", site.base);
    await mover.hands.choose("#to-transfer", other);
    await mover.hands.go(words.transfer);
    mover.hands.took("transfer to another unit's bed", MOST.transfer);
    await until("the board shows who came", async () => /LAMSAYEH/.test(await card.innerText()));
    if (lang === "fr") {
      await pictures(people["bed-manager"].context, manager, "board", site.base);
      await manager.goto(`${site.base}/beds/${ward}?wall=1`);
      await pictures(people["bed-manager"].context, manager, "wall", site.base);
      // BED-8: on a screen of a ward nothing stands beside it, and what has to be read from afar is large.
      await manager.setViewportSize({ width: 1920, height: 1080 });
      assert.equal(await manager.locator(".rail, .bar").count(), 0, "nothing stands beside a wall");
      const size = (selector) => manager.locator(selector).evaluateAll((all) => Math.min(...all.map((one) => parseFloat(getComputedStyle(one).fontSize))));
      assert.ok((await size(".wall .bed h3, .wall .bed-who, .wall .bed-counts dd")) >= 28, "names of beds and people");
      assert.ok((await size(".wall .bed .badge, .wall .bed-counts dt")) >= 22, "states and heads");
      none(await overflow(manager), "the wall at 1920");
      assert.ok(!/LAMSAYEH/.test(await manager.locator("main").innerText()), "no name on a wall");
      await manager.screenshot({ path: join(picturesOf("beds"), "wall.fr.1920.png") });
      await manager.setViewportSize(WIDE);
      await manager.goto(`${site.base}/beds`);
      await pictures(people["bed-manager"].context, manager, "group", site.base);
      await manager.goto(`${site.base}/beds/${ward}`);
    }

    await stay(physician, first);
    await doctor.go(words.decide);
    doctor.took("decide that a patient may go", MOST.decide);
    await stay(mover.page, first);
    await mover.hands.go(words.depart);
    mover.hands.took("record the departure", MOST.depart);
    await until("the place is free and dirty", async () => {
      const said = await states.innerText();
      return said.includes(words.free) && said.includes(words.dirty);
    });
    await stay(clerk, first);
    assert.match(await clerk.locator("main").innerText(), new RegExp(words.gone));
    for (let number = 1; number <= 4; number += 1) {
      if (number === 2 && lang === "fr") await pictures(people["registration-clerk"].context, clerk, "exit", site.base);
      await desk.fill("#step-text", number === 2 ? "Q-2026-17" : `N-${number}`);
      await desk.go(words.done);
    }
    desk.took("the four steps of the exit", MOST.exit);
    assert.match(await clerk.locator("#admission-movements").innerText(), new RegExp(words.closed));

    // Promised while it is dirty; cleaned by somebody who is shown no name.
    await stay(clerk, second);
    await clerk.goto(`${site.base}/beds/promise/${await clerk.locator("input[name=stay]").first().inputValue()}?ward=${ward}`);
    if (lang === "fr") await pictures(people["registration-clerk"].context, clerk, "promise", site.base);
    await desk.reach(clerk.locator(`button[value="${other}"]`));
    await desk.turn(() => desk.press("Enter"));
    desk.took("promise a place", MOST.promise);
    await until("the board shows the promise", async () => (await card.innerText()).includes(words.promised));
    await cleaner.goto(`${site.base}/beds/${ward}`);
    const dirty = cleaner.locator(`#place-${other}`);
    assert.doesNotMatch(await dirty.innerText(), /LAMSAYEH/);
    for (const name of [words.cleaning, words.clean]) {
      await broom.reach(dirty.getByRole("button", { name }));
      await broom.turn(() => broom.press("Enter"));
    }
    broom.took("clean a place, from begin to end", MOST.clean);
    await until("the board shows that it is clean", async () => (await states.innerText()).includes(words.cleaned));
    if (lang === "fr") {
      await manager.goto(`${site.base}/beds/${ward}/census`);
      await pictures(people["bed-manager"].context, manager, "census", site.base);
    }
    for (const { faults } of [...Object.values(people), mover]) none(faults);
    await Promise.all([...Object.values(people), mover].map(({ context }) => context.close()));
  });
}

test("a porter takes a transport on and ends it by keyboard, and reads no name", async () => {
  await person("bed-carried");
  const coded = (system, code) => ({ coding: [{ system, code }] });
  const subject = { reference: "Patient/bed-carried" };
  await site.put({ resourceType: "Flag", id: "bed-flag", status: "active", subject, category: [coded("http://terminology.hl7.org/CodeSystem/flag-category", "safety")], code: { text: "Isolement contact" } });
  const places = (await site.fhir("Location?_count=500")).entry.map(({ resource }) => resource);
  const [from, to] = ["bd", "wa"].map((code) => places.find((place) => place.physicalType?.coding?.[0]?.code === code));
  await site.put({
    resourceType: "Task", id: "bed-task", status: "requested", intent: "order", code: coded("urn:rihla:task", "transport"), for: subject, authoredOn: new Date(Date.now() - 9 * 60_000).toISOString(),
    location: { reference: `Location/${from.id}` },
    input: [{ type: coded("urn:rihla:task", "to"), valueReference: { reference: `Location/${to.id}` } }, { type: coded("urn:rihla:task", "precaution"), valueReference: { reference: "Flag/bed-flag" } }],
  });
  const { context, page, hands, faults } = await at("porter", "fr");
  await page.goto(`${site.base}/beds/transports`);
  assert.match(await page.locator("main").innerText(), /Isolement contact/);
  assert.doesNotMatch(await page.locator("main").innerText(), /LAMSAYEH/);
  await pictures(context, page, "transports", site.base);
  await hands.go(/^Je prends/);
  await hands.go(/^Arrivé/);
  hands.took("take a transport on and end it", MOST.transport);
  assert.match(await page.locator("main").innerText(), /Aucun transport/);
  none(faults);
  await context.close();
});
