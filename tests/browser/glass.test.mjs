// The record of a patient of others: it opens to who says why, and who answers for secrecy sees it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { none, openBrowser, pictures as picturesIn, picturesOf, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const PICTURES = picturesOf("glass");
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

test("a nurse opens the record of a patient of others by keyboard, closes it, and the privacy officer looks it over", async () => {
  const context = await sit(browser, site, { role: "nurse" });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  await page.goto(`${site.base}/patients/staged-stranger/chart`);
  assert.match(page.url(), /\/patients\/staged-stranger\/glass/);
  assert.match(await page.locator(".banner").innerText(), /INCONNU Driss/);
  await pictures(context, page, "closed", site.base);

  await page.locator("input[name=why]").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.type("scanner relu avec le service");
  await page.keyboard.press("Enter");
  await page.waitForURL(/staged-stranger\/chart/);
  assert.match(await page.locator(".warning.glass").innerText(), /Ouvert pour vous jusqu’au .* Avis demandé par un confrère : scanner relu/s);
  await pictures(context, page, "open", site.base);

  const officer = await sit(browser, site, { role: "privacy-officer" });
  const list = await officer.newPage();
  await list.goto(`${site.base}/glasses`);
  assert.match(await list.locator("main").innerText(), /INCONNU Driss[^]*scanner relu/);
  assert.equal(await list.locator(".rail .waits").innerText(), "1");
  await pictures(officer, list, "list", site.base);
  await list.getByRole("button", { name: "Vu" }).click();
  await list.getByText("Vu par").waitFor();
  assert.equal(await list.locator(".rail .waits").count(), 0);

  await page.getByRole("button", { name: "Refermer" }).click();
  await page.goto(`${site.base}/patients/staged-stranger/chart`);
  assert.match(page.url(), /\/glass/);
  none(faults);
  await Promise.all([context.close(), officer.close()]);
});
