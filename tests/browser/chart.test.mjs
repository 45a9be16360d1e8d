// What a chart shows and what it must not: errors struck through, signs beside values, versions, roles, empty parts, print.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { LANGUAGES, none, openBrowser, sit, watch } from "./browser.mjs";
import { ROOT, sharedSite } from "./site.mjs";

const KIDNEYS = "/patients/staged-kidneys";
let site, browser;
before(async () => {
  site = await sharedSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function open(path, { who = { role: "physician" }, expected = [], ...more } = {}) {
  const context = await sit(browser, site, who, more);
  const page = await context.newPage();
  const { faults } = watch(page, site, expected);
  const answer = await page.goto(site.base + path);
  return { page, context, faults, answer };
}

describe("a chart", { concurrency: 2 }, () => {
  test("chart_2 what was entered in error is struck through in lists, and in no synthesis and no trend", async () => {
    const { page, context, faults } = await open(`${KIDNEYS}/chart`);
    const synthesis = await page.locator("main").textContent();
    for (const wrong of ["noté à tort", "999"]) assert.ok(!synthesis.includes(wrong), wrong);
    for (const right of ["Insuffisance rénale", "Pénicilline", "Furosémide"]) assert.ok(synthesis.includes(right), right);
    for (const [tab, words] of [["problems", "Diabète noté à tort"], ["problems", "Latex noté à tort"], ["medicines", "Méthotrexate noté à tort"]]) {
      await page.goto(`${site.base}${KIDNEYS}/${tab}`);
      const what = page.locator(".what.struck", { hasText: words });
      assert.match(await what.evaluate((one) => getComputedStyle(one).textDecorationLine), /line-through/);
      assert.match(await what.textContent(), /saisi par erreur/);
    }
    await page.goto(`${site.base}${KIDNEYS}/results/trend?code=${encodeURIComponent("http://loinc.org|2160-0")}`);
    const drawn = JSON.parse(await page.locator("[data-trend]").getAttribute("data-trend"));
    assert.deepEqual(drawn.lines[0].values, [5, 9, 14.5, 61]);
    assert.match(await page.locator(".value.struck").textContent(), /999/);
    none(faults);
    await context.close();
  });

  for (const lang of LANGUAGES) {
    test(`chart_3 a value out of its range has a letter and an arrow, in ${lang}`, async () => {
      const { page, context } = await open(`${KIDNEYS}/results/trend?code=${encodeURIComponent("http://loinc.org|2160-0")}`, { lang });
      const signs = await page.locator("tbody tr .flag [aria-hidden]").allTextContents();
      // The newest first; the second is the one that was entered in error.
      assert.deepEqual(signs, ["HH↑↑", "H↑", "H↑", "L↓"]);
      const words = await page.locator("tbody tr .flag .unseen").allTextContents();
      assert.ok(words.every((word) => word.trim().length > 1));
      await context.close();
    });
  }

  test("chart_8 each version is shown, and what changed between any two", async () => {
    const raw = `${KIDNEYS}/raw/Flag/staged-flag`;
    const { page, context, faults } = await open(raw);
    assert.equal(await page.locator(".rows > li").count(), 3);
    for (const [version, text] of [[1, "Risque de chute\""], [2, "Risque de chute la nuit"], [3, "Dialyse mardi"]]) {
      await page.goto(`${site.base}${raw}?version=${version}`);
      assert.ok((await page.locator("pre.source").textContent()).includes(text));
    }
    for (const [from, to, gone, come] of [[1, 3, "Risque de chute\"", "Dialyse mardi"], [3, 2, "Dialyse mardi", "la nuit"]]) {
      await page.goto(`${site.base}${raw}/compare?from=${from}&to=${to}`);
      assert.ok((await page.locator("del").allTextContents()).join().includes(gone));
      assert.ok((await page.locator("ins").allTextContents()).join().includes(come));
    }
    none(faults);
    await context.close();
  });

  test("chart_9 a role without the chart is told so, and sees nothing of it", async () => {
    const { page, context, faults } = await open(KIDNEYS, { who: { role: "registration-clerk" }, expected: [403] });
    for (const hidden of ["Pénicilline", "Dialyse", "rénale"]) assert.ok(!(await page.content()).includes(hidden), hidden);
    for (const tab of ["chart", "problems", "medicines", "results", "days", "stays", "documents", "care", "alerts", "raw"]) {
      const answer = await page.goto(`${site.base}${KIDNEYS}/${tab}`);
      assert.equal(answer.status(), 403, tab);
      assert.match(await page.locator(".refusal").textContent(), /RH-WEB-NOT-YOURS/);
      for (const hidden of ["Pénicilline", "Dialyse", "rénale", "Benreins", "BENREINS"]) assert.ok(!(await page.content()).includes(hidden), hidden);
    }
    none(faults);
    await context.close();
  });

  for (const lang of LANGUAGES) {
    test(`chart_10 each part that has nothing says so, in ${lang}`, async () => {
      const { page, context, faults } = await open("/patients/staged-empty/chart", { lang });
      const parts = await page.locator(".panel").evaluateAll((panels) => panels.map((panel) => [panel.querySelector("h2").textContent, panel.querySelector(".empty")?.textContent.trim() ?? ""]));
      assert.equal(parts.length, 9);
      assert.deepEqual(parts.filter(([, said]) => said.length < 5), []);
      for (const tab of ["problems", "medicines", "results", "days", "stays", "documents", "care", "alerts"]) {
        await page.goto(`${site.base}/patients/staged-empty/${tab}`);
        assert.ok(await page.locator("main .empty").count() > 0, tab);
        assert.deepEqual(await page.locator("main .panel").evaluateAll((panels) => panels.filter((panel) => panel.textContent.replace(panel.querySelector("header")?.textContent ?? "", "").trim() === "").length), 0, tab);
      }
      none(faults);
      await context.close();
    });
  }

  test("chart_1 the synthesis is printed with the banner, without rail, in black on white", async () => {
    const folder = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "screens/chart");
    mkdirSync(folder, { recursive: true });
    for (const lang of LANGUAGES) {
      const { page, context } = await open(`/patients/${site.cast.rich}/chart`, { lang, theme: "dark", viewport: { width: 750, height: 1000 } });
      await page.emulateMedia({ media: "print" });
      assert.ok(await page.locator(".banner .name").isVisible());
      for (const gone of [".rail", ".bar", ".tabs", "[data-print]"]) assert.ok(!await page.locator(gone).isVisible(), gone);
      assert.ok(await page.locator(".printed").isVisible());
      assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), "rgb(255, 255, 255)");
      const ink = await page.locator(".what").first().evaluate((one) => getComputedStyle(one).color);
      assert.equal(ink, "rgb(0, 0, 0)");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wide, 0);
      await page.screenshot({ path: join(folder, `synthesis.${lang}.print.png`), fullPage: true });
      await context.close();
    }
  });
});
