// One patient through a shift, by those who care for them, in French and in Arabic: an allergy, signs, a note that a student
// writes and a physician signs, a request that is done with a critical result, the call, and the handover with its two
// signatures. What each of them did is on the list of the ward.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, none, openBrowser, overflow, picturesOf, sit, watch } from "./browser.mjs";
import { Hands } from "./hands.mjs";
import { ownSite } from "./site.mjs";

const folder = picturesOf("story");
let site, browser;
const NOW = Date.now();
const ago = (minutes) => new Date(NOW - minutes * 60_000).toISOString();
const physical = (code) => ({ coding: [{ system: "http://terminology.hl7.org/CodeSystem/location-physical-type", code }] });
/** Each language has a patient of its own. */
const PATIENT = { fr: "staged-twin-a", ar: "staged-twin-b" };

before(async () => {
  site = await ownSite();
  await site.put({ resourceType: "Location", id: "story-ward", name: "Médecine B", alias: ["الطب ب"], physicalType: physical("wa") });
  for (const [at, patient] of Object.values(PATIENT).entries()) {
    await site.put({ resourceType: "Location", id: `story-bed-${at}`, name: `Lit ${at + 1}`, alias: [`سرير ${at + 1}`], physicalType: physical("bd"), partOf: { reference: "Location/story-ward" } });
    await site.put({
      resourceType: "Encounter", id: `story-stay-${at}`, status: "in-progress", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" }, subject: { reference: `Patient/${patient}` }, period: { start: ago(3000) },
      location: [{ id: "m1", location: { reference: `Location/story-bed-${at}` }, physicalType: physical("bd"), status: "active", period: { start: ago(3000) } }],
    });
  }
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

/** Somebody in a role, at work until `work` ends; nothing may have gone wrong on their screen. */
async function as(role, lang, work) {
  const context = await sit(browser, site, { role }, { lang });
  const page = await context.newPage();
  const { faults } = watch(page, site);
  await work({ page, hands: new Hands(page), see: (name) => see(page, `${name}.${lang}`) });
  none(faults, `faults of the ${role}`);
  await context.close();
}

async function see(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  none([...(await axe(page)), ...(await overflow(page))], name);
}

const WORDS = {
  fr: {
    agent: "penici", allergy: "Pénicillines", note: "Foyer basal droit, mieux sous traitement.", what: "iono", situation: "J2 d’une pneumopathie, sous 2 L d’oxygène", advice: "Gaz du sang à 20 h",
    save: /^Enregistrer/, sign: /^Signer/, cosign: /^Cosigner/, order: /^Signer la demande/, accept: /^Accepter/, start: /^Commencer/, type: /^Saisir le résultat/, file: /^Signer le résultat/, call: /^Noter l’appel/, read: /^Lu/,
    never: "aucune depuis 24 h", calls: "Appel critique", both: "signée aussi par", waits: "attend la seconde signature",
  },
  ar: {
    agent: "بنسل", allergy: "البنسلينات", note: "بؤرة قاعدية يمنى، تحسن تحت العلاج.", what: "شوارد", situation: "اليوم الثاني من ذات الرئة، 2 لتر أكسجين", advice: "غازات الدم على الساعة 20",
    save: /^الحفظ/, sign: /^التوقيع/, cosign: /^توقيع ثان/, order: /^توقيع الطلب/, accept: /^قبول/, start: /^بدء/, type: /^إدخال النتيجة/, file: /^توقيع نتيجة/, call: /^تسجيل النداء/, read: /^قرئت/,
    never: "لا قياس منذ 24 ساعة", calls: "نداء حرج", both: "وقّعه أيضا", waits: "ينتظر التوقيع الثاني",
  },
};
const SIGNS = [["temperature", "38,4"], ["pulse", "104"], ["respiration", "22"], ["spo2", "94"], ["oxygen", "a"], ["pressure", "104/62"], ["consciousness", "A"]];

for (const lang of ["fr", "ar"]) {
  const [words, patient] = [WORDS[lang], PATIENT[lang]];
  const of = (below) => `${site.base}/patients/${patient}/${below}`;
  /** The rows of this patient on the list of the ward. */
  const rows = async (page) => {
    await page.goto(`${site.base}/shift?ward=story-ward&by=patient`);
    return page.locator(".shift-group").nth(lang === "fr" ? 0 : 1).innerText();
  };

  test(`a shift at one bed (${lang})`, async () => {
    await as("nurse", lang, async ({ page, hands, see }) => {
      assert.ok((await rows(page)).includes(words.never), "nobody measured anything yet");
      await page.goto(of("allergies/new"));
      await hands.fill("#what", words.agent);
      await hands.reach(page.locator("#agent input").first());
      await hands.press("Space");
      await hands.choose("#reaction", "angioedema");
      await hands.choose("#severity", "severe");
      await hands.go(words.save);
      assert.ok((await page.locator(".banner").innerText()).includes(words.allergy));
      await page.goto(of("signs"));
      for (const [code, text] of SIGNS) {
        await page.locator(`#sign-${code}`).focus();
        if (code === "oxygen" && lang === "ar") await hands.press("ArrowDown");
        else await hands.type(text);
      }
      await hands.turn(() => hands.press("Control+Enter"));
      await page.locator("#signs-sets .score .badge", { hasText: "6" }).first().waitFor();
      assert.ok(!(await rows(page)).includes(words.never), "it was measured");
      await see("measured");
    });

    await as("student", lang, async ({ page, hands }) => {
      await page.goto(of("notes/new/progress"));
      await hands.fill("#s-assessment", words.note);
      await hands.go(words.sign);
    });

    await as("physician", lang, async ({ page, hands, see }) => {
      const noted = await rows(page);
      await page.locator(`.shift-group a[href^="/patients/${patient}/notes/"]`).first().waitFor();
      assert.ok(noted.length > 0);
      await see("to-sign");
      const note = await page.locator(`.shift-group a[href^="/patients/${patient}/notes/"]`).first().getAttribute("href");
      await page.goto(`${site.base}${note}`);
      await hands.go(words.cosign);
      await page.goto(of("requests/new"));
      assert.equal(await page.locator("#override").count(), 0, "allergies were asked");
      await hands.fill("#q", words.what);
      const offered = page.locator("#o-electrolytes");
      await offered.waitFor();
      await hands.reach(offered);
      await hands.press("Space");
      await hands.choose("#priority", "urgent");
      await hands.go(words.order);
    });

    await as("technician", lang, async ({ page, hands }) => {
      await page.goto(`${site.base}/requests`);
      await hands.go(words.accept);
      await hands.go(words.start);
      await hands.go(words.type, "link");
      await hands.fill("#v-potassium", "7,1");
      await hands.reach(page.locator("input[name=critical]"));
      await hands.press("Space");
      await hands.go(words.file);
    });

    await as("nurse", lang, async ({ page, hands, see }) => {
      assert.ok((await rows(page)).includes(words.calls));
      await see("critical");
      await page.goto(`${site.base}/results/critical`);
      await hands.fill("main input[name=whom]", "Dr Tazi");
      await hands.choose("main select[name=outcome]", "back");
      await hands.go(words.call);
      assert.ok(!(await rows(page)).includes(words.calls), "somebody read it back");
    });

    await as("physician", lang, async ({ page, hands }) => {
      await page.goto(`${site.base}/results/inbox`);
      await hands.go(words.read);
    });

    await as("nurse", lang, async ({ page, hands }) => {
      await page.goto(of("notes/new/handover"));
      assert.ok((await page.locator("#s-allergies").inputValue()).includes(words.allergy), "what is known is there already");
      await hands.fill("#s-situation", words.situation);
      await hands.fill("#s-recommendation", words.advice);
      await hands.go(words.sign);
      await rows(page);
      await page.locator(".shift-handed").evaluate((one) => { one.open = true; });
      assert.ok((await page.locator(".shift-handed").innerText()).includes(words.waits));
    });

    await as("head-nurse", lang, async ({ page, hands, see }) => {
      await rows(page);
      const note = await page.locator(`.shift-group a[href^="/patients/${patient}/notes/"]`).first().getAttribute("href");
      await page.goto(`${site.base}${note}`);
      assert.ok((await page.locator("article.note-sheet").innerText()).includes(words.advice));
      await hands.go(words.cosign);
      await rows(page);
      await page.locator(".shift-handed").evaluate((one) => { one.open = true; });
      assert.ok((await page.locator(".shift-handed").innerText()).includes(words.both));
      await see("handed-over");
      await page.goto(`${site.base}/shift/round?ward=story-ward`);
      assert.ok((await page.locator(".round").innerText()).includes(words.note), "the last assessment");
      await see("round");
    });
  });
}
