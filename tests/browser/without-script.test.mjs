// The journeys of a shift with JavaScript switched off.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, sit, watch, none } from "./browser.mjs";
import { ownSite } from "./site.mjs";

let site, browser;
before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

test("a shift without JavaScript: enter, find, read every tab, alert, draft, language, light, leave", async () => {
  const context = await sit(browser, site, null, { javaScriptEnabled: false });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  await page.goto(site.base);
  await page.waitForURL(/sign-in/);
  const { login, password } = site.account({ practitioner: site.cast.doctor });
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator(".door .primary").click();
  await page.waitForURL(/\/patients$/);

  await page.locator("#q").fill("benreins");
  await page.locator(".finder button").click();
  await page.locator("#people th a", { hasText: "BENREINS" }).click();
  await page.waitForURL(/staged-kidneys\/chart$/);
  const tabs = await page.locator(".tabs a").count();
  assert.ok(tabs > 10, `${tabs} tabs`);
  for (let at = 0; at < tabs; at += 1) {
    await page.locator(".tabs a").nth(at).click();
    assert.ok(await page.locator("main h1").isVisible());
    assert.equal(await page.locator(".tabs a").nth(at).getAttribute("aria-current"), "page");
  }
  await page.locator(".tabs a", { hasText: /^Résultats$/ }).click();
  await page.locator("main th a").first().click();
  await page.waitForURL(/results\/trend/);
  assert.ok(await page.locator("tbody tr").count() >= 4);

  await page.locator(".tabs a", { hasText: "Alertes" }).click();
  await page.locator("#text").fill("Gardé par son bouton");
  await page.getByRole("button", { name: "Garder le brouillon" }).click();
  await page.waitForURL(/alerts$/);
  assert.equal(await page.locator("#text").inputValue(), "Gardé par son bouton");
  await page.locator("#kind").selectOption("safety");
  await page.locator(".form .primary").click();
  const added = page.locator(".rows > li", { hasText: "Gardé par son bouton" });
  await added.locator("summary").click();
  await added.locator("input[name=reason]").fill("N’a plus lieu d’être");
  await added.locator("button").click();
  await page.waitForURL(/alerts$/);
  assert.equal(await page.locator(".banner", { hasText: "Gardé par son bouton" }).count(), 0);
  assert.match(await page.locator(".rows > li", { hasText: "Gardé par son bouton" }).textContent(), /N’a plus lieu d’être/);

  await page.locator("#command").fill("ghazali");
  await page.locator("#command").press("Enter");
  assert.ok(await page.locator(".commands-page a", { hasText: "GHAZÂLI" }).count() >= 2);
  await page.goto(`${site.base}/patients`);
  await page.locator(".me summary").click();
  await page.locator(".me button[value=ar]").click();
  assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
  await page.locator(".me summary").click();
  await page.locator(".me button[value=dark]").click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.locator(".me summary").click();
  await page.locator(".me form[action='/sign-out'] button").click();
  await page.waitForURL(/sign-in/);
  await page.goto(`${site.base}/patients/staged-kidneys/chart`);
  await page.waitForURL(/sign-in/);
  none(faults);
  await context.close();
});
