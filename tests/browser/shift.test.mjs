// The work of a shift for a ward, by keyboard, in French and in Arabic: what is late, due and new, by time and by patient; a
// request that is stopped leaves the open list by itself; the round list on screen and on paper.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { none, openBrowser, picturesOf, picturing, sit, watch } from "./browser.mjs";
import { Hands } from "./hands.mjs";
import { ownSite, until } from "./site.mjs";

const folder = picturesOf("shift");
const pictured = picturing(folder);
let site, browser;
const NOW = Date.now();
const ago = (minutes) => new Date(NOW - minutes * 60_000).toISOString();
const coded = (system, code, text) => ({ coding: [{ system, code }], ...(text ? { text } : {}) });
const physical = (code) => coded("http://terminology.hl7.org/CodeSystem/location-physical-type", code);
const language = (code) => [{ url: "http://hl7.org/fhir/StructureDefinition/language", valueCode: code }];
/** Patients of the ward: a printed page takes about ten. */
const PEOPLE = [
  ["staged-kidneys"], ["staged-twin-a"], ["staged-twin-b"],
  ["shift-4", "Alaoui", "Hind", "العلوي", "هند"], ["shift-5", "Bouzid", "Karim", "بوزيد", "كريم"], ["shift-6", "Chraibi", "Najat", "الشرايبي", "نجاة"],
  ["shift-7", "Drissi", "Youssef", "الدريسي", "يوسف"], ["shift-8", "Fassi", "Samira", "الفاسي", "سميرة"], ["shift-9", "Haddad", "Omar", "حداد", "عمر"], ["shift-10", "Idrissi", "Malika", "الإدريسي", "مليكة"],
];
const person = ([id, family, given, familyAr, givenAr], at) => ({
  resourceType: "Patient", id, gender: at % 2 ? "male" : "female", birthDate: `19${50 + at * 4}-04-0${1 + (at % 9)}`, identifier: [{ system: "urn:rihla:ma:ipp:bsk", value: `7700010${at}` }],
  name: [{ family, given: [given], extension: language("fr") }, { family: familyAr, given: [givenAr], extension: language("ar") }],
});
const stay = (patient, at, more = {}) => ({
  resourceType: "Encounter", id: `shift-stay-${patient}`, status: "in-progress", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
  subject: { reference: `Patient/${patient}` }, period: { start: ago(at === 9 ? 5 : 3000 + at * 1440) }, reasonCode: [{ text: ["Pneumopathie", "Décompensation cardiaque", "Pyélonéphrite"][at % 3] }],
  location: [{ id: "m1", location: { reference: `Location/shift-bed-${at + 1}` }, physicalType: physical("bd"), status: "active", period: { start: ago(at === 9 ? 5 : 3000) } }],
  ...more,
});
const about = (patient) => ({ subject: { reference: `Patient/${patient}` }, encounter: { reference: `Encounter/shift-stay-${patient}` } });
const category = (code) => [coded("http://terminology.hl7.org/CodeSystem/observation-category", code)];
const score = (id, patient, minutes, value, level) => ({
  resourceType: "Observation", id, status: "final", category: category("survey"), code: coded("urn:rihla:score", "news2"), ...about(patient), effectiveDateTime: ago(minutes),
  valueQuantity: { value }, interpretation: [coded("urn:rihla:score:level", level)],
});
const sign = (id, patient, minutes, loinc, value, unit) => ({
  resourceType: "Observation", id, status: "final", category: category("vital-signs"), code: coded("http://loinc.org", loinc), ...about(patient), effectiveDateTime: ago(minutes),
  valueQuantity: { value, unit, system: "http://unitsofmeasure.org", code: unit },
});
/** A request and the Task of doing it, to be done within some minutes from now. */
const request = (id, patient, code, text, minutes) => [
  { resourceType: "ServiceRequest", id, status: "active", intent: "order", category: [coded("urn:rihla:request-kind", "lab")], priority: "urgent", code: coded("urn:rihla:orderable", code, text), ...about(patient), authoredOn: ago(130), requester: { display: "Dr Karim Tazi" }, extension: [{ url: "urn:rihla:extension:written-by", valueString: "x" }] },
  { resourceType: "Task", id: `${id}-task`, status: "requested", intent: "order", priority: "urgent", code: { coding: [{ system: "urn:rihla:task", code: "request" }, { system: "urn:rihla:request-kind", code: "lab" }] }, basedOn: [{ reference: `ServiceRequest/${id}` }], focus: { reference: `ServiceRequest/${id}` }, for: { reference: `Patient/${patient}` }, encounter: { reference: `Encounter/shift-stay-${patient}` }, authoredOn: ago(130), lastModified: ago(130), restriction: { period: { end: ago(-minutes) } } },
];

