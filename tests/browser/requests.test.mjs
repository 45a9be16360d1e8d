// What is asked of others, by keyboard alone, in French and in Arabic: a physician asks, a technician accepts and reports a
// critical value, tells somebody who reads it back, and the physician reads it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PHONE, WIDE, axe, none, openBrowser, overflow, picturesOf, sit, watch } from "./browser.mjs";
import { Hands } from "./hands.mjs";
import { ownSite } from "./site.mjs";

const folder = picturesOf("requests");
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

async function at(role, lang) {
  const context = await sit(browser, site, { role }, { lang });
  const page = await context.newPage();
  return { context, page, hands: new Hands(page), ...watch(page, site) };
}

/** Pictures in both themes and on a telephone; what axe finds, and what is wider than the screen. Colours are those of every
 * language. */
async function pictured(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.light.png`), fullPage: true });
  none([...(await axe(page)), ...(await overflow(page))], name);
  await page.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
  await page.screenshot({ path: join(folder, `${name}.dark.png`), fullPage: true });
  if (name.includes(".fr")) none(await axe(page, ["color-contrast"]), `${name}, dark`);
  await page.evaluate(() => { document.documentElement.dataset.theme = "light"; });
  await page.setViewportSize(PHONE);
  none(await overflow(page), `${name} on a telephone`);
  await page.screenshot({ path: join(folder, `${name}.phone.png`), fullPage: true });
  await page.setViewportSize(WIDE);
}

const WORDS = {
  fr: { what: "iono", sign: /^Signer la demande/, accept: /^Accepter/, start: /^Commencer/, type: /^Saisir le résultat/, file: /^Signer le résultat/, call: /^Noter l’appel/, read: /^Lu/, critical: "critique", none: "Personne n’est à prévenir", dir: "ltr" },
  ar: { what: "شوارد", sign: /^توقيع الطلب/, accept: /^قبول/, start: /^بدء/, type: /^إدخال النتيجة/, file: /^توقيع نتيجة/, call: /^تسجيل النداء/, read: /^قرئت/, critical: "حرجة", none: "لا أحد يجب إبلاغه", dir: "rtl" },
};
/** What each act may take, with what is typed and the way to each field. */
const MOST = { order: 90, work: 120, result: 90, call: 80, read: 60 };

for (const lang of ["fr", "ar"]) {
  const words = WORDS[lang];

  test(`what is asked for is done, told and read (${lang})`, async () => {
    const physician = await at("physician", lang);
    await physician.page.goto(`${site.base}/patients/${PATIENT}/requests/new`);
    const unknown = physician.page.locator("#override");
    if (await unknown.count()) await physician.hands.choose("#override", "vital");
    await physician.hands.fill("#q", words.what);
    const offered = physician.page.locator("#o-electrolytes");
    await offered.waitFor();
    await physician.hands.reach(offered);
    await physician.hands.press("Space");
    await physician.hands.choose("#priority", "urgent");
    await physician.page.waitForFunction(() => document.querySelector("form[data-draft]")?.dataset.kept === "yes");
    assert.ok(await offered.isChecked());
    await pictured(physician.page, `form.${lang}`);
    await physician.hands.turn(() => physician.hands.press("Control+Enter"));
    physician.hands.took(`request (${lang})`, MOST.order);
    await pictured(physician.page, `list.${lang}`);
    assert.equal(await physician.page.locator("html").getAttribute("dir"), words.dir);

    const technician = await at("technician", lang);
    await technician.page.goto(`${site.base}/requests`);
    await pictured(technician.page, `work.${lang}`);
    await technician.hands.go(words.accept);
    await technician.hands.go(words.start);
    await technician.hands.go(words.type, "link");
    technician.hands.took(`accepting and beginning (${lang})`, MOST.work);
    await technician.hands.fill("#v-potassium", "7,1");
    await technician.hands.reach(technician.page.locator("input[name=critical]"));
    await technician.hands.press("Space");
    await pictured(technician.page, `result.${lang}`);
    await technician.hands.go(words.file);
    technician.hands.took(`result (${lang})`, MOST.result);
    await pictured(technician.page, `one.${lang}`);
    await technician.page.goto(`${site.base}/results/critical`);
    await pictured(technician.page, `calls.${lang}`);
    await technician.hands.fill("main input[name=whom]", "Dr Tazi");
    await technician.hands.choose("main select[name=outcome]", "back");
    await technician.hands.go(words.call);
    technician.hands.took(`call (${lang})`, MOST.call);
    assert.ok((await technician.page.locator("main").innerText()).includes(words.none));
    none(technician.faults, "faults of the technician");
    await technician.context.close();

    await physician.page.goto(`${site.base}/results/inbox`);
    assert.ok((await physician.page.locator("main section").first().innerText()).includes(words.critical));
    await pictured(physician.page, `inbox.${lang}`);
    await physician.hands.go(words.read);
    physician.hands.took(`reading (${lang})`, MOST.read);
    assert.equal(await physician.page.locator("main section").count(), 0);
    none(physician.faults, "faults of the physician");
    await physician.context.close();
  });
}

const CARRIED = {
  fr: { what: "brancardage radio", sign: /^Signer la demande/, steps: [/^Je le prends/, /^Je pars/, /^Arrivé/], none: "Aucun transport" },
  ar: { what: "مرافقة إلى التصوير", sign: /^توقيع الطلب/, steps: [/^سأتكفل به/, /^انطلقت/, /^وصلت/], none: "لا نقل في الانتظار" },
};

for (const lang of ["fr", "ar"]) {
  const words = CARRIED[lang];

  test(`who carries does it with a telephone (${lang})`, async () => {
    const physician = await at("physician", lang);
    await physician.page.goto(`${site.base}/patients/${PATIENT}/requests/new`);
    const unknown = physician.page.locator("#override");
    if (await unknown.count()) await physician.hands.choose("#override", "vital");
    await physician.hands.fill("#q", words.what);
    const offered = physician.page.locator("#o-escort-imaging");
    await offered.waitFor();
    await physician.hands.reach(offered);
    await physician.hands.press("Space");
    await physician.page.locator("#a-escort-imaging-oxygen").waitFor();
    await physician.hands.choose("#a-escort-imaging-oxygen", "yes");
    await physician.hands.turn(() => physician.hands.press("Control+Enter"));
    none(physician.faults, "faults of the physician");
    await physician.context.close();

    const porter = await at("porter", lang);
    await porter.page.setViewportSize(PHONE);
    await porter.page.goto(`${site.base}/requests/carry`);
    await pictured(porter.page, `carry.${lang}`);
    await porter.page.setViewportSize(PHONE);
    for (const step of words.steps) {
      const button = porter.page.getByRole("button", { name: step }).first();
      const box = await button.boundingBox();
      assert.ok(box && box.height >= 32 && box.x >= 0 && box.x + box.width <= PHONE.width, `${step} fits a thumb`);
      await Promise.all([porter.page.waitForURL(/carry/), button.click()]);
    }
    await porter.page.locator("main .empty").waitFor();
    assert.ok((await porter.page.locator("main").innerText()).includes(words.none));
    none(porter.faults, "faults of the porter");
    await porter.context.close();
  });
}
