// Wristbands and labels: seen before they are printed, printed on a printer that the workstation chose and by the browser
// itself at true size; a printer that is off is said with what to do, and made good by one press.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, none, openBrowser, overflow, picturesOf, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const PICTURES = picturesOf("bands");
const FINE = "\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02001,0,0,0,1,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n";
const PATIENT = "staged-twin-a";
let site, browser, printer, orders = "";

before(async () => {
  printer = createServer((call) => call.on("error", () => {}).on("data", (bytes) => {
    const text = bytes.toString("latin1");
    orders += text.replaceAll("~HS\r\n", "");
    for (const _ of text.matchAll(/~HS/g)) call.write(FINE);
  }));
  await new Promise((done) => printer.listen(0, "127.0.0.1", done));
  site = await ownSite();
  await site.stop();
  const file = join(site.store.folder, "printers.toml");
  const row = (name, port, place) => `[[printer]]\nname = "${name}"\naddress = "127.0.0.1:${port}"\ndpi = 203\nlabels = ["band-adult", "label-small"]\nplace = "${place}"\npatience_ms = 1000\nalso_training = true\n`;
  writeFileSync(file, row("accueil", printer.address().port, "Accueil des urgences") + row("eteinte", 9, "Réserve"));
  site.open = [...site.open, "--printers", file];
  await site.start();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
  printer?.close();
});

test("BND-1 BND-6 BND-7 a clerk chooses a printer once, prints, and makes good what a printer that is off did not print", async () => {
  const context = await sit(browser, site, { role: "registration-clerk" });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  await page.goto(`${site.base}/patients/${PATIENT}`);
  await page.getByRole("link", { name: "Bracelets et étiquettes" }).click();
  await page.getByRole("link", { name: "Imprimantes d’étiquettes" }).last().click();
  await page.getByLabel("Bracelet", { exact: true }).selectOption("eteinte");
  await page.getByRole("button", { name: "Garder ce choix" }).click();
  assert.match(await page.locator(".toast").innerText(), /Choix gardé/);
  await page.goto(`${site.base}/patients/${PATIENT}/bands`);
  assert.equal(await page.locator("#printer-band-adult").inputValue(), "eteinte");
  await page.getByRole("button", { name: /^Bracelet : imprimer/ }).click();
  assert.match(await page.locator("[role=alert]").innerText(), /RH-PRINT-AWAY/);
  none(await axe(page));
  await page.screenshot({ path: join(PICTURES, "failed.fr.png"), fullPage: true });
  await page.goto(`${site.base}/printers`);
  await page.locator(".failed select").selectOption("accueil");
  await page.getByRole("button", { name: /^Imprimer de nouveau/ }).click();
  assert.match(await page.locator(".toast").innerText(), /Envoyé/);
  assert.match(orders, /^\^XA\^CI28[\s\S]*\^BXR,[\s\S]*\^GFA,[\s\S]*\^XZ/);
  assert.equal(await page.locator(".failed").count(), 0);
  none(await axe(page));
  await page.screenshot({ path: join(PICTURES, "printers.fr.png"), fullPage: true });
  none(faults);
  await context.close();
});

test("BND-5 in Arabic the browser prints labels at their true size and nothing else", async () => {
  const context = await sit(browser, site, { role: "registration-clerk" }, { lang: "ar" });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  await page.goto(`${site.base}/patients/${PATIENT}/bands`);
  await page.screenshot({ path: join(PICTURES, "bands.ar.png"), fullPage: true });
  none([...await axe(page), ...await overflow(page)]);
  await page.locator("#copies-label-small").fill("2");
  await page.locator("#printer-label-small").selectOption("");
  await page.locator("form:has(#copies-label-small) button").click();
  await page.waitForURL(/bands\/sheet/);
  await page.evaluate(() => document.fonts.ready);
  const sizes = await page.locator(".label-page svg").evaluateAll((all) => all.map((one) => [one.getBoundingClientRect().width, one.getBoundingClientRect().height].map((pixels) => Math.round(pixels * 25.4 / 96))));
  assert.deepEqual(sizes, [[50, 25], [50, 25]]);
  // Nothing of a text lies outside of its label.
  const outside = await page.locator(".label-page").first().evaluate((label) => {
    const paper = label.querySelector("svg").getBoundingClientRect();
    return [...label.querySelectorAll("text")].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.left < paper.left - 1 || box.right > paper.right + 1;
    }).map((one) => one.textContent);
  });
  assert.deepEqual(outside, []);
  await page.screenshot({ path: join(PICTURES, "sheet.ar.png") });
  none(await axe(page));
  await page.emulateMedia({ media: "print" });
  const shown = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && one.children.length === 0 && one.textContent.trim() && !one.closest("svg")).map((one) => one.textContent.trim()));
  assert.deepEqual(shown, [], "only labels are printed");
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const papers = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) => [width, height].map((points) => Math.round(points * 25.4 / 72)));
  assert.deepEqual(papers, [[50, 25], [50, 25]], "each label is a page of its size");
  none(faults);
  await context.close();
});
