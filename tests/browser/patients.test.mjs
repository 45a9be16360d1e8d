// Finding people, as someone at a desk does it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { none, openBrowser, sit, watch } from "./browser.mjs";
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

/** A page of the finder, with everything that it asked for. */
async function finder(lang = "fr", more = {}) {
  const context = await sit(browser, site, { role: "nurse" }, { lang, ...more });
  const page = await context.newPage();
  const seen = watch(page, site);
  await page.goto(`${site.base}/patients`);
  return { page, context, ...seen };
}

const ids = (page) => page.locator("#people th a").evaluateAll((links) => links.map((link) => link.getAttribute("href").split("/")[2]));

/** Types it and waits until the people shown are those. */
async function finds(page, typed, wanted) {
  await page.locator("#q").fill(typed);
  await until(`${typed} finds ${wanted}`, async () => {
    const shown = await ids(page);
    return wanted.every((id) => shown.includes(id)) && shown.length <= wanted.length + 3;
  });
}

const TWINS = ["staged-twin-a", "staged-twin-b"];

describe("finding", { concurrency: 2 }, () => {
  test("pat_1 parts of the name in any order, with or without accents, in either script", async () => {
    const { page, context, faults } = await finder();
    for (const typed of ["fatima zahra ghazali", "Él Ghazâli", "GHAZALI fati", "zahra el ghaz", "الغزالي", "فاطمة الغزالي", "زهراء غزالي"]) {
      await page.locator("#q").fill("");
      await finds(page, typed, TWINS);
    }
    none(faults);
    await context.close();
  });

  test("pat_1 the same from an Arabic page", async () => {
    const { page, context, faults } = await finder("ar");
    await finds(page, "فاطمة غزالي", TWINS);
    assert.match(await page.locator("#people th a").first().textContent(), /الغزالي/);
    assert.equal(await page.locator("#people th").first().evaluate((cell) => getComputedStyle(cell).direction), "rtl");
    none(faults);
    await context.close();
  });

  test("pat_2 a number, a telephone as people write it, a year or a date of birth", async () => {
    const { page, context, faults } = await finder();
    for (const typed of ["77000001", "ZZ770011", "zz 770011", "0661770011", "06 61 77 00 11", "+212 661 770 011", "ghazali 1975", "12/03/1975 fatima"]) {
      await page.locator("#q").fill("");
      await finds(page, typed, [TWINS[0]]);
      // What stood there for the first letters goes with the answer to the last one.
      await until(`${typed} leaves the other twin out`, async () => !(await ids(page)).includes(TWINS[1]));
    }
    none(faults);
    await context.close();
  });

  test("pat_3 two people of one name are both marked, and what tells them apart is on the line", async () => {
    const { page, context } = await finder();
    await finds(page, "ghazali fatima", TWINS);
    const lines = page.locator("#people tbody tr");
    assert.equal(await lines.locator(".badge.homonym").count(), 2);
    const texts = await lines.allTextContents();
    for (const [birth, number, town] of [["12 mars 1975", "77000001", "Meknès"], ["30 juil. 1981", "77000002", "Salé"]]) {
      assert.equal(texts.filter((text) => text.includes(birth) && text.includes(number) && text.includes(town)).length, 1, birth);
    }
    await context.close();
  });

  for (const javaScriptEnabled of [true, false]) {
    test(`pat_4 back from a chart the list stands as it was left, JavaScript ${javaScriptEnabled ? "on" : "off"}`, async () => {
      const { page, context } = await finder("fr", { javaScriptEnabled });
      if (javaScriptEnabled) {
        await finds(page, "ghazali", TWINS);
        await page.waitForURL(/list=/);
      } else {
        await page.locator("#q").fill("ghazali");
        await page.locator(".finder button").click();
      }
      const left = await ids(page);
      assert.ok(left.length >= 2);
      await page.locator("#people th a").first().click();
      await page.waitForURL(/\/chart$/);
      await page.goBack();
      await page.locator("#people th a").first().waitFor();
      assert.equal(await page.locator("#q").inputValue(), "ghazali");
      assert.deepEqual(await ids(page), left);
      await context.close();
    });
  }

  test("pat_5 nothing that was typed stands in an address", async () => {
    const { page, context, asked } = await finder();
    await finds(page, "ghazali", TWINS);
    await page.waitForURL(/list=/);
    await page.locator("#command").fill("benreins");
    await page.locator("#command-answers a", { hasText: "BENREINS" }).click();
    await page.waitForURL(/\/chart$/);
    assert.ok(asked.length > 5);
    assert.deepEqual(asked.filter((url) => /ghaz|benrei/i.test(decodeURIComponent(url))), []);
    assert.doesNotMatch(await page.evaluate(() => performance.getEntriesByType("navigation")[0].name), /benrei/i);
    await context.close();
  });

  test("pat_6 where nobody is found the page says what else to try", async () => {
    const { page, context } = await finder();
    await page.locator("#q").fill("qqxyzqq");
    const said = page.locator("#people .empty", { hasText: "année de naissance" });
    await said.waitFor();
    await context.close();
  });

  test("pat_7 who answers for somebody in a bed sees them with their place", async () => {
    const context = await sit(browser, site, { practitioner: site.cast.doctor });
    const page = await context.newPage();
    await page.goto(`${site.base}/patients/mine`);
    const line = page.locator("tbody tr", { has: page.locator(`a[href="/patients/${site.cast.rich}"]`) });
    assert.ok((await line.locator("td").first().textContent()).trim().length > 3);
    await context.close();
  });

  test("pat_8 the command bar of every page finds the same people", async () => {
    const { page, context, faults } = await finder();
    for (const path of ["/patients/mine", "/drafts", `/patients/${site.cast.rich}/results`]) {
      await page.goto(site.base + path);
      await page.locator("#command").fill("ghazali zahra");
      const found = page.locator("#command-answers a", { hasText: "GHAZÂLI" });
      await until("both are answered", async () => await found.count() === 2);
      assert.deepEqual((await found.evaluateAll((links) => links.map((link) => link.getAttribute("href").split("/")[2]))).sort(), TWINS);
    }
    none(faults);
    await context.close();
  });
});
