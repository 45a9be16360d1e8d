// One patient's way through the house, French and Arabic, each act by whoever does it: arrival, triage, call, doctor, bed,
// discharge.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { none, openBrowser, picturesOf, picturing, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const pictured = picturing(picturesOf("journey"));
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

const BOARD = /\/emergency(\?|$)/;

for (const lang of ["fr", "ar"]) {
  const note = { fr: "Manteau gris, marché", ar: "معطف رمادي، السوق" }[lang];
  test(`arrival, triage, call, doctor, bed, discharge (${lang})`, async () => {
    const people = Object.fromEntries(await Promise.all(["triage-nurse", "kiosk", "display", "physician", "nurse"].map(async (role) => [role, await at(role, lang)])));
    const [triage, kiosk, hall, doctor, ward] = ["triage-nurse", "kiosk", "display", "physician", "nurse"].map((role) => people[role].page);
    // Arrival and triage.
    await triage.goto(`${site.base}/emergency/arrive`);
    await triage.locator("#note").fill(note);
    await triage.locator("#age").fill("52");
    await triage.locator("#reason").selectOption({ index: 1 });
    await triage.locator("form .primary").click();
    await triage.waitForURL(BOARD);
    const row = (page) => page.locator("tr", { hasText: note });
    await row(triage).locator("a[href$='/triage']").click();
    await triage.waitForURL(/triage$/);
    await triage.locator("input[name=level]").nth(3).check();
    await triage.locator("form.form .primary").first().click();
    await triage.waitForURL(BOARD);
    const patient = (await row(triage).locator("a[href^='/patients/']").first().getAttribute("href")).split("/")[2];
    // The call: a number of the consultation, shown in the hall.
    await kiosk.goto(`${site.base}/queue/kiosk?lang=${lang}`);
    await kiosk.locator("a[href^='/queue/kiosk/consultation']").click();
    await kiosk.locator("button.primary").click();
    await kiosk.waitForURL(/\/kiosk\/ticket\//);
    const number = (await kiosk.locator(".queue-number").innerText()).trim();
    await hall.goto(`${site.base}/queue/display`);
    await doctor.goto(`${site.base}/queue`);
    await doctor.locator(`.queue-desks button[value$='consult-${lang === "fr" ? 1 : 2}']`).first().click();
    await doctor.locator(".queue-call").click();
    await doctor.locator("form[action$='/begin'] button").click();
    await hall.locator("main", { hasText: number.slice(-3) }).waitFor();
    await doctor.locator("form[action$='/end'] button").click();
    // The doctor takes charge and orders the admission.
    await doctor.goto(`${site.base}/emergency`);
    await row(doctor).locator("form[action$='/charge'] button.primary").click();
    await doctor.waitForURL(BOARD);
    await row(doctor).locator("details", { has: doctor.locator("form[action$='/decide']") }).locator("summary").click();
    await row(doctor).locator("select[name=what]").selectOption("admit");
    await row(doctor).locator("form[action$='/decide'] button").click();
    await doctor.waitForURL(BOARD);
    // A bed, and home.
    const stay = `${site.base}/patients/${patient}/admission`;
    await ward.goto(stay);
    const [bed] = await ward.locator("#to-admit optgroup").first().locator("option").evaluateAll((options) => options.map((option) => option.value));
    await ward.locator("#to-admit").selectOption(bed);
    await pictured(ward, `bed.${lang}`);
    await ward.locator("form[action$='/admit'] button.primary").click();
    await ward.locator("form[action$='/depart']").waitFor();
    await triage.waitForFunction((text) => ![...document.querySelectorAll("main tr")].some((line) => line.textContent.includes(text)), note);
    await doctor.goto(stay);
    await doctor.locator("form[action$='/admission/decide'] button.primary").click();
    await doctor.locator("form[action$='/undecide']").waitFor();
    await ward.goto(stay);
    await ward.locator("form[action$='/depart'] button").click();
    await ward.locator("#admission-movements").waitFor();
    assert.equal(await ward.locator("form[action$='/depart']").count(), 0, "the patient is gone");
    await pictured(ward, `gone.${lang}`);
    none(Object.values(people).flatMap((one) => one.faults), "faults");
    await Promise.all(Object.values(people).map((one) => one.context.close()));
  });
}
