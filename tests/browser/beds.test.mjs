// A stay by keyboard, in French and in Arabic: ordered, admitted, moved to another ward's bed, out in four steps with the
// bed free at departure, cleaned, and promised to the next; and the boards that follow.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { none, openBrowser, pictures as picturesIn, picturesOf, sit, watch } from "./browser.mjs";
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
  fr: { plan: /^Préparer l’admission/, order: /^Ordonner/, admit: /^Admettre/, transfer: /^Transférer/, decide: /^Décider/, depart: /départ de/, done: /^Fait/, gone: "Parti", closed: "Clos", dirty: "sale", free: "libre", cleaning: /^Commencer/, clean: /^Propre/, promise: /^Promettre/, promised: "Promise à" },
  ar: { plan: /^تهيئة قبول/, order: /^الأمر بقبول/, admit: /^قبول/, transfer: /^نقل/, decide: /^تقرير خروج/, depart: /^تسجيل مغادرة/, done: /^تم/, gone: "غادر", closed: "مغلقة", dirty: "متسخ", free: "شاغر", cleaning: /^بدء التنظيف/, clean: /^نظيف/, promise: /^حجز/, promised: "موعود لـ" },
};

/** Presses a button as somebody without a mouse does. */
async function press(page, name) {
  const button = page.getByRole("button", { name }).first();
  await button.focus();
  const turned = page.waitForResponse((answer) => answer.request().method() === "GET" && answer.request().resourceType() === "document");
  await page.keyboard.press("Enter");
  await turned;
  await page.waitForLoadState();
  assert.equal(await page.locator("[role=alert]").count(), 0, await page.locator("main").innerText());
}

/** Chooses in a list by typing what the wanted choice says. */
async function choose(page, selector, value) {
  const list = page.locator(selector).first();
  await list.focus();
  const steps = await list.evaluate((select, wanted) => [...select.options].findIndex((option) => option.value === wanted), value);
  assert.ok(steps > 0, `${value} is offered`);
  for (let step = 0; step < steps; step += 1) await page.keyboard.press("ArrowDown");
  assert.equal(await list.inputValue(), value);
}

/** The places that are offered, by ward. */
const offered = (page, selector) => page.locator(`${selector} optgroup`).first().locator("option").evaluateAll((all) => all.map((one) => [one.value, one.textContent]));

async function at(role, lang) {
  const context = await sit(browser, site, { role }, { lang });
  const page = await context.newPage();
  return { context, page, ...watch(page, site) };
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
    const stay = (page, id) => page.goto(`${site.base}/patients/${id}/admission`);

    for (const id of [first, second]) {
      await stay(clerk, id);
      await press(clerk, words.plan);
      await stay(physician, id);
      await press(physician, words.order);
    }
    await stay(clerk, first);
    if (lang === "fr") await pictures(people["registration-clerk"].context, clerk, "admit", site.base);
    const places = await offered(clerk, "#to-admit");
    assert.ok(places.length > 5, `${places.length} places are offered`);
    const [bed, other] = [places[0][0], places.find(([, name]) => name.split(" · ")[0] !== places[0][1].split(" · ")[0])[0]];
    await choose(clerk, "#to-admit", bed);
    await press(clerk, words.admit);

    // Another ward's bed; the board of that ward is open and learns of it.
    const ward = other.split("-").slice(0, 2).join("-");
    await manager.goto(`${site.base}/beds/${ward}`);
    const card = manager.locator(`#place-${other}`);
    assert.match(await card.innerText(), new RegExp(words.free));
    const mover = await at("bed-manager", lang);
    await stay(mover.page, first);
    await choose(mover.page, "#to-transfer", other);
    if (lang === "fr") await pictures(mover.context, mover.page, "running", site.base);
    if (lang === "fr") await choose(mover.page, "#to-transfer", other);
    await press(mover.page, words.transfer);
    await until("the board shows who came", async () => /LAMSAYEH/.test(await card.innerText()));
    if (lang === "fr") {
      await pictures(people["bed-manager"].context, manager, "board", site.base);
      await manager.goto(`${site.base}/beds/${ward}?wall=1`);
      await pictures(people["bed-manager"].context, manager, "wall", site.base);
      await manager.goto(`${site.base}/beds`);
      await pictures(people["bed-manager"].context, manager, "group", site.base);
      await manager.goto(`${site.base}/beds/${ward}`);
    }

    await stay(physician, first);
    await press(physician, words.decide);
    await stay(mover.page, first);
    await press(mover.page, words.depart);
    await until("the place is free and dirty", async () => {
      const said = await card.innerText();
      return said.includes(words.free) && said.includes(words.dirty);
    });
    await stay(clerk, first);
    assert.match(await clerk.locator("main").innerText(), new RegExp(words.gone));
    for (let number = 1; number <= 4; number += 1) {
      await clerk.locator("#step-text").focus();
      await clerk.keyboard.type(`N-${number}`);
      if (number === 2 && lang === "fr") await pictures(people["registration-clerk"].context, clerk, "exit", site.base);
      if (number === 2) await clerk.locator("#step-text").fill("Q-2026-17");
      await press(clerk, words.done);
    }
    assert.match(await clerk.locator("#admission-movements").innerText(), new RegExp(words.closed));

    // Promised while it is dirty; cleaned by somebody who is shown no name.
    await stay(clerk, second);
    await clerk.goto(`${site.base}/beds/promise/${await clerk.locator("input[name=stay]").first().inputValue()}?ward=${ward}`);
    if (lang === "fr") await pictures(people["registration-clerk"].context, clerk, "promise", site.base);
    const line = clerk.locator(`button[value="${other}"]`);
    await line.focus();
    await clerk.keyboard.press("Enter");
    await clerk.waitForURL(/\/beds\//);
    await until("the board shows the promise", async () => (await card.innerText()).includes(words.promised));
    await cleaner.goto(`${site.base}/beds/${ward}`);
    const dirty = cleaner.locator(`#place-${other}`);
    assert.doesNotMatch(await dirty.innerText(), /LAMSAYEH/);
    for (const name of [words.cleaning, words.clean]) {
      await dirty.getByRole("button", { name }).focus();
      const turned = cleaner.waitForResponse((answer) => answer.request().resourceType() === "document" && answer.request().method() === "GET");
      await cleaner.keyboard.press("Enter");
      await turned;
      await cleaner.waitForLoadState();
    }
    await until("the board shows that it is clean", async () => !(await card.innerText()).includes(words.dirty));
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
  const { context, page, faults } = await at("porter", "fr");
  await page.goto(`${site.base}/beds/transports`);
  assert.match(await page.locator("main").innerText(), /Isolement contact/);
  assert.doesNotMatch(await page.locator("main").innerText(), /LAMSAYEH/);
  await pictures(context, page, "transports", site.base);
  await press(page, /^Je prends/);
  await press(page, /^Arrivé/);
  assert.match(await page.locator("main").innerText(), /Aucun transport/);
  none(faults);
  await context.close();
});
