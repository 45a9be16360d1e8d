// What if one more triage nurse, by keyboard: chosen, run, read with its intervals; in French and in Arabic.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { none, openBrowser, picturesOf, picturing, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const pictured = picturing(picturesOf("experiments"));
let site, browser;
before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

const WORDS = { fr: { run: "Comparer", index: /Indice HOEI/, same: /identiques/ }, ar: { run: "قارن", index: /مؤشر HOEI/, same: /متطابقان/ } };

for (const lang of ["fr", "ar"]) {
  test(`one more triage nurse is tried (${lang})`, async () => {
    const words = WORDS[lang];
    const context = await sit(browser, site, { role: "manager" }, { lang });
    const page = await context.newPage();
    const { faults } = watch(page, site);
    await page.goto(`${site.base}/experiments`);
    await pictured(page, `form.${lang}`);
    await page.locator("#other").selectOption("usual");
    await page.getByRole("button", { name: words.run }).press("Enter");
    assert.match(await page.getByRole("alert").innerText(), words.same);
    await page.locator("#more").selectOption("triage");
    await page.locator("#runs").fill("4");
    await page.locator("#days").fill("7");
    await page.getByRole("button", { name: words.run }).press("Enter");
    await page.locator("#found").waitFor();
    assert.match(await page.locator("#found").innerText(), words.index);
    await pictured(page, `found.${lang}`);
    none(faults, "faults");
    await context.close();
  });
}
