// A form of the site's own: made by typing, tried beside, put to use, in French and in Arabic, with the keyboard.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PHONE, WIDE, axe, none, openBrowser, overflow, picturesOf, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const folder = picturesOf("forms-editor");
let site, browser;

before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function pictured(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.light.png`), fullPage: true });
  none([...(await axe(page)), ...(await overflow(page))], name);
  await page.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
  await page.screenshot({ path: join(folder, `${name}.dark.png`), fullPage: true });
  none(await axe(page, ["color-contrast"]), `${name}, dark`);
  await page.evaluate(() => { document.documentElement.dataset.theme = "light"; });
  await page.setViewportSize(PHONE);
  await page.screenshot({ path: join(folder, `${name}.phone.png`), fullPage: true });
  none(await overflow(page), `${name} on a telephone`);
  await page.setViewportSize(WIDE);
}

const WORDS = {
  fr: { add: "Ajouter une question à la fin", save: "Enregistrer le brouillon", edit: "Modifier le brouillon", publish: /^Mettre en usage, version/, next: "Préparer une nouvelle version", state: "Actif" },
  ar: { add: "إضافة سؤال في النهاية", save: "حفظ المسودة", edit: "تعديل المسودة", publish: /^الوضع قيد الاستعمال، الإصدار/, next: "إعداد إصدار جديد", state: "قيد الاستعمال" },
};

for (const lang of ["fr", "ar"]) {
  test(`a form is made, tried and put to use (${lang})`, async () => {
    const words = WORDS[lang];
    const context = await sit(browser, site, { role: "form-editor" }, { lang });
    const page = await context.newPage();
    const { faults } = watch(page, site);
    await page.goto(`${site.base}/forms/new`);
    await page.locator("[name='title.fr']").fill("Risque de chute");
    await page.locator("[name='title.ar']").fill("خطر السقوط");
    // By keyboard alone: the button adds, and the field of what was added has the focus.
    await page.getByRole("button", { name: words.add }).focus();
    await page.keyboard.press("Enter");
    await page.locator("[name='e0.fr']").waitFor();
    await page.waitForFunction(() => document.activeElement?.name === "e0.fr");
    await page.keyboard.type("Équilibre debout");
    await page.locator("[name='e0.ar']").fill("التوازن وقوفا");
    await page.locator("[name='e0.kind']").selectOption("choice");
    // What the type brings appears by itself.
    await page.locator("[name='e0.o0.fr']").fill("Stable");
    await page.locator("[name='e0.o0.ar']").fill("مستقر");
    await page.locator("[name='e0.o0.points']").fill("0");
    await page.locator("[name='e0.o0.points']").blur();
    await page.locator("[name='e0.o1.fr']").fill("Instable");
    await page.locator("[name='e0.o1.ar']").fill("غير مستقر");
    await page.locator("[name='e0.o1.points']").fill("2");
    await page.locator("[name='e0.o1.points']").blur();
    await page.locator(".made-preview").getByText(lang === "ar" ? "غير مستقر" : "Instable").waitFor();
    await page.getByRole("button", { name: words.add }).click();
    await page.locator("[name='e1.fr']").fill("Total");
    await page.locator("[name='e1.ar']").fill("المجموع");
    await page.locator("[name='e1.kind']").selectOption("integer");
    await page.locator("#e1 details").nth(1).locator("summary").click();
    await page.locator("[name='e1.by']").selectOption("sum");
    await page.locator("[name='e1.s0']").check();
    await page.locator(".made-preview input[name='q0.0'][value=o1]").check();
    await page.waitForFunction(() => document.querySelector(".made-preview output")?.textContent.trim() === "2");
    // A condition that depends on the first.
    await page.getByRole("button", { name: words.add }).click();
    await page.locator("[name='e2.fr']").fill("Aide prévue");
    await page.locator("[name='e2.ar']").fill("المساعدة المقررة");
    await page.locator("[name='e2.kind']").selectOption("text");
    await page.locator("#e2 details").first().locator("summary").click();
    await page.locator("[name='e2.w0.q']").selectOption("q1");
    await page.locator("[name='e2.w0.a']").selectOption("2");
    await page.locator(".made-preview").getByText(lang === "ar" ? "المساعدة المقررة" : "Aide prévue").waitFor();
    await pictured(page, `edit.${lang}`);
    // What was typed is kept before it is saved.
    const kept = page.waitForResponse((answer) => answer.url().endsWith("/drafts") && answer.request().postData()?.includes("e2.en=Help"));
    await page.locator("[name='e2.en']").fill("Help");
    await kept;
    await page.reload();
    assert.equal(await page.locator("[name='e2.en']").inputValue(), "Help");
    // A fault is said beside its question.
    await page.locator("[name='e0.o1.points']").fill("beaucoup");
    await page.locator("[name='e0.o1.points']").blur();
    await page.locator("#e0 .wrong").waitFor();
    await page.getByRole("button", { name: words.save }).click();
    await page.locator(".error").waitFor();
    await pictured(page, `wrong.${lang}`);
    await page.locator("[name='e0.o1.points']").fill("2");
    await page.getByRole("button", { name: words.save }).click();
    await page.getByRole("link", { name: words.edit }).waitFor();
    await pictured(page, `draft.${lang}`);
    await page.getByRole("button", { name: words.publish }).click();
    await page.getByText(words.state).first().waitFor();
    await page.getByRole("link", { name: words.next }).click();
    await page.locator("[name='e0.fr']").fill("Équilibre");
    await page.getByRole("button", { name: words.save }).click();
    await page.getByRole("link", { name: words.edit }).waitFor();
    await pictured(page, `versions.${lang}`);
    await page.getByRole("button", { name: words.publish }).click();
    await page.getByText(words.state).first().waitFor();
    await page.goto(`${site.base}/forms`);
    await pictured(page, `list.${lang}`);
    none(faults, "faults");
    await context.close();
  });
}