before(async () => {
  site = await ownSite();
  await site.put({ resourceType: "Location", id: "shift-ward", name: "Médecine A", alias: ["الطب أ"], physicalType: physical("wa") });
  for (const [at, one] of PEOPLE.entries()) {
    if (one.length > 1) await site.put(person(one, at));
    await site.put({ resourceType: "Location", id: `shift-bed-${at + 1}`, name: `Lit ${at + 1}`, alias: [`سرير ${at + 1}`], physicalType: physical("bd"), partOf: { reference: "Location/shift-ward" } });
    const leaves = at === 3 ? { extension: [{ url: "urn:rihla:extension:expected-departure", valueDateTime: ago(20) }] } : {};
    await site.put(stay(one[0], at, leaves));
  }
  const twin = "staged-twin-a";
  const all = [
    score("shift-s1", twin, 240, 3, "low-medium"), score("shift-s2", twin, 100, 6, "medium"), sign("shift-p", twin, 100, "8867-4", 112, "/min"), sign("shift-t", twin, 100, "8310-5", 38.4, "Cel"),
    score("shift-s3", "staged-twin-b", 30, 8, "high"), score("shift-s4", "shift-5", 10, 5, "medium"), score("shift-s5", "shift-6", 5, 0, "none"), score("shift-s6", "shift-7", 5, 0, "none"),
    ...request("shift-late", "shift-6", "electrolytes", "Ionogramme sanguin", -10), ...request("shift-stop", "shift-7", "crp", "Protéine C réactive", -5),
    { resourceType: "Condition", id: "shift-c", clinicalStatus: coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"), code: { text: "Diabète de type 2" }, ...about(twin) },
    { resourceType: "AllergyIntolerance", id: "shift-a", clinicalStatus: coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"), criticality: "high", code: { text: "Pénicilline" }, patient: { reference: `Patient/${twin}` } },
    { resourceType: "Composition", id: "shift-handover", status: "preliminary", type: { coding: [{ system: "urn:rihla:note", code: "handover" }] }, ...about("shift-8"), date: ago(4), author: [{ display: "Salma Nurse" }], title: "Relève (ISBAR)", section: [{ code: coded("urn:rihla:note-section", "assessment"), text: { status: "additional", div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Stable sous oxygène 2 L, à sevrer demain.</p></div>' } }] },
  ];
  for (const resource of all) await site.put(resource);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function at(role, lang, more = {}) {
  const context = await sit(browser, site, { role }, { lang, ...more });
  const page = await context.newPage();
  return { context, page, hands: new Hands(page), ...watch(page, site) };
}

const WORDS = {
  fr: { signs: /^Constantes ·/, by: "Par patient", late: "en retard", sign: /^À cosigner/, round: "Liste de visite", stopped: "Demande arrêtée", dir: "ltr" },
  ar: { signs: /^العلامات الحيوية ·/, by: "حسب المريض", late: "متأخرة", sign: /^ينتظر توقيعا ثانيا/, round: "قائمة الجولة", stopped: "طلب أُوقف", dir: "rtl" },
};
/** What each way may take: the rail, the head and the rows above are passed by Tab. */
const MOST = { measure: 40, order: 30 };

for (const lang of ["fr", "ar"]) {
  const words = WORDS[lang];

  test(`what is late, due and new in a ward (${lang})`, async () => {
    const { context, page, hands, faults } = await at("nurse", lang);
    await page.goto(`${site.base}/shift?ward=shift-ward`);
    assert.equal(await page.locator("html").getAttribute("dir"), words.dir);
    const groups = page.locator(".shift-group");
    assert.equal(await groups.count(), 3);
    assert.ok((await groups.nth(0).innerText()).includes(words.late));
    assert.ok(await groups.nth(0).getByRole("link", { name: words.sign }).count() === 1);
    assert.ok(await groups.nth(1).locator("li.critical").count() >= 1, "watched without a pause stands first of what is due");
    await pictured(page, `list.${lang}`);
    await page.locator(".shift-handed").evaluate((one) => { one.open = true; });
    await pictured(page, `handovers.${lang}`);
    await page.reload();
    await hands.go(words.signs, "link");
    hands.took(`to the first signs that are late (${lang})`, MOST.measure);
    assert.match(page.url(), /\/patients\/[^/]+\/signs$/);
    await page.goto(`${site.base}/shift?ward=shift-ward`);
    await hands.go(words.by, "link");
    hands.took(`by patient (${lang})`, MOST.order);
    assert.equal(await page.locator(".shift-group").count(), PEOPLE.length);
    await pictured(page, `by-patient.${lang}`);
    none(faults, "faults");
    await context.close();
  });

  test(`the round list on screen and on paper (${lang})`, async () => {
    const { context, page, faults } = await at("physician", lang);
    await page.goto(`${site.base}/shift?ward=shift-ward`);
    await page.getByRole("link", { name: words.round }).click();
    assert.equal(await page.locator(".round tbody tr").count(), PEOPLE.length);
    await pictured(page, `round.${lang}`);
    const pdf = await page.pdf({ path: join(folder, `round.${lang}.pdf`), preferCSSPageSize: true });
    const pages = [...pdf.toString("latin1").matchAll(/\/Type \/Page\b(?!s)/g)].length;
    assert.equal(pages, 1, `${PEOPLE.length} patients on one page`);
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: join(folder, `round.${lang}.print.png`), fullPage: true });
    none(faults, "faults");
    await context.close();
  });
}

test("a request that is stopped leaves the list that is open", async () => {
  const { context, page, faults } = await at("nurse", "fr");
  await page.goto(`${site.base}/shift?ward=shift-ward`);
  const late = page.locator(".shift-group").nth(0);
  await late.getByText("Protéine C réactive").waitFor();
  const physician = await at("physician", "fr");
  await physician.page.goto(`${site.base}/patients/shift-7/requests/shift-stop`);
  const form = physician.page.locator('form[action$="/cancel"]');
  await form.locator("xpath=ancestor-or-self::details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
  await form.locator("[name=reason]").fill("Déjà fait hier");
  await form.locator("button").click();
  await until("it has left what is late", async () => await late.getByText("Protéine C réactive").count() === 0);
  await page.locator(".shift-group").nth(2).getByText("Déjà fait hier").waitFor();
  none(faults, "faults");
  await physician.context.close();
  await context.close();
});

test("without a script the list and its ways are there", async () => {
  const { context, page } = await at("nurse", "fr", { javaScriptEnabled: false });
  await page.goto(`${site.base}/shift`);
  await page.getByRole("link", { name: "Médecine A" }).first().click();
  assert.equal(await page.locator(".shift-group").count(), 3);
  await context.close();
});
