// A person at a screen, and what every page of theirs has to keep to.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ROOT } from "./site.mjs";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const LANGUAGES = ["fr", "ar", "en"];
const AXE = readFileSync(join(ROOT, "node_modules/axe-core/axe.min.js"), "utf8");
const LAUNCH = { executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"] };
export const WIDE = { width: 1360, height: 850 };
export const PHONE = { width: 390, height: 844 };

export const openBrowser = () => chromium.launch(LAUNCH);
/** A browser that can be killed as a power cut does. */
export const openMortal = async () => {
  const server = await chromium.launchServer(LAUNCH);
  return { browser: await chromium.connect(server.wsEndpoint()), kill: () => server.kill() };
};

/** A person at a screen: `who` by role, by Practitioner or by login; or nobody. */
export async function sit(browser, site, who, { lang = "fr", theme = "light", viewport = WIDE, ...more } = {}) {
  const context = await browser.newContext({ viewport, locale: lang === "ar" ? "ar-MA" : lang, timezoneId: "Africa/Casablanca", reducedMotion: "reduce", ...more });
  const cookies = { rihla_lang: lang, rihla_theme: theme };
  if (who) cookies.rihla_session = await site.enter(who);
  await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: site.base })));
  context.setDefaultTimeout(30_000);
  return context;
}

/** Gathers what a page must not do: errors in its console, requests to elsewhere, requests that fail. */
export function watch(page, site, expected = []) {
  const faults = [];
  const asked = [];
  page.on("console", (message) => {
    const refused = expected.some((status) => message.text().includes(`status of ${status}`));
    if (message.type() === "error" && !refused) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("request", (request) => {
    asked.push(request.url());
    const url = new URL(request.url());
    if (url.origin !== site.base && !["data:", "blob:"].includes(url.protocol)) faults.push(`another origin: ${request.url()}`);
  });
  page.on("response", (answer) => {
    if (answer.status() >= 400 && !expected.includes(answer.status())) faults.push(`${answer.status()}: ${answer.url()}`);
  });
  return { faults, asked };
}

/** What axe finds (https://github.com/dequelabs/axe-core/blob/develop/doc/API.md), in a form that says where. */
export async function axe(page, rules) {
  const known = await page.evaluate(() => typeof globalThis.axe === "object");
  if (!known) await page.evaluate(AXE);
  const found = await page.evaluate((only) => globalThis.axe.run(document, {
    runOnly: only ? { type: "rule", values: only } : { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    resultTypes: ["violations"],
  }).then((result) => result.violations.map((one) => ({ id: one.id, nodes: one.nodes.slice(0, 4).map((node) => `${node.target.join(" ")} — ${node.failureSummary.split("\n").slice(1, 3).join(" ").trim()}`) }))), rules);
  return found.map((one) => `axe ${one.id}: ${one.nodes.join(" | ")}`);
}

/** What is wider than the page, if anything is. */
export const overflow = (page) => page.evaluate(() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1) && !one.closest(".unseen, .skip, .table-wrap");
  });
  return [`the page is ${root.scrollWidth} wide in ${root.clientWidth}: ${wide.slice(-3).map((one) => one.outerHTML.slice(0, 90)).join(" | ")}`];
});

/** What a first load brings, packed, without fonts: also counts what the browser had already. */
export const weight = (page) => page.evaluate(() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return all.filter((one) => !one.name.endsWith(".woff2")).reduce((sum, one) => sum + one.encodedBodySize, 0);
});

export const none = (faults, where = "") => assert.deepEqual(faults, [], where);

/** Where pictures of some screens go. */
export function picturesOf(name) {
  const folder = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "screens", name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Leaves pictures in a folder of a page as it stands, in the language that it is in: both themes and a telephone; and says
 * what axe finds, and what is wider than the screen. */
export const picturing = (folder) => async (page, name) => {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.light.png`), fullPage: true });
  none([...(await axe(page)), ...(await overflow(page))], name);
  await page.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
  await page.screenshot({ path: join(folder, `${name}.dark.png`), fullPage: true });
  none(await axe(page, ["color-contrast"]), `${name}, dark`);
  await page.evaluate(() => { document.documentElement.dataset.theme = "light"; });
  await page.setViewportSize(PHONE);
  none(await overflow(page), `${name} on a telephone`);
  await page.screenshot({ path: join(folder, `${name}.phone.png`), fullPage: true });
  await page.setViewportSize(WIDE);
};

/** Leaves pictures in a folder of a page as it stands, in each language, light and dark, at a desk and on a telephone. */
export const pictures = (folder) => async (context, page, name, address, again = async () => {}) => {
  const found = [];
  for (const lang of LANGUAGES) {
    for (const theme of ["light", "dark"]) {
      await context.addCookies([{ name: "rihla_lang", value: lang, url: address }, { name: "rihla_theme", value: theme, url: address }]);
      await page.reload();
      await again();
      for (const [viewport, end] of [[WIDE, ""], [PHONE, ".phone"]]) {
        await page.setViewportSize(viewport);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: join(folder, `${name}.${lang}.${theme}${end}.png`), fullPage: true });
        found.push(...(await overflow(page)).map((fault) => `${name} ${lang} ${theme}${end}: ${fault}`));
        if (end === "") found.push(...(await axe(page, theme === "dark" ? ["color-contrast"] : null)).map((fault) => `${name} ${lang} ${theme}: ${fault}`));
      }
      await page.setViewportSize(WIDE);
    }
  }
  await context.addCookies([{ name: "rihla_lang", value: "fr", url: address }, { name: "rihla_theme", value: "light", url: address }]);
  await page.reload();
  await again();
  none(found);
};
