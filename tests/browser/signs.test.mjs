// A set of vital signs by keyboard, counted, in French and in Arabic; a doubt; a correction; a ward; growth; without a script.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PHONE, axe, none, openBrowser, overflow, picturesOf, sit, watch } from "./browser.mjs";
import { Hands } from "./hands.mjs";
import { ownSite } from "./site.mjs";

const folder = picturesOf("signs");
let site, browser;
const NOW = Date.now();
const ago = (minutes) => new Date(NOW - minutes * 60_000).toISOString();
const bed = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/location-physical-type", code: "bd" }] };
const stay = (id, patient, place) => ({
  resourceType: "Encounter", id, status: "in-progress", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
  subject: { reference: `Patient/${patient}` }, period: { start: ago(3000) },
  location: [{ id: "m1", location: { reference: `Location/${place}` }, physicalType: bed, status: "active", period: { start: ago(3000) } }],
});
const day = (days) => new Date(NOW - days * 86_400_000).toISOString().slice(0, 10);
const BABY = {
  resourceType: "Patient", id: "signs-baby", gender: "male", birthDate: day(400), identifier: [{ system: "urn:rihla:ma:ipp:bsk", value: "77000044" }],
  name: [{ family: "Benpetit", given: ["Ilyas"], extension: [{ url: "http://hl7.org/fhir/StructureDefinition/language", valueCode: "fr" }] }, { family: "بن بوتي", given: ["إلياس"], extension: [{ url: "http://hl7.org/fhir/StructureDefinition/language", valueCode: "ar" }] }],
};
const measure = (id, loinc, value, unit, days) => ({
  resourceType: "Observation", id, status: "final", subject: { reference: "Patient/signs-baby" }, code: { coding: [{ system: "http://loinc.org", code: loinc }] },
  category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "vital-signs" }] }],
  effectiveDateTime: ago(days * 1440), valueQuantity: { value, unit, system: "http://unitsofmeasure.org", code: unit },
});

