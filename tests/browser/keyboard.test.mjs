// With the keyboard alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, sit } from "./browser.mjs";
import { sharedSite, until } from "./site.mjs";

let site, browser;
before(async () => {
  site = await sharedSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

const focused = (page) => page.evaluate(() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  return { tag: one.tagName, id: one.id, href: one.getAttribute("href"), text: one.textContent.trim(), seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
});

/** Presses Tab until something has the focus; everything on the way shows that it has it. */
async function tabTo(page, what, is, most = 80) {
  const passed = [];
  for (let press = 0; press < most; press += 1) {
    await page.keyboard.press("Tab");
    const here = await focused(page);
    if (here.tag !== "BODY") assert.ok(here.seen, `no focus is seen on ${here.tag} ${here.id} ${here.text.slice(0, 40)}`);
    passed.push(here);
    if (is(here)) return passed;
  }
  throw new Error(`${what} is not reached by Tab`);
}

test("in at the door, to a chart by /, and through all its tabs", async () => {
  const context = await sit(browser, site, null);
  const page = await context.newPage();
  await page.goto(site.base);
  const { login, password } = site.account({ role: "physician" });
  assert.equal((await focused(page)).id, "login");
  await page.keyboard.type(login);
  await tabTo(page, "the password", (here) => here.id === "password");
  await page.keyboard.type(password);
  await tabTo(page, "the button", (here) => here.tag === "BUTTON");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/patients$/);

  await page.locator("#q").evaluate((field) => field.blur());
  await page.keyboard.press("/");
  assert.equal((await focused(page)).id, "command");
  await page.keyboard.type("benreins");
  await page.locator("#command-answers a", { hasText: "BENREINS" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await until("an answer has the focus", async () => (await focused(page)).href === "/patients/staged-kidneys");
  assert.ok((await focused(page)).seen);
  await page.keyboard.press("Enter");
  await page.waitForURL(/staged-kidneys\/chart$/);

  await page.keyboard.press("Tab");
  assert.equal((await focused(page)).href, "#main");
  assert.ok(await page.locator(".skip").isVisible());
  await page.keyboard.press("Enter");
  await until("the content has the focus", async () => (await focused(page)).id === "main");
  // The content is behind the row of tabs, which the keyboard reaches all the same.
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null));
  await page.reload();
  const passed = await tabTo(page, "the last tab", (here) => here.href === "/patients/staged-kidneys/raw");
  const tabs = await page.locator(".tabs a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  assert.ok(tabs.length > 10);
  const reached = new Set(passed.map((here) => here.href));
  assert.deepEqual(tabs.slice(0, tabs.indexOf("/patients/staged-kidneys/raw") + 1).filter((href) => !reached.has(href)), []);
  await context.close();
});

test("Escape loses nothing", async () => {
  const context = await sit(browser, site, { role: "physician" });
  const page = await context.newPage();
  await page.goto(`${site.base}/patients/staged-twin-b/alerts`);
  await page.locator("#text").focus();
  await page.keyboard.type("Reste là");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#text").inputValue(), "Reste là");
  await page.keyboard.press("Control+k");
  assert.equal((await focused(page)).id, "command");
  await page.keyboard.type("ghaz");
  await page.locator("#command-answers a").first().waitFor();
  await page.keyboard.press("Escape");
  assert.equal((await focused(page)).id, "text");
  assert.equal(await page.locator("#text").inputValue(), "Reste là");
  await context.close();
});

test("the list of the finder is walked with arrows, and Enter opens", async () => {
  const context = await sit(browser, site, { role: "nurse" });
  const page = await context.newPage();
  await page.goto(`${site.base}/patients`);
  assert.equal((await focused(page)).id, "q");
  await page.keyboard.type("ghazali");
  await until("both are shown", async () => await page.locator("#people th a").count() >= 2);
  await page.keyboard.press("ArrowDown");
  const first = (await focused(page)).href;
  assert.match(first, /^\/patients\/staged-twin-/);
  await page.keyboard.press("ArrowDown");
  assert.notEqual((await focused(page)).href, first);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal((await focused(page)).id, "q");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`${first}/chart$`));
  await context.close();
});
