// What is written about a patient, by keyboard alone, in French and in Arabic: an allergy with its reaction, a note that a
// student writes and a physician signs, a correction that keeps the words before.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { none, openBrowser, picturesOf, picturing, sit, watch } from "./browser.mjs";
import { Hands } from "./hands.mjs";
import { ownSite } from "./site.mjs";

const pictured = picturing(picturesOf("notes"));
const PATIENT = "staged-twin-a";
let site, browser;

before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function at(role, lang, more = {}) {
  const context = await sit(browser, site, { role }, { lang, ...more });
  const page = await context.newPage();
  return { context, page, hands: new Hands(page), ...watch(page, site) };
}

const WORDS = {
  fr: { agent: "penici", text: "Toux depuis trois jours, 38,5 °C.\nFoyer à droite.", better: "Foyer basal droit à la radiographie.", why: "radiographie lue", waits: "à cosigner", save: /^Enregistrer/, sign: /^Signer/, cosign: /^Cosigner/, correct: "Corriger", mend: /^Enregistrer la correction/, dir: "ltr" },
  ar: { agent: "بنسل", text: "سعال منذ ثلاثة أيام، 38.5 °C.\nبؤرة على اليمين.", better: "بؤرة قاعدية يمنى في الصورة.", why: "قراءة الصورة", waits: "تنتظر توقيعا ثانيا", save: /^الحفظ/, sign: /^التوقيع/, cosign: /^توقيع ثان/, correct: "تصحيح", mend: /^حفظ التصحيح/, dir: "rtl" },
};
/** What each act may take, with what is typed and the way to each field. */
const MOST = { allergy: 60, note: 130, cosign: 60, correct: 200 };

for (const lang of ["fr", "ar"]) {
  const words = WORDS[lang];

  test(`an allergy is written and stands over every page (${lang})`, async () => {
    const { context, page, hands, faults } = await at("nurse", lang);
    await page.goto(`${site.base}/patients/${PATIENT}/problems`);
    await pictured(page, `problems.${lang}`);
    await page.goto(`${site.base}/patients/${PATIENT}/allergies/new`);
    await hands.fill("#what", words.agent);
    const offered = page.locator("#agent input[value=penicillins]");
    await hands.reach(page.locator("#agent input").first());
    await offered.waitFor();
    await hands.press("Space");
    assert.ok(await offered.isChecked());
    await hands.choose("#reaction", "angioedema");
    await hands.choose("#severity", "severe");
    await pictured(page, `allergy.${lang}`);
    await hands.go(words.save);
    hands.took(`allergy (${lang})`, MOST.allergy);
    assert.match(await page.locator(".banner").innerText(), lang === "fr" ? /Pénicillines/ : /البنسلينات/);
    none(faults, "faults");
    await context.close();
  });

  test(`a student's note is signed by a physician, and corrected in sight of all (${lang})`, async () => {
    const student = await at("student", lang);
    await student.page.goto(`${site.base}/patients/${PATIENT}/notes/new/progress`);
    await student.hands.fill("#s-assessment", words.text);
    // What is typed is on the server within a second, and the form says so.
    await student.page.waitForFunction(() => document.querySelector("form[data-draft]")?.dataset.kept === "yes");
    await pictured(student.page, `form.${lang}`);
    await student.hands.go(words.sign);
    student.hands.took(`note (${lang})`, MOST.note);
    const written = student.page.locator("article.note-sheet").first();
    assert.match(await written.innerText(), new RegExp(words.waits));
    assert.ok((await written.innerText()).includes(words.text.split("\n")[1]), "its lines stay lines");
    none(student.faults, "faults of the student");
    await student.context.close();

    const physician = await at("physician", lang);
    await physician.page.goto(`${site.base}/notes/unsigned`);
    await pictured(physician.page, `unsigned.${lang}`);
    const first = physician.page.locator("main table a").first();
    await physician.hands.reach(first);
    await physician.hands.turn(() => physician.hands.press("Enter"));
    await physician.hands.go(words.cosign);
    physician.hands.took(`second signature (${lang})`, MOST.cosign);
    assert.doesNotMatch(await physician.page.locator("article.note-sheet").innerText(), new RegExp(words.waits));
    await physician.hands.go(words.correct, "link");
    await physician.hands.reach(physician.page.locator("#s-assessment"));
    await physician.hands.press("Control+A");
    await physician.hands.type(words.better);
    await physician.hands.fill("#reason", words.why);
    await physician.hands.go(words.mend);
    physician.hands.took(`correction (${lang})`, MOST.correct);
    assert.equal(await physician.page.locator("article.note-sheet s").count(), 0);
    const before = physician.page.locator("section.before");
    assert.ok((await before.locator("s").first().innerText()).includes(words.text.split("\n")[0]), "the words before are there, struck through");
    assert.ok((await before.innerText()).includes(words.why));
    assert.equal(await physician.page.locator("html").getAttribute("dir"), words.dir);
    await pictured(physician.page, `one.${lang}`);
    await physician.page.goto(`${site.base}/patients/${PATIENT}/notes`);
    await pictured(physician.page, `list.${lang}`);
    await physician.page.goto(`${site.base}/patients/${PATIENT}/problems/new`);
    await pictured(physician.page, `problem.${lang}`);
    await physician.page.goto(`${site.base}/patients/${PATIENT}/documents/new`);
    await pictured(physician.page, `document.${lang}`);
    none(physician.faults, "faults of the physician");
    await physician.context.close();
  });
}
