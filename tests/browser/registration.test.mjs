// Every patient once: written down by keyboard, found while one types, merged and parted; keys and clicks are counted.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { none, openBrowser, pictures as picturesIn, picturesOf, sit, watch } from "./browser.mjs";
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

/** A keyboard that counts. */
function counting(page) {
  const count = { keys: 0 };
  return {
    count,
    type: async (text) => { count.keys += [...text].length; await page.keyboard.type(text); },
    press: async (key) => { count.keys += 1; await page.keyboard.press(key); },
  };
}

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
  const keyboard = counting(page);
  await fill(page, keyboard, FIELDS);
  await page.locator("#likely").getByText("Aucun dossier ne ressemble").waitFor();
  await page.locator("#phone").focus();
  await keyboard.press("Enter");
  await page.waitForURL(/\/patients\/[0-9a-z]{26}/);
  assert.match(await page.locator(".banner").innerText(), /BENJELLOUN Kenza[^]*بنجلون/);
  assert.ok(keyboard.count.keys <= 70, `${keyboard.count.keys} keys`);
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
  const keyboard = counting(page);
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

test("DUP-1, DUP-3 and DUP-5 an identity officer finds the pair, merges and parts it", async () => {
  const context = await sit(browser, site, { role: "identity-officer" });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  await page.goto(`${site.base}/duplicates`);
  const row = page.locator("tbody tr").filter({ hasText: "بنجلون" });
  await row.waitFor();
  await pictures(context, page, "duplicates", site.base);
  await row.getByRole("link", { name: "Comparer" }).focus();
  await page.keyboard.press("Enter");
  await page.locator("#why").waitFor();
  await pictures(context, page, "merge", site.base);
  await page.locator("input[name=stays]").first().focus();
  await page.keyboard.press("Space");
  await page.locator("#why").focus();
  await page.keyboard.type("même téléphone, même date");
  await page.keyboard.press("Enter");
  await page.getByText("tient lieu de").waitFor();
  await pictures(context, page, "merged", site.base);
  await page.locator("#why").focus();
  await page.keyboard.type("deux cousines");
  await page.keyboard.press("Enter");
  await page.locator("input[name=stays]").first().waitFor();
  none(faults);
  await context.close();
});
