// Emergency in a browser, French and Arabic: somebody unknown arrives, is sorted, is taken charge of and goes home; the board
// on the wall.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { none, openBrowser, picturesOf, picturing, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const pictured = picturing(picturesOf("emergency"));
let site, browser;

before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function at(role, lang) {
  const context = await sit(browser, site, { role }, { lang });
  const page = await context.newPage();
  return { context, page, ...watch(page, site) };
}

const WORDS = {
  fr: { advice: "Revenir si la fièvre dépasse 39", note: "Veste bleue, gare", save: "Enregistrer l’arrivée", none: "à trier", sort: /^Enregistrer le tri/, charge: /^Prendre en charge/, decide: /^Décider pour/, leave: "discharge", departs: "le départ" },
  ar: { advice: "الرجوع إذا تجاوزت الحرارة 39", note: "سترة زرقاء، المحطة", sort: /^تسجيل فرز|^حفظ/, leave: "discharge" },
};

for (const lang of ["fr", "ar"]) {
  const words = WORDS[lang];
  test(`somebody unknown arrives, is sorted, seen and goes (${lang})`, async () => {
    const nurse = await at("nurse", lang);
    await nurse.page.goto(`${site.base}/emergency/arrive`);
    await pictured(nurse.page, `arrive.${lang}`);
    await nurse.page.locator("#note").fill(words.note);
    await nurse.page.locator("#sex").selectOption("male");
    await nurse.page.locator("#age").fill("45");
    await nurse.page.locator("#reason").selectOption({ index: 1 });
    await nurse.page.locator("form .primary").click();
    await nurse.page.waitForURL(/\/emergency(\?|$)/);
    const row = nurse.page.locator("tr", { hasText: words.note });
    await row.waitFor();
    await pictured(nurse.page, `board.${lang}`);
    await row.locator("a[href$='/triage']").click();
    await nurse.page.waitForURL(/triage$/);
    await nurse.page.locator("input[name=level]").nth(1).check();
    await nurse.page.locator("#pain").fill("6");
    await pictured(nurse.page, `triage.${lang}`);
    await nurse.page.locator("form.form .primary").first().click();
    await nurse.page.waitForURL(/\/emergency(\?|$)/);
    assert.equal(await row.locator(".triage.none").count(), 0);

    const physician = await at("physician", lang);
    await physician.page.goto(`${site.base}/emergency`);
    const seen = physician.page.locator("tr", { hasText: words.note });
    await seen.locator("form[action$='/charge'] button.primary").click();
    await physician.page.waitForURL(/\/emergency(\?|$)/);
    await seen.waitFor();
    assert.equal(await seen.locator("form[action$='/charge']").count(), 0, "a physician has seen them");
    // The nurse's board follows by itself.
    await nurse.page.waitForFunction((note) => ![...document.querySelectorAll("tr")].some((row) => row.textContent.includes(note) && row.querySelector("form[action$='/charge']")), words.note);
    await seen.locator("details", { has: physician.page.locator("form[action$='/decide']") }).locator("summary").click();
    await seen.locator("select[name=what]").selectOption(words.leave);
    await pictured(physician.page, `decide.${lang}`);
    await seen.locator("form[action$='/decide'] button").click();
    await physician.page.waitForURL(/\/emergency(\?|$)/);
    assert.equal(await seen.locator("form[action$='/left']").count(), 0);
    await physician.page.goto(`${site.base}/emergency/wall`);
    assert.ok(!(await physician.page.locator("main").innerText()).includes("Prendre en charge"));
    assert.equal(await physician.page.locator(".rail, .bar").count(), 0, "nothing stands beside a wall");
    await physician.page.setViewportSize({ width: 1920, height: 1080 });
    await pictured(physician.page, `wall.${lang}`);
    none([...nurse.faults, ...physician.faults], "faults");
    await Promise.all([nurse.context.close(), physician.context.close()]);
  });

  test(`EMG-19 EMG-20 whoever is not urgent is sent elsewhere, and comes back (${lang})`, async () => {
    const mark = `${words.note} 2`;
    const nurse = await at("nurse", lang);
    await nurse.page.goto(`${site.base}/emergency/arrive`);
    await nurse.page.locator("#note").fill(mark);
    await nurse.page.locator("#age").fill("30");
    await nurse.page.locator("#reason").selectOption({ index: 7 });
    await nurse.page.locator("form .primary").click();
    const row = nurse.page.locator("tr", { hasText: mark });
    await row.locator("a[href$='/triage']").click();
    await nurse.page.locator("#triage-note").fill("Calme");
    await nurse.page.locator("form[data-draft][data-kept=yes]").waitFor({ state: "attached" });
    await nurse.page.reload();
    assert.equal(await nurse.page.locator("#triage-note").inputValue(), "Calme", "what was typed is kept");
    assert.ok(await nurse.page.locator(".draft-back").isVisible());
    await nurse.page.locator("input[name=level]").nth(5).check();
    await nurse.page.locator("form.form .primary").first().click();
    await nurse.page.waitForURL(/\/emergency(\?|$)/);

    const physician = await at("physician", lang);
    await physician.page.goto(`${site.base}/emergency`);
    await physician.page.locator("tr", { hasText: mark }).locator("a[href$='/redirect']").click();
    await physician.page.locator("#place").selectOption("health-centre");
    await physician.page.locator("#advice").fill(words.advice);
    await pictured(physician.page, `redirect.${lang}`);
    await physician.page.locator("form.form .primary").click();
    await physician.page.waitForURL(/\/emergency(\?|$)/);
    const gone = physician.page.locator(".track-gone li", { hasText: words.advice });
    await gone.waitFor();
    assert.equal(await physician.page.locator("tr", { hasText: mark }).count(), 0);
    await pictured(physician.page, `redirected.${lang}`);
    await gone.locator("button").click();
    await physician.page.locator("tr", { hasText: mark }).waitFor();
    none([...nurse.faults, ...physician.faults], "faults");
    await Promise.all([nurse.context.close(), physician.context.close()]);
  });
}
