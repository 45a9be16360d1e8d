// What is typed survives the death of the browser and of the server, and is its author's alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openMortal, sit } from "./browser.mjs";
import { ownSite, until } from "./site.mjs";

const ALERTS = (id) => `/patients/staged-${id}/alerts`;
let site, browser, author, colleague;
before(async () => {
  site = await ownSite();
  browser = await openBrowser();
  [author, colleague] = site.cast.physicians.map((practitioner) => ({ practitioner }));
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function typedAt(someBrowser, who, path) {
  const context = await sit(someBrowser, site, who);
  const page = await context.newPage();
  await page.goto(site.base + path);
  return { context, page, typed: () => page.locator("#text").inputValue() };
}

const kept = (page) => page.locator("form[data-draft][data-kept=yes]").waitFor({ state: "attached", timeout: 60_000 });

test("chart_6 after the browser was killed the draft is offered to its author, on that patient, and to nobody else", async () => {
  const mortal = await openMortal();
  const { page } = await typedAt(mortal.browser, author, ALERTS("kidneys"));
  const whole = page.waitForResponse((answer) => answer.url().endsWith("/drafts") && answer.ok() && answer.request().postData().includes("seule"));
  await page.locator("#text").pressSequentially("Ne pas laisser seule");
  await whole;
  await mortal.kill();

  const again = await typedAt(browser, author, ALERTS("kidneys"));
  assert.equal(await again.typed(), "Ne pas laisser seule");
  assert.ok(await again.page.locator(".draft-back").isVisible());
  await again.page.goto(`${site.base}/drafts`);
  assert.equal(await again.page.locator(".card a", { hasText: "Ne pas laisser seule" }).count(), 1);
  await again.page.goto(site.base + ALERTS("twin-a"));
  assert.equal(await again.typed(), "");

  const another = await typedAt(browser, colleague, ALERTS("kidneys"));
  assert.equal(await another.typed(), "");
  await another.page.goto(`${site.base}/drafts`);
  assert.equal(await another.page.locator(".card").count(), 0);
  await Promise.all([again.context.close(), another.context.close()]);
});

test("chart_6 while the server is dead the page says that nothing is kept, keeps trying, and keeps it when it is back", async () => {
  const { context, page } = await typedAt(browser, author, ALERTS("twin-b"));
  await page.locator("#text").pressSequentially("Première");
  await kept(page);
  await site.stop("SIGKILL");
  await page.locator("#text").pressSequentially(" et seconde moitié");
  await page.locator("form[data-draft][data-kept=no]").waitFor({ state: "attached" });
  assert.match(await page.locator("[data-draft-state]").textContent(), /Pas encore gardé/);
  await site.start();
  await kept(page);
  await until("the words say that it is kept", async () => /Brouillon gardé à/.test(await page.locator("[data-draft-state]").textContent()));
  const again = await typedAt(browser, author, ALERTS("twin-b"));
  assert.equal(await again.typed(), "Première et seconde moitié");
  await Promise.all([context.close(), again.context.close()]);
});

test("chart_6 what was typed while a request was under way is kept when the page goes, and the late one takes nothing back", async () => {
  const { context, page } = await typedAt(browser, author, ALERTS("kidneys"));
  let letGo;
  const held = new Promise((go) => { letGo = go; });
  let first = true;
  await page.route("**/drafts", async (route) => {
    if (first) { first = false; await held; }
    await route.continue();
  });
  const asked = (text) => page.waitForRequest((request) => request.url().endsWith("/drafts") && request.postData().includes(text));
  const earlier = asked("Avant");
  await page.locator("#text").fill("Avant");
  const overtaken = await earlier;
  const later = asked("apres");
  await page.locator("#text").fill("Avant et apres");
  await page.evaluate(() => dispatchEvent(new Event("pagehide")));
  await (await (await later).response()).finished();
  letGo();
  await (await overtaken.response()).finished();
  const again = await typedAt(browser, author, ALERTS("kidneys"));
  assert.equal(await again.typed(), "Avant et apres");
  await Promise.all([context.close(), again.context.close()]);
});

test("chart_6 what was saved or abandoned is offered no more", async () => {
  const { context, page, typed } = await typedAt(browser, author, ALERTS("twin-a"));
  await page.locator("#text").pressSequentially("À abandonner");
  await kept(page);
  await page.reload();
  await page.locator(".draft-back button").click();
  await page.waitForURL(/alerts$/);
  await until("the form is empty", async () => await typed() === "");
  await page.locator("#kind").selectOption("diet");
  await page.locator("#text").pressSequentially("Sans gluten");
  await kept(page);
  await page.locator(".form .primary").click();
  await page.locator(".rows .what", { hasText: "Sans gluten" }).waitFor();
  assert.equal(await typed(), "");
  await context.close();
});
