// The cockpit in French and in Arabic: figures of a month, one figure down to its events, the index that is not evaluable, and
// the report on screen and on paper.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { none, openBrowser, picturesOf, picturing, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const folder = picturesOf("cockpit");
const pictured = picturing(folder);
let site, browser;
const DAY = 86_400_000;
const NOW = Date.now();
const at = (days, minutes = 0) => new Date(NOW - days * DAY + minutes * 60_000).toISOString();
const physical = (code) => ({ coding: [{ system: "http://terminology.hl7.org/CodeSystem/location-physical-type", code }] });
const moment = (name, when) => ({ url: "urn:rihla:extension:emergency-time", extension: [{ url: "moment", valueCode: name }, { url: "at", valueDateTime: when }, { url: "by", valueReference: { display: "x" } }] });

/** Ten weeks of visits, one a day, that wait longer in the last of them; and stays in two wards. */
before(async () => {
  site = await ownSite();
  await site.put({ resourceType: "Location", id: "cock-er", name: "Urgences", alias: ["المستعجلات"], physicalType: physical("wa"), type: [{ coding: [{ code: "ER" }] }] });
  for (const [id, name, alias] of [["cock-med", "Médecine A", "الطب أ"], ["cock-surg", "Chirurgie", "الجراحة"]]) {
    await site.put({ resourceType: "Location", id, name, alias: [alias], physicalType: physical("wa") });
    for (const bed of [1, 2, 3]) await site.put({ resourceType: "Location", id: `${id}-${bed}`, name: `Lit ${bed}`, physicalType: physical("bd"), partOf: { reference: `Location/${id}` } });
  }
  for (let day = 70; day > 0; day--) {
    const wait = 4 + ((day * 7) % 5) + (day < 8 ? 25 : 0);
    await site.put({ resourceType: "Patient", id: `cock-${day}`, name: [{ family: "Alami", given: [`N${day}`] }] });
    const subject = { reference: `Patient/cock-${day}` };
    await site.put({
      resourceType: "Encounter", id: `cock-v-${day}`, status: "finished", class: { code: "EMER" }, subject, period: { start: at(day), end: at(day, 200) },
      extension: [moment("arrival", at(day)), ...(day % 11 ? [moment("triage-begin", at(day, wait))] : []), moment("contact", at(day, wait + 30))],
      location: [{ location: { reference: "Location/cock-er" }, period: { start: at(day), end: at(day, 200) } }],
    });
    if (day % 4) continue;
    const ward = day % 8 ? "cock-med" : "cock-surg";
    const period = { start: at(day, 200), end: at(day - 3, 90) };
    await site.put({
      resourceType: "Encounter", id: `cock-s-${day}`, status: "finished", class: { code: "IMP" }, subject, period,
      location: [{ location: { reference: `Location/${ward}-${1 + (day % 3)}` }, physicalType: physical("bd"), status: "completed", period }],
    });
  }
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

const WORDS = {
  fr: { dir: "ltr", none: "Non évaluable", drill: "Les événements", signal: "ce n’est pas le hasard" },
  ar: { dir: "rtl", none: "غير قابل للتقييم", drill: "الأحداث", signal: "ليس هذا من باب الصدفة" },
};

for (const lang of ["fr", "ar"]) {
  test(`figures, one figure, the index and the report (${lang})`, async () => {
    const words = WORDS[lang];
    const context = await sit(browser, site, { role: "manager" }, { lang });
    const page = await context.newPage();
    const { faults } = watch(page, site);
    await page.goto(`${site.base}/cockpit`);
    assert.equal(await page.locator("html").getAttribute("dir"), words.dir);
    assert.ok((await page.locator("main").innerText()).includes(words.none), "what has no input is said");
    await pictured(page, `cockpit.${lang}`);
    await page.locator('a[href^="/cockpit/e1?"]').click();
    const text = await page.locator("main").innerText();
    assert.ok(text.includes(words.drill) && text.includes(words.signal), text);
    assert.equal(await page.locator("svg.figure-line").count(), 1);
    await page.locator("details").first().evaluate((one) => { one.open = true; });
    await pictured(page, `one.${lang}`);
    await page.goto(`${site.base}/cockpit/index`);
    assert.ok((await page.locator("main").innerText()).includes(words.none));
    await pictured(page, `index.${lang}`);
    await page.goto(`${site.base}/cockpit/report`);
    await pictured(page, `report.${lang}`);
    await page.pdf({ path: join(folder, `report.${lang}.pdf`), preferCSSPageSize: true });
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: join(folder, `report.${lang}.print.png`), fullPage: true });
    none(faults, "faults");
    await context.close();
  });
}
