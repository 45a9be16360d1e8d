// The hospital that lives by itself, in a browser: its boards move without anybody, and whoever looks sets its pace.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { none, openBrowser, picturesOf, picturing, sit, watch } from "./browser.mjs";
import { ownSite, until } from "./site.mjs";

const pictured = picturing(picturesOf("simulation"));
let site, browser;

before(async () => {
  site = await ownSite(["--living", "600"]);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

const WORDS = {
  fr: { passes: "Le temps passe × 600", stop: "Arrêté", stands: "Le temps est arrêté" },
  ar: { passes: "الزمن يمر × 600", stop: "متوقف", stands: "الزمن متوقف" },
};

for (const lang of ["fr", "ar"]) {
  const words = WORDS[lang];
  test(`SIM-1, SIM-3: the board moves by itself, and time is stopped and let go (${lang})`, async () => {
    const context = await sit(browser, site, { role: "bed-manager" }, { lang });
    const page = await context.newPage();
    const { faults } = watch(page, site);
    await page.goto(`${site.base}/emergency`);
    const shown = () => page.locator("main").innerText();
    const before = await shown();
    await until("the open board changes", async () => (await shown()) !== before, 60_000);
    await page.getByRole("link", { name: words.passes }).click();
    await until("somebody came", async () => (await page.locator("#played tbody tr").first().locator("td").allInnerTexts()).some((count) => Number(count) > 0), 60_000);
    await pictured(page, `living.${lang}`);
    await page.getByRole("button", { name: words.stop }).click();
    await page.getByRole("link", { name: words.stands }).waitFor();
    const stood = await page.locator(".played-now").innerText();
    await page.reload();
    assert.equal(await page.locator(".played-now").innerText(), stood);
    await page.getByRole("button", { name: "× 600" }).click();
    await page.getByRole("link", { name: words.passes }).waitFor();
    none(faults);
    await context.close();
  });
}
