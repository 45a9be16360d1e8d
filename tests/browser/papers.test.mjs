// Papers on screen and as they leave the printer, in French and in Arabic: a sheet with its duplicate, a certificate that is
// written and kept, an exit slip on a small page, a register with a line that was mended.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inflateSync } from "node:zlib";
import { PHONE, WIDE, axe, none, openBrowser, overflow, picturesOf, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const folder = picturesOf("papers");
let site, browser;
const NOW = Date.now();
const ago = (hours) => new Date(NOW - hours * 3_600_000).toISOString();
const day = (at) => new Intl.DateTimeFormat("en-CA", { timeZone: "Africa/Casablanca" }).format(at);

const signed = (at, account, by) => [{ url: "at", valueDateTime: at }, { url: "account", valueString: account }, { url: "by", valueReference: { display: by } }];
const step = (number, text, proof) => ({
  url: "urn:rihla:extension:exit-step",
  extension: [{ url: "number", valuePositiveInt: number }, ...(proof ? [{ url: "proof", valueCode: proof }] : []), ...(text ? [{ url: "text", valueString: text }] : []), ...signed(ago(1), "a", "Nadia Agent")],
});
const bed = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/location-physical-type", code: "bd" }] };

/** Somebody who lies in a bed, or left it an hour ago with all four steps done. */
const stay = (id, patient, place, left) => ({
  resourceType: "Encounter", id, status: left ? "finished" : "in-progress", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
  subject: { reference: `Patient/${patient}` }, period: { start: ago(52), ...(left ? { end: left } : {}) },
  type: [{ coding: [{ system: "urn:rihla:admission-kind", code: "planned" }] }],
  extension: [
    { url: "urn:rihla:extension:admission-order", extension: signed(ago(53), "b", "Dr Karim Tazi") },
    ...(left ? [{ url: "urn:rihla:extension:discharge-decision", extension: signed(ago(3), "b", "Dr Karim Tazi") }, step(1), step(2, "Q-2026-17", "receipt"), step(3), step(4, "BS-2026-0042")] : []),
  ],
  ...(left ? { hospitalization: { dischargeDisposition: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/discharge-disposition", code: "home" }] } } } : {}),
  location: [{ id: "m1", location: { reference: `Location/${place}` }, physicalType: bed, status: left ? "completed" : "active", period: { start: ago(52), ...(left ? { end: left } : {}) } }],
});

before(async () => {
  site = await ownSite();
  const house = { resourceType: "Location", id: "papers-ward", name: "Cardiologie", alias: ["أمراض القلب"], physicalType: { coding: [{ ...bed.coding[0], code: "wa" }] } };
  const place = { resourceType: "Location", id: "papers-bed", name: "Lit 101-2", alias: ["سرير 101-2"], physicalType: bed, partOf: { reference: "Location/papers-ward" } };
  for (const resource of [house, place, stay("papers-here", "staged-kidneys", "papers-bed"), stay("papers-left", "staged-twin-a", "papers-bed", ago(2)), stay("papers-left", "staged-twin-a", "papers-bed", ago(1.5))]) await site.put(resource);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function at(role, lang, more = {}) {
  const context = await sit(browser, site, { role }, { lang, ...more });
  const page = await context.newPage();
  // The browser's own dialog would wait for somebody.
  await page.addInitScript(() => { globalThis.dialogs = 0; globalThis.print = () => { globalThis.dialogs += 1; }; });
  return { context, page, ...watch(page, site) };
}

/** A picture of the screen, and one of what the printer gets; what axe finds, and what is wider than the screen. */
async function pictured(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.screen.png`), fullPage: true });
  // The slip and the certificate are the sheet's markup with other words.
  const looked = /^(exit-slip|injury\.)/.test(name) ? [] : await axe(page);
  none([...looked, ...(await overflow(page))], name);
  await page.setViewportSize(PHONE);
  none(await overflow(page), `${name} on a telephone`);
  if (name.startsWith("admission-sheet") || name.startsWith("injury-form")) await page.screenshot({ path: join(folder, `${name}.phone.png`), fullPage: true });
  await page.emulateMedia({ media: "print" });
  const seen = await page.evaluate(() => [".rail", ".bar", ".banner", ".paper-acts"].filter((part) => [...document.querySelectorAll(part)].some((one) => one.getClientRects().length > 0)));
  none(seen, "nothing of the screen is printed");
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".paper")).color), "rgb(0, 0, 0)");
  // As wide as what the printer leaves between the margins.
  await page.setViewportSize({ width: (await page.locator(".paper.register").count()) ? 1048 : (await page.locator(".paper.a5").count()) ? 491 : 703, height: 600 });
  await page.screenshot({ path: join(folder, `${name}.print.png`), fullPage: true });
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ media: null });
}

/** How many pages of which size a printer gets, read off the PDF (ISO 32000-1, 7.7.3.3), in millimetres. */
async function pages(page) {
  const text = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  return [...text.matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/g)].map(([, width, height]) => [width, height].map((points) => Math.round((points / 72) * 25.4)).join("×"));
}

// The Arabic sheet is the same paper of the same stay: its prints follow those of the French one.
const WORDS = {
  fr: { print: "Imprimer", again: /duplicata/, second: "duplicata n° 1", dir: "ltr", sheet: "Bulletin d’admission", save: /^Établir/, leavers: "Registre des sortants" },
  ar: { print: "طباعة", again: /مرة أخرى/, second: "نسخة رقم 3", dir: "rtl", sheet: "ورقة القبول", save: /^تحرير/, leavers: "سجل المغادرين" },
};

for (const lang of ["fr", "ar"]) {
  test(`a sheet is printed twice, a slip fits its small page, and a register shows what was mended (${lang})`, async () => {
    const words = WORDS[lang];
    const { context, page, faults } = await at("registration-clerk", lang);
    await page.goto(`${site.base}/patients/staged-kidneys/papers`);
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(folder, `list.${lang}.png`), fullPage: true });
    none([...(await axe(page)), ...(await overflow(page))], "list");
    await page.goto(`${site.base}/patients/staged-kidneys/papers/admission-sheet?stay=papers-here&lang=${lang}`);
    assert.equal(await page.locator(".paper").getAttribute("dir"), words.dir);
    assert.match(await page.locator(".paper").innerText(), new RegExp(words.sheet));
    const number = page.locator(".paper bdi[dir=ltr]", { hasText: "77000008" });
    assert.equal(await number.count(), 1, "the number keeps its direction");
    if (lang === "ar") assert.equal(await page.locator(".paper bdi[dir=ltr]", { hasText: /^101-2$/ }).count(), 1, "so does that of the bed");
    await page.getByRole("button", { name: words.print }).click();
    await page.waitForFunction(() => globalThis.dialogs === 1);
    await page.reload();
    await page.waitForLoadState("load");
    assert.equal(await page.evaluate(() => globalThis.dialogs), 0, "a page that is loaded anew opens no dialog");
    await page.getByRole("button", { name: words.again }).click();
    await page.waitForFunction(() => globalThis.dialogs === 1);
    assert.ok((await page.locator(".paper").innerText()).includes(words.second));
    assert.deepEqual(await pages(page), ["210×297"]);
    await pictured(page, `admission-sheet.${lang}`);

    await page.goto(`${site.base}/patients/staged-twin-a/papers/exit-slip?stay=papers-left&lang=${lang}`);
    assert.match(await page.locator(".paper").innerText(), /BS-2026-0042/);
    assert.deepEqual(await pages(page), ["148×210"]);
    await pictured(page, `exit-slip.${lang}`);

    await page.goto(`${site.base}/registers/leavers?from=${day(NOW - 3_600_000 * 2)}&to=${day(NOW)}&lang=${lang}`);
    assert.match(await page.locator(".paper").innerText(), new RegExp(words.leavers));
    assert.equal(await page.locator(".register tr.struck").count(), 1, "the departure that was at another time");
    assert.deepEqual(new Set(await pages(page)), new Set(["297×210"]));
    await pictured(page, `register.${lang}`);
    none(faults);
    await context.close();
  });

  test(`a certificate is said, kept and shown as it will be printed (${lang})`, async () => {
    const { context, page, faults } = await at("physician", lang);
    await page.goto(`${site.base}/patients/staged-kidneys/papers/injury?lang=${lang}`);
    await pictured(page, `injury-form.${lang}`);
    await page.locator("#ask-examined").fill("2026-11-21T08:30");
    await page.locator("#ask-told").fill("Coup de poing reçu au visage, selon elle.");
    await page.locator("#ask-findings").fill("Ecchymose de 3 cm sous l’œil gauche.\nPas de perte de connaissance. TA 120/80.");
    await page.locator("#ask-days").fill("5");
    await page.locator("#ask-from").fill("2026-11-21");
    await page.getByRole("button", { name: WORDS[lang].save }).click();
    await page.waitForURL(/document=/);
    const said = await page.locator(".paper").innerText();
    assert.match(said, /Ecchymose de 3 cm sous l’œil gauche\.\nPas de perte/);
    assert.deepEqual(await pages(page), ["210×297"]);
    await pictured(page, `injury.${lang}`);
    await page.goto(`${site.base}/patients/staged-kidneys/papers`);
    await page.screenshot({ path: join(folder, `list-physician.${lang}.png`), fullPage: true });
    none(await axe(page), "list");
    none(faults);
    await context.close();
  });
}

/** The glyphs of each page of a PDF, in the order in which they are painted. */
function painted(pdf) {
  const raw = pdf.toString("latin1");
  const streams = [...raw.matchAll(/\/FlateDecode[^]*?stream\r?\n/g)].map((found) => found.index + found[0].length).map((from) => {
    try { return inflateSync(pdf.subarray(from, raw.indexOf("endstream", from))).toString("latin1"); } catch { return ""; }
  });
  return streams.filter((text) => /\bBT\b/.test(text)).map((text) => [...text.matchAll(/<([0-9A-F]+)>/gi)].map(([, glyph]) => glyph));
}

test("a long register has its heads on every page", async () => {
  const entry = Array.from({ length: 45 }, (_, line) => {
    const period = { start: "2026-10-04T08:00:00Z", end: new Date(Date.UTC(2026, 9, 5, 8, line)).toISOString() };
    return { resource: { ...stay(`papers-long-${line}`, "staged-twin-b", "papers-bed", period.end), period }, request: { method: "PUT", url: `Encounter/papers-long-${line}` } };
  });
  const answer = await fetch(`${site.base}/fhir`, { method: "POST", body: JSON.stringify({ resourceType: "Bundle", type: "batch", entry }), headers: { "content-type": "application/fhir+json" } });
  assert.equal(answer.status, 200);
  const { context, page, faults } = await at("registration-clerk", "fr");
  await page.goto(`${site.base}/registers/leavers?from=2026-10-05&lang=fr`);
  assert.equal(await page.locator(".register td:first-child", { hasText: /^45$/ }).count(), 1);
  const [first, ...more] = painted(await page.pdf({ preferCSSPageSize: true, tagged: false }));
  assert.ok(more.length > 0, "there is a second page");
  // After the number of the page, which is painted first, come the heads.
  for (const [at, next] of more.entries()) assert.ok(first.join(" ").includes(next.slice(20, 180).join(" ")), `page ${at + 2}`);
  none(faults);
  await context.close();
});

test("without JavaScript the print is recorded and a sentence says how to print", async () => {
  const { context, page, faults } = await at("registration-clerk", "fr", { javaScriptEnabled: false });
  await page.goto(`${site.base}/patients/staged-twin-a/papers/stay-sheet?stay=papers-left&lang=fr`);
  assert.equal(await page.getByText("Ctrl-P").count(), 0);
  await page.getByRole("button", { name: "Imprimer" }).click();
  assert.ok(await page.getByText("Ctrl-P").isVisible());
  assert.ok((await page.locator(".paper").innerText()).includes("Imprimé le"));
  none(faults);
  await context.close();
});