before(async () => {
  site = await ownSite();
  const ward = { resourceType: "Location", id: "signs-ward", name: "Médecine A", alias: ["الطب أ"], physicalType: { coding: [{ ...bed.coding[0], code: "wa" }] } };
  const places = ["Lit 1", "Lit 2", "Lit 3"].map((name, at) => ({ resourceType: "Location", id: `signs-bed-${at + 1}`, name, alias: [`سرير ${at + 1}`], physicalType: bed, partOf: { reference: "Location/signs-ward" } }));
  const visit = { resourceType: "Appointment", id: "signs-baby-visit", status: "booked", participant: [{ actor: { reference: "Patient/signs-baby" }, status: "accepted" }] };
  const grown = [[3.4, 50, 399], [5.9, 59, 340], [7.6, 66, 250], [8.4, 71, 130], [8.2, 76, 1]];
  const measures = grown.flatMap(([kg, cm, days], at) => [measure(`signs-kg-${at}`, "29463-7", kg, "kg", days), measure(`signs-cm-${at}`, "8302-2", cm, "cm", days)]);
  for (const resource of [ward, ...places, BABY, visit, ...measures, stay("signs-1", "staged-kidneys", "signs-bed-1"), stay("signs-2", "staged-twin-a", "signs-bed-2"), stay("signs-3", "signs-baby", "signs-bed-3")]) await site.put(resource);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function at(role, more = {}) {
  const context = await sit(browser, site, { role }, more);
  const page = await context.newPage();
  return { context, page, ...watch(page, site) };
}

async function pictured(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await page.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
  await page.screenshot({ path: join(folder, `${name}.dark.png`), fullPage: true });
  none(await axe(page, ["color-contrast"]), `${name}, dark`);
  await page.evaluate(() => { document.documentElement.dataset.theme = "light"; });
  none(await axe(page), name);
  none(await overflow(page), name);
}

const SET = [["temperature", "38,4"], ["pulse", "104"], ["respiration", "22"], ["spo2", "94"], ["oxygen", "a"], ["pressure", "104/62"], ["consciousness", "A"]];

for (const lang of ["fr", "ar"]) {
  test(`a set by keyboard in ${lang}: seven fields and Ctrl-Enter`, async () => {
    const { context, page } = await at("nurse", { lang });
    const hands = new Hands(page);
    await page.goto(`${site.base}/patients/staged-twin-a/signs`);
    assert.equal(await page.evaluate(() => document.activeElement.id), "sign-temperature", "the first field waits for what is typed");
    const begun = Date.now();
    let acts = 0;
    for (const [code, text] of SET) {
      assert.equal(await page.evaluate(() => document.activeElement.id), `sign-${code}`);
      // Of the Arabic words the first is chosen by an arrow: these hands have no Arabic keyboard.
      if (code === "oxygen" && lang === "ar") await hands.press("ArrowDown");
      else await hands.type(text);
      await hands.press("Enter");
      acts += 1;
    }
    await page.locator("#score .big", { hasText: "6" }).waitFor();
    await page.evaluate(() => document.activeElement.blur());
    await pictured(page, `grid.${lang}`);
    await page.locator("#sign-consciousness").focus();
    await hands.turn(() => hands.press("Control+Enter"));
    acts += 1;
    assert.ok(acts <= 8, `${acts} acts`);
    assert.ok(Date.now() - begun < 20_000, "twenty seconds");
    hands.took(`a set of seven values, ${lang}`, 40);
    assert.equal(await page.locator("[role=alert]").count(), 0, await page.locator("main").innerText());
    await page.locator("#signs-sets .score .badge", { hasText: "6" }).first().waitFor();
    await pictured(page, `sets.${lang}`);
    await context.close();
  });
}

test("a doubt is asked, an impossible value is refused, a set is corrected and stays struck through", async () => {
  const { context, page } = await at("nurse");
  await page.goto(`${site.base}/patients/staged-kidneys/signs`);
  await page.fill("#sign-temperature", "372");
  await page.fill("#sign-pulse", "38");
  await page.locator("button.primary").click();
  await page.locator(".field .wrong", { hasText: "Impossible" }).waitFor();
  await pictured(page, "doubt.fr");
  await page.fill("#sign-temperature", "37,2");
  await page.check("#confirm");
  await page.locator("button.primary").click();
  await page.locator("#signs-sets .value", { hasText: "38" }).first().waitFor();
  await page.getByRole("link", { name: /Corriger ou barrer/ }).first().click();
  await page.fill("#sign-pulse", "83");
  await page.fill("#reason", "chiffres inversés");
  await pictured(page, "correct.fr");
  await page.locator("button.primary").click();
  await page.locator("#signs-sets del", { hasText: "38" }).waitFor();
  assert.equal(await page.locator("#signs-sets .why").count(), 1);
  await pictured(page, "struck.fr");
  await context.close();
});

test("what is typed comes back after the browser died", async () => {
  const first = await at("nurse");
  await first.page.goto(`${site.base}/patients/staged-kidneys/signs`);
  await first.page.fill("#sign-pulse", "77");
  await first.page.locator("[data-draft-state]", { hasText: "Brouillon gardé" }).waitFor();
  await first.context.close();
  const { context, page } = await at("nurse");
  await page.goto(`${site.base}/patients/staged-kidneys/signs`);
  assert.equal(await page.inputValue("#sign-pulse"), "77");
  await context.close();
});

test("without a script Enter checks, and saving saves", async () => {
  const { context, page } = await at("nurse", { javaScriptEnabled: false });
  await page.goto(`${site.base}/patients/signs-baby/signs`);
  await page.fill("#sign-temperature", "37,9");
  await page.locator("#sign-temperature").press("Enter");
  await page.waitForLoadState();
  assert.equal(await page.inputValue("#sign-temperature"), "37,9");
  assert.ok(!(await page.locator("#signs-sets").innerText()).includes("37,9"), "Enter has saved nothing");
  await page.locator("button.primary").click();
  await page.waitForLoadState();
  assert.ok((await page.locator("#signs-sets").innerText()).includes("37,9"));
  await context.close();
});

test("a ward, scores and growth, in both directions", async () => {
  for (const lang of ["fr", "ar"]) {
    const { context, page } = await at("nurse", { lang });
    await page.goto(`${site.base}/signs?ward=signs-ward`);
    assert.equal(await page.locator(".ward-signs tbody tr").count(), 3);
    await pictured(page, `ward.${lang}`);
    await page.goto(`${site.base}/patients/signs-baby/growth`);
    await pictured(page, `growth.${lang}`);
    // The list of scores is looked at in one language and one of them in the other.
    await page.goto(`${site.base}/patients/staged-twin-a/scores${lang === "fr" ? "" : "/norton"}`);
    await pictured(page, `scores.${lang}`);
    await page.goto(`${site.base}/patients/staged-twin-a/balance`);
    await page.selectOption("#kind", lang === "fr" ? "infusion" : "urine");
    await page.fill("#volume", lang === "fr" ? "1000" : "450");
    await page.locator("button.primary").click();
    await page.locator(".entries li").first().waitFor();
    await pictured(page, `balance.${lang}`);
    await context.close();
  }
  const { context, page } = await at("nurse", { viewport: PHONE });
  await page.goto(`${site.base}/patients/staged-twin-a/signs`);
  await pictured(page, "phone.fr");
  await context.close();
});
