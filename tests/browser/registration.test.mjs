// Every patient once: written down by keyboard, found while one types, merged and parted; keys and clicks are counted.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { none, openBrowser, pictures as picturesIn, picturesOf, sit, watch } from "./browser.mjs";
import { Hands } from "./hands.mjs";
import { ownSite } from "./site.mjs";

const PICTURES = picturesOf("registration");
const pictures = picturesIn(PICTURES);
let site, browser;
before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

/** Keys that an act may take, the way to its fields and what is typed counted. */
const MOST = { find: 10, merge: 42, part: 26, move: 50 };

/** The first fields in their order; of a list the first entry is taken by an arrow. */
const FIELDS = { family: "Benjelloun", family_ar: "بنجلون", given: "Kenza", given_ar: "كنزة", birth: "3/11/1991", about: "", sex: "ArrowDown", paper: "", phone: "0661122334" };

/** Fills in the first fields in their order, by keyboard alone. */
async function fill(page, keyboard, fields) {
  for (const [name, text] of Object.entries(fields)) {
    assert.equal(await page.evaluate(() => document.activeElement?.id), name, "the fields follow each other");
    if (text.startsWith("Arrow")) await keyboard.press(text);
    else if (text) await keyboard.type(text);
    await keyboard.press("Tab");
  }
}

test("REG-1 a clerk registers somebody by keyboard alone, in both scripts", async () => {
  const context = await sit(browser, site, { role: "registration-clerk" });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  await page.goto(`${site.base}/patients/new`);
  const keyboard = new Hands(page);
  await fill(page, keyboard, FIELDS);
  await page.locator("#likely").getByText("Aucun dossier ne ressemble").waitFor();
  await page.locator("#phone").focus();
  await keyboard.press("Enter");
  await page.waitForURL(/\/patients\/[0-9a-z]{26}/);
  assert.match(await page.locator(".banner").innerText(), /BENJELLOUN Kenza[^]*بنجلون/);
  keyboard.took("register somebody in both scripts", 70);
  assert.equal(await page.locator(".banner").getByText("IPP").count() > 0, true);
  await page.goto(`${site.base}/patients/new`);
  await pictures(context, page, "new", site.base);
  none(faults);
  await context.close();
});

test("REG-2 and REG-3 in Arabic: who is probably known is shown while one types, and confirmed as somebody else", async () => {
  const context = await sit(browser, site, { role: "registration-clerk" }, { lang: "ar" });
  const page = await context.newPage();
  const { faults } = watch(page, site, [422]);
  await page.goto(`${site.base}/patients/new`);
  const keyboard = new Hands(page);
  await fill(page, keyboard, { family: "", family_ar: "بنجلون", given: "", given_ar: "كنزة", birth: "3/11/1991", about: "", sex: "ArrowDown", paper: "", phone: "0661122334" });
  await page.locator("#likely a").first().waitFor();
  assert.match(await page.locator("#likely").innerText(), /الميلاد: مطابق/);
  await page.screenshot({ path: join(PICTURES, "likely.ar.light.png"), fullPage: true });
  await page.locator("#phone").focus();
  await keyboard.press("Enter");
  await page.locator('[role="alert"]').waitFor();
  assert.equal(await page.locator("#family_ar").inputValue(), "بنجلون", "nothing that was typed is lost");
  await page.locator("#phone").focus();
  await keyboard.press("Enter");
  await page.waitForURL(/\/patients\/[0-9a-z]{26}/);
  none(faults);
  await context.close();
});

const WORDS = {
  fr: { compare: "Comparer", why: "même téléphone, même date", apart: "deux cousines", moved: "Le séjour a été déplacé" },
  ar: { compare: "مقارنة", why: "نفس الهاتف ونفس التاريخ", apart: "ابنتا عم", moved: "نُقلت الإقامة" },
};

