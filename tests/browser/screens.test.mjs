// Every screen in three languages, light and dark, at a desk and on a telephone: it answers, says no error, asks nobody else,
// has no fault that axe knows, is not wider than the page, and weighs what a page may weigh. A picture of each is left behind.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { LANGUAGES, PHONE, WIDE, axe, none, openBrowser, overflow, sit, watch, weight } from "./browser.mjs";
import { screens } from "./screens.mjs";
import { ROOT, sharedSite } from "./site.mjs";

const MOST = 100_000;
/** How far down a page is looked at. */
const LONGEST = 1_900;
const PICTURES = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "screens");
/** What another light can change, and what another width can; the rest is the same page. */
const COLOURS = ["color-contrast", "link-in-text-block"];
const PLACES = [...COLOURS, "target-size", "scrollable-region-focusable", "summary-name", "link-name", "button-name", "label", "bypass"];

let site, browser;
before(async () => {
  site = await sharedSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

/** What has to be there before somebody looks. */
async function lead(page, screen) {
  for (const id of screen.recent ?? []) await page.request.get(`${site.base}/patients/${id}/chart`);
  if (screen.draft) {
    await page.goto(`${site.base}/patients/${site.cast.rich}/alerts`);
    await page.locator("#text").fill("Ne pas laisser seul la nuit");
    await page.locator("form[data-draft][data-kept=yes]").waitFor({ state: "attached" });
  }
}

async function show(page, screen) {
  const answer = await page.goto(site.base + screen.path, { waitUntil: "load" });
  const faults = answer.status() === screen.status ? [] : [`it answers ${answer.status()}`];
  if (screen.type) {
    await page.locator("#q").pressSequentially(screen.type);
    await page.waitForURL(/list=/);
    await page.locator("#people :is(td, .empty)").first().waitFor();
    await page.reload({ waitUntil: "load" });
  }
  // Where a page is behind another one, or is the answer to a form.
  for (const link of [screen.open, screen.then, screen.press].filter(Boolean)) {
    await Promise.all([page.waitForEvent("load"), page.locator(link).first().click()]);
  }
  await drawn(page);
  const bytes = await weight(page);
  return bytes > MOST ? [...faults, `it weighs ${bytes} bytes`] : faults;
}

async function drawn(page) {
  if (await page.locator("[data-trend]").count()) await page.locator("[data-trend] canvas").waitFor();
  await page.evaluate(() => document.fonts.ready);
}

/** A picture of a page that goes on and on ends where nobody looks any more. */
async function picture(page, screen, lang, end) {
  const folder = join(PICTURES, screen.module);
  mkdirSync(folder, { recursive: true });
  const { width } = page.viewportSize();
  // The window is made as tall as the page, so that what keeps to its edges is where it would be.
  const height = Math.min(LONGEST, await page.evaluate(() => document.documentElement.scrollHeight));
  await page.setViewportSize({ width, height });
  await page.screenshot({ path: join(folder, `${screen.name}.${lang}.${end}.png`) });
}

async function look(screen, lang) {
  const context = await sit(browser, site, screen.who, { lang });
  const page = await context.newPage();
  await lead(page, screen);
  const { faults } = watch(page, site, screen.status === 200 ? [] : [screen.status]);
  const found = await show(page, screen);
  const note = (end, list) => found.push(...list.map((fault) => `${end}: ${fault}`));
  for (const [viewport, end] of [[WIDE, "light"], [PHONE, "light.phone"]]) {
    await page.setViewportSize(viewport);
    await picture(page, screen, lang, end);
    note(end, [...await overflow(page), ...await axe(page, viewport === PHONE ? PLACES : null)]);
  }
  await context.addCookies([{ name: "rihla_theme", value: "dark", url: site.base }]);
  await page.reload({ waitUntil: "load" });
  await drawn(page);
  for (const [viewport, end] of [[PHONE, "dark.phone"], [WIDE, "dark"]]) {
    await page.setViewportSize(viewport);
    await picture(page, screen, lang, end);
    note(end, [...await overflow(page), ...(viewport === WIDE ? await axe(page, COLOURS) : [])]);
  }
  none([...found, ...faults], `${screen.name} in ${lang}`);
  await context.close();
}

const list = screens({ cast: { rich: "", stay: "", trend: "" } }).map((screen) => screen.name);
for (const lang of LANGUAGES) {
  describe(`every screen in ${lang}`, { concurrency: 2 }, () => {
    for (const [at, name] of list.entries()) test(`${name} in ${lang}`, () => look(screens(site)[at], lang));
  });
}
