// A form that follows what is typed: conditions, a sum, rows, a draft that survives, in French and in Arabic.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PHONE, WIDE, axe, none, openBrowser, overflow, picturesOf, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const folder = picturesOf("forms");
const PATIENT = "staged-twin-a";
const SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
let site, browser;

const ar = (text) => ({ extension: [{ url: "http://hl7.org/fhir/StructureDefinition/translation", extension: [{ url: "lang", valueCode: "ar" }, { url: "content", valueString: text }] }] });
const item = (linkId, type, text, arabic, more = {}) => ({ linkId, type, text, _text: ar(arabic), ...more });
const option = (code, display, arabic) => ({ valueCoding: { system: "urn:test", code, display, _display: ar(arabic) } });
const FORM = {
  resourceType: "Questionnaire", id: "browser-fall", url: "urn:test:fall", version: "1", status: "active", title: "Risque de chute", _title: ar("خطر السقوط"),
  item: [
    item("about", "display", "À remplir à l’entrée et après chaque chute.", "تملأ عند الدخول وبعد كل سقوط."),
    item("fell", "boolean", "Chute dans les trois mois ?", "سقوط خلال ثلاثة أشهر؟", { required: true }),
    item("how", "text", "Comment ?", "كيف؟", { required: true, enableWhen: [{ question: "fell", operator: "=", answerBoolean: true }] }),
    item("aid", "choice", "Aide à la marche", "مساعدة على المشي", { answerOption: [option("none", "Aucune", "لا شيء"), option("cane", "Canne 2 × 1", "عكاز 2 × 1")] }),
    item("a", "integer", "Équilibre (0 à 4)", "التوازن (0 إلى 4)"),
    item("b", "integer", "Marche (0 à 4)", "المشي (0 إلى 4)"),
    item("sum", "integer", "Total", "المجموع", { readOnly: true, extension: [{ url: `${SDC}calculatedExpression`, valueExpression: { language: "text/fhirpath", expression: "%resource.item.where(linkId='a' or linkId='b').answer.value.sum()" } }] }),
    item("drug", "group", "Médicament qui endort", "دواء منوم", { repeats: true, item: [item("name", "string", "Nom", "الاسم"), item("dose", "quantity", "Dose", "الجرعة", { extension: [{ url: "http://hl7.org/fhir/StructureDefinition/questionnaire-unit", valueCoding: { system: "http://unitsofmeasure.org", code: "mg", display: "mg" } }] })] }),
  ],
};

before(async () => {
  site = await ownSite();
  browser = await openBrowser();
  await site.put(FORM);
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
  none(await overflow(page), `${name} on a telephone`);
  await page.setViewportSize(WIDE);
}

const WORDS = {
  fr: { how: "Comment ?", done: /^Terminer pour/, state: "terminé", fault: "à remplir" },
  ar: { how: "كيف؟", done: /^إتمام الاستمارة/, state: "مكتملة", fault: "يجب ملؤه" },
};

for (const lang of ["fr", "ar"]) {
  test(`a form follows what is typed and is kept (${lang})`, async () => {
    const words = WORDS[lang];
    const context = await sit(browser, site, { role: "nurse" }, { lang });
    const page = await context.newPage();
    const { faults } = watch(page, site);
    await page.goto(`${site.base}/patients/${PATIENT}/forms/new/browser-fall`);
    assert.equal(await page.getByText(words.how).count(), 0);
    await page.locator("input[name='q1.0'][value=true]").check();
    // What is asked because of it appears by itself, and what stands elsewhere stays.
    await page.getByLabel(words.how).fill("glissade\nla nuit");
    await page.locator("[name='q4.0']").fill("3");
    await page.locator("[name='q5.0']").fill(lang === "ar" ? "٤" : "4");
    await page.locator("[name='q7.0-8.0']").focus();
    await page.waitForFunction(() => document.querySelector("output")?.textContent.trim() === "7");
    assert.equal(await page.locator("[name='q2.0']").inputValue(), "glissade\nla nuit");
    // What is typed last takes all that stands there with it.
    const kept = page.waitForResponse((answer) => answer.url().endsWith("/drafts") && answer.request().postData()?.includes("q7.0-8.0=x"));
    await page.locator("[name='q7.0-8.0']").fill("x");
    await kept;
    await page.reload();
    assert.deepEqual(await Promise.all(["q4.0", "q5.0", "q7.0-8.0"].map((name) => page.locator(`[name='${name}']`).inputValue())), ["3", "4", "x"]);
    assert.equal(await page.locator("[name='q2.0']").inputValue(), "glissade\nla nuit");
    await pictured(page, `fill.${lang}`);
    await page.locator("[name='q4.0']").fill("trop");
    await page.getByRole("button", { name: words.done }).click();
    await page.locator(".error").waitFor();
    await pictured(page, `wrong.${lang}`);
    await page.locator("[name='q4.0']").fill("2");
    await page.getByRole("button", { name: words.done }).click();
    await page.getByText(words.state).first().waitFor();
    assert.match(await page.locator("article").innerText(), /glissade/);
    await pictured(page, `read.${lang}`);
    await page.goto(`${site.base}/patients/${PATIENT}/forms`);
    await pictured(page, `list.${lang}`);
    none(faults, "faults");
    await context.close();
  });
}