for (const lang of ["fr", "ar"]) {
  test(`DUP-1, DUP-3, DUP-5 and MOV-1 an identity officer finds the pair, merges and parts it, and moves a stay (${lang})`, async () => {
    const words = WORDS[lang];
    const context = await sit(browser, site, { role: "identity-officer" }, { lang });
    const page = await context.newPage();
    const { faults } = watch(page, site);
    const hands = new Hands(page);
    await page.goto(`${site.base}/duplicates`);
    const row = page.locator("tbody tr").filter({ hasText: "بنجلون" });
    await row.waitFor();
    if (lang === "fr") await pictures(context, page, "duplicates", site.base);
    await hands.reach(row.getByRole("link", { name: words.compare }));
    await hands.turn(() => hands.press("Enter"));
    hands.took("find the duplicate", MOST.find);
    const compared = page.url();
    if (lang === "fr") await pictures(context, page, "merge", site.base);
    await hands.reach(page.locator("input[name=stays]"));
    await hands.press("Space");
    await hands.fill("#why", words.why);
    await hands.turn(() => hands.press("Enter"));
    hands.took("merge", MOST.merge);
    assert.equal(await page.locator("input[name=stays]").count(), 0, "they are one");
    if (lang === "fr") await pictures(context, page, "merged", site.base);
    await hands.fill("#why", words.apart);
    await hands.turn(() => hands.press("Enter"));
    hands.took("part", MOST.part);
    assert.ok(await page.locator("input[name=stays]").count() > 0, "they are two");

    // A stay that was written into the wrong one of both.
    const [wrong, right] = [/patients\/([^/]+)\/merge/.exec(compared)[1], new URL(compared).searchParams.get("with")];
    const number = (await site.fhir(`Patient/${right}`)).identifier[0].value;
    await site.put({ resourceType: "Encounter", id: `moved-${lang}`, status: "finished", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" }, subject: { reference: `Patient/${wrong}` }, period: { start: "2026-11-02T08:00:00Z", end: "2026-11-04T10:00:00Z" } });
    await page.goto(`${site.base}/patients/${wrong}/move`);
    await hands.reach(page.locator("input[name=stay]"));
    await hands.press("Space");
    await hands.fill("#number", number);
    await hands.turn(() => hands.press("Enter"));
    await hands.fill("#why", words.why);
    await hands.turn(() => hands.press("Enter"));
    hands.took("move a stay to the right record", MOST.move);
    assert.ok((await page.locator("[role=status]").allInnerTexts()).some((text) => text.includes(words.moved)));
    assert.equal((await site.fhir(`Encounter/moved-${lang}`)).subject.reference, `Patient/${right}`);
    none(faults);
    await context.close();
  });
}

test("REG-11 to REG-13 a newborn by keyboard, and the pages of who belongs to a patient and who pays", async () => {
  const context = await sit(browser, site, { role: "registration-clerk" });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  const hands = new Hands(page);
  await site.put({ resourceType: "Patient", id: "reg-mother", active: true, gender: "female", birthDate: "1996-02-03", name: [{ use: "official", family: "Chraibi", given: ["Nadia"] }, { use: "usual", family: "الشرايبي", given: ["نادية"] }] });
  await page.goto(`${site.base}/patients/reg-mother/newborn`);
  await pictures(context, page, "newborn", site.base);
  await hands.choose("#sex", "female");
  await hands.go(/^Enregistrer l’enfant/);
  hands.took("write a newborn down", 20);
  assert.match(await page.locator(".banner").innerText(), /CHRAIBI Nouveau-né/);
  const child = /patients\/([^/?]+)/.exec(page.url())[1];
  await page.goto(`${site.base}/patients/${child}/correct`);
  await pictures(context, page, "correct", site.base);
  await page.goto(`${site.base}/patients/${child}/people`);
  await hands.choose("#cover-scheme", "amo-public");
  await hands.fill("#cover-number", "123456789");
  await hands.choose("#cover-holder", "child");
  await hands.fill("#cover-from", "01/01/2026");
  await hands.turn(() => hands.press("Enter"));
  hands.took("write down who pays", 45);
  await pictures(context, page, "people", site.base);
  none(faults);
  await context.close();
});
