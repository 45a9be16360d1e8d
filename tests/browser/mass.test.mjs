// Many victims at once in a browser, French and Arabic: the mode is declared, a victim is tagged by keys alone, sorted, taken
// somewhere, the list is printed, and the report stays when it is over.
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

async function at(role, lang, expected = []) {
  const context = await sit(browser, site, { role }, { lang });
  const page = await context.newPage();
  return { context, page, ...watch(page, site, expected) };
}

const WORDS = {
  fr: { name: "Car, route de Fès", why: "Appel du SAMU, 30 blessés", note: "Veste bleue", over: "Dernier blessé orienté", sex: "m" },
  ar: { name: "حادثة حافلة، طريق فاس", why: "اتصال المساعدة الطبية المستعجلة", note: "سترة زرقاء", over: "وجه آخر مصاب", sex: "ذ" },
};

for (const lang of ["fr", "ar"]) {
  const words = WORDS[lang];
  test(`EMG-15 EMG-16 EMG-18 victims are tagged by keys and found again (${lang})`, async () => {
    const physician = await at("physician", lang, [422]);
    await physician.page.goto(`${site.base}/emergency/mass`);
    await physician.page.locator("#name").fill(words.name);
    await physician.page.locator("#why").fill(words.why);
    await pictured(physician.page, `mass-start.${lang}`);
    await physician.page.locator("form.form button.primary").click();
    await physician.page.locator(".mass-notice").waitFor();

    const nurse = await at("nurse", lang);
    await nurse.page.goto(`${site.base}/emergency`);
    await nurse.page.locator(".mass-notice a").click();
    await nurse.page.locator("#category").waitFor();
    // One chain of keys a victim.
    for (const [category, sex, age] of [["1", words.sex, "40"], ["2", words.sex, "25"], ["3", "", ""], ["0", "", ""]]) {
      const before = await nurse.page.locator("tr[id^=victim-]").count();
      assert.equal(await nurse.page.evaluate(() => document.activeElement?.id), "category", "the first key goes to the category");
      const keys = nurse.page.keyboard;
      await keys.press(category);
      await keys.press("Tab");
      if (sex) await keys.type(sex);
      await keys.press("Tab");
      if (age) await keys.type(age);
      await keys.press("Enter");
      await nurse.page.waitForFunction((n) => document.querySelectorAll("tr[id^=victim-]").length === n, before + 1);
    }
    assert.equal(await nurse.page.locator(".mass-list .triage.red").count(), 1);
    assert.equal(await nurse.page.locator(".mass-list .triage.none").count(), 1);
    await nurse.page.locator(".mass-tag strong").waitFor();
    // Somebody whom the hospital knows is looked for; a key too early writes nobody down.
    await nurse.page.locator(".mass-arrive details summary").click();
    await nurse.page.locator("#q").fill("a");
    await nurse.page.locator("#found input[name=patient]").nth(1).waitFor();
    assert.equal(await nurse.page.locator("#found input[name=patient]:checked").count(), 0, "nobody is chosen by itself");
    await pictured(nurse.page, `mass-known.${lang}`);
    await nurse.page.locator("#q").fill("");
    await nurse.page.waitForFunction(() => !document.querySelector("#found input"));

    // The physician's list follows by itself; somebody dead is counted and goes nowhere.
    await physician.page.waitForFunction(() => document.querySelectorAll("tr[id^=victim-]").length === 4);
    await physician.page.locator("#category").selectOption("dead");
    await physician.page.locator("#note").fill(words.note);
    await physician.page.locator(".mass-arrive button.primary").click();
    // One key too far states no death: it is asked for, where the next key goes, and what was typed stays.
    await physician.page.locator("#sure").waitFor();
    assert.equal(await physician.page.evaluate(() => document.activeElement?.id), "sure");
    assert.equal(await physician.page.locator("#note").inputValue(), words.note);
    await pictured(physician.page, `mass-sure.${lang}`);
    await physician.page.keyboard.press("Space");
    await physician.page.keyboard.press("Enter");
    await physician.page.waitForFunction(() => document.querySelectorAll("tr[id^=victim-]").length === 5);
    const red = physician.page.locator("tr[id^=victim-]", { has: physician.page.locator(".triage.red") });
    await red.locator("input[name=who]").check();
    await physician.page.locator("#went").selectOption("theatre");
    // Another victim comes while somebody chooses: what they chose is still chosen.
    await physician.page.locator("#age").fill("7");
    await nurse.page.locator("#age").fill("12");
    await nurse.page.locator("#age").press("Enter");
    await physician.page.waitForFunction(() => document.querySelectorAll("tr[id^=victim-]").length === 6);
    assert.ok(await red.locator("input[name=who]").isChecked(), "the victim is still ticked");
    assert.equal(await physician.page.locator("#went").inputValue(), "theatre");
    assert.equal(await physician.page.locator("#age").inputValue(), "7");
    await physician.page.locator(".mass-list > .mass-arrive button").click();
    await physician.page.waitForFunction(() => document.querySelector(".mass-list .triage.red")?.closest("tr").querySelector("input[name=who]")?.value.endsWith(" 2"));
    await pictured(physician.page, `mass.${lang}`);
    // On paper: the list and its figures, and nothing to press.
    await physician.page.emulateMedia({ media: "print" });
    assert.equal(await physician.page.locator("button:visible, select:visible, input:visible").count(), 0, "nothing to press on paper");
    assert.equal(await physician.page.locator("tr[id^=victim-]:visible").count(), 6);
    await physician.page.screenshot({ path: `${picturesOf("emergency")}/mass-print.${lang}.png`, fullPage: true });
    await physician.page.emulateMedia({ media: "screen" });
    const other = await nurse.context.newPage();
    await other.goto(`${site.base}/emergency/mass`);
    await other.locator("#note").fill(words.note);
    await nurse.page.goto(`${site.base}/emergency`);
    await pictured(nurse.page, `mass-board.${lang}`);

    await physician.page.locator("#mass-end summary").click();
    await physician.page.locator("#end-why").fill(words.over);
    await physician.page.locator("#mass-end button").click();
    await physician.page.waitForURL(/\/emergency\/mass\/[^/]+$/);
    assert.equal(await physician.page.locator("#category").count(), 0, "nobody arrives in what is over");
    await pictured(physician.page, `mass-report.${lang}`);
    await nurse.page.waitForFunction(() => !document.querySelector(".mass-notice"));
    // Another open page of it says so by itself; what was typed there goes on into an ordinary arrival.
    await other.waitForFunction((over) => document.querySelector("#emergency-event")?.textContent.includes(over), words.over);
    assert.equal(await other.locator("tr[id^=victim-]").count(), 6, "the list stays");
    assert.equal(await other.locator("#note").inputValue(), words.note);
    await pictured(other, `mass-over.${lang}`);
    await other.locator(".mass-arrive button.primary").click();
    await other.locator("form[action$='/arrive/find'] button.primary").click();
    assert.equal(await other.locator("#note").inputValue(), words.note);
    none([...nurse.faults, ...physician.faults], "faults");
    await Promise.all([nurse.context.close(), physician.context.close()]);
  });
}
