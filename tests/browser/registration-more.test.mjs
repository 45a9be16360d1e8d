// What follows when somebody was written down: the photo, what they are asked, the form that is signed; and one document that
// goes to the right record.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateSync } from "node:zlib";
import { axe, none, openBrowser, overflow, pictures as picturesIn, picturesOf, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const PICTURES = picturesOf("registration-more");
const pictures = picturesIn(PICTURES);
let site, browser;
before(async () => {
  site = await ownSite();
  for (const [id, number, family] of [["more-salma", "00900001", "Idrissi"], ["more-omar", "00900002", "Tazi"]]) {
    await site.put({ resourceType: "Patient", id, active: true, gender: "female", birthDate: "1984-05-17", identifier: [{ system: "urn:rihla:ma:ipp:bsk", value: number }], name: [{ use: "official", family, given: ["Salma"] }, { use: "usual", family: "الإدريسي", given: ["سلمى"] }] });
  }
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

/** Checksums of a PNG's chunks (https://www.w3.org/TR/png-3/#5CRC-algorithm). */
const crc = (bytes) => {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
};
const chunk = (kind, data) => {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const ends = [Buffer.alloc(4), Buffer.alloc(4)];
  ends[0].writeUInt32BE(data.length);
  ends[1].writeUInt32BE(crc(body));
  return Buffer.concat([ends[0], body, ends[1]]);
};
/** A square of noise: it does not pack, so that it is as large as a camera's picture. */
const noise = (side) => {
  let seed = 7;
  const rows = Buffer.alloc(side * (1 + side * 3));
  for (let at = 0; at < rows.length; at += 1) rows[at] = at % (1 + side * 3) === 0 ? 0 : (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 24;
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 1 })), chunk("IEND", Buffer.alloc(0))]);
};

test("PHO-1 to PHO-3 a camera's picture is made small in the browser, kept and shown", async () => {
  const context = await sit(browser, site, { role: "registration-clerk" });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  await page.goto(`${site.base}/patients/more-salma/consents`);
  const large = noise(900);
  assert.ok(large.length > 1 << 20);
  await page.locator("#photo").setInputFiles({ name: "face.png", mimeType: "image/png", buffer: large });
  await page.waitForFunction(() => document.querySelector("#photo").files[0].type === "image/jpeg");
  await page.locator("form[enctype] button.primary").click();
  await page.locator("img.face").waitFor();
  assert.equal(await page.locator("img.face").evaluate((image) => image.decode().then(() => image.naturalWidth)), 640);
  assert.equal(await page.locator(".banner img.photo").count(), 1);
  await pictures(context, page, "consents", site.base);
  none(faults);
  await context.close();
});

test("PHO-1 and CON-2 without a script: what is too large is told, and answers are kept", async () => {
  const context = await sit(browser, site, { role: "registration-clerk" }, { javaScriptEnabled: false });
  const page = await context.newPage();
  const { faults } = watch(page, site, [422]);
  await page.goto(`${site.base}/patients/more-omar/consents`);
  await page.locator("#photo").setInputFiles({ name: "face.png", mimeType: "image/png", buffer: noise(900) });
  await page.locator("form[enctype] button.primary").click();
  assert.match(await page.locator("[role=alert]").innerText(), /dépasse 1 Mio/);
  await page.locator('input[name="answer-research"][value="refused"]').check();
  await page.locator('input[name="answer-data"][value="given"]').check();
  await page.locator("#witness").fill("A. Idrissi");
  await page.getByRole("button", { name: "Enregistrer les réponses" }).click();
  assert.match(await page.locator(".toast").innerText(), /enregistré/);
  assert.match(await page.locator("fieldset").filter({ hasText: "Recherche" }).innerText(), /Refusé[^]*témoin : A. Idrissi/);
  none(faults);
  await context.close();
});

test("CON-6 the form to sign, in French and in Arabic, on screen and on paper", async () => {
  const context = await sit(browser, site, { role: "registration-clerk" });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  for (const lang of ["fr", "ar"]) {
    await page.goto(`${site.base}/patients/more-salma/consents/form?lang=${lang}`);
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(PICTURES, `form.${lang}.screen.png`), fullPage: true });
    faults.push(...await axe(page), ...await overflow(page));
    await page.emulateMedia({ media: "print" });
    for (const gone of [".rail", ".banner", ".tabs", "[data-print]"]) assert.ok(!await page.locator(gone).first().isVisible(), gone);
    await page.screenshot({ path: join(PICTURES, `form.${lang}.print.png`), fullPage: true });
    await page.emulateMedia({ media: null });
  }
  assert.equal(await page.locator("article.paper").getAttribute("dir"), "rtl");
  none(faults);
  await context.close();
});

test("MOV-2 one document goes to the right record", async () => {
  await site.put({ resourceType: "DocumentReference", id: "more-letter", status: "current", type: { text: "Lettre" }, subject: { reference: "Patient/more-salma" }, date: "2026-01-10T09:30:00Z", author: [{ display: "Dr Karim Tazi" }], content: [{ attachment: { contentType: "text/plain", data: "YQ==" } }] });
  const context = await sit(browser, site, { role: "identity-officer" });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  await page.goto(`${site.base}/patients/more-salma/move/one?kind=DocumentReference`);
  await pictures(context, page, "move-one", site.base);
  await page.locator('input[name="item"]').first().check();
  await page.locator("#number").fill("00900002");
  await page.getByRole("button", { name: "Voir à qui il irait" }).click();
  await page.locator("#why").fill("deux lettres échangées");
  await page.screenshot({ path: join(PICTURES, "move-one-shown.fr.png"), fullPage: true });
  await page.getByRole("button", { name: "Déplacer", exact: true }).click();
  assert.match(await page.locator(".toast").innerText(), /Une alerte le dit/);
  assert.equal((await site.fhir("DocumentReference/more-letter")).subject.reference, "Patient/more-omar");
  none(faults);
  await context.close();
});
