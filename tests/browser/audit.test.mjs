// Who looked at a record, as those who guard privacy read it: in French and in Arabic, for a role that may and one that may not.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { none, openBrowser, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const KIDNEYS = "/patients/staged-kidneys";
let site, browser;
before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function open(path, who, { lang = "fr", expected = [] } = {}) {
  const context = await sit(browser, site, who, { lang });
  const page = await context.newPage();
  const { faults } = watch(page, site, expected);
  await page.goto(site.base + path);
  return { page, context, faults };
}

/** What is noted is in the chain within a second. */
async function settled(page, wanted) {
  for (let tries = 0; tries < 20; tries += 1) {
    const text = await page.locator("main").textContent();
    if (wanted(text)) return text;
    await page.waitForTimeout(250);
    await page.reload();
  }
  return page.locator("main").textContent();
}

const WORDS = {
  fr: { heading: "Qui a regardé ce dossier", role: "Médecin", saw: "A vu : identité", care: "Soins", refused: "Refusé" },
  ar: { heading: "من اطلع على هذا الملف", role: "طبيب", saw: "رأى: الهوية", care: "العلاج", refused: "مرفوض" },
};

test("audit_1 one look at a chart is one line with who, when, what and why, in French and in Arabic", async () => {
  const visit = await open(`${KIDNEYS}/chart`, { role: "physician" });
  await visit.page.goto(`${site.base}${KIDNEYS}/medicines`);
  none(visit.faults);
  await visit.context.close();
  for (const [lang, words] of Object.entries(WORDS)) {
    const { page, context, faults } = await open(`${KIDNEYS}/looked`, { role: "privacy-officer" }, { lang });
    const text = await settled(page, (text) => text.includes(words.role));
    for (const part of [words.heading, words.role, words.saw, words.care]) assert.ok(text.includes(part), `${part} in ${text}`);
    assert.ok(!text.includes(words.refused), text);
    const physician = page.locator("tbody tr", { hasText: words.role });
    assert.equal(await physician.count(), 1, "the pages of one visit are one line");
    assert.match(await physician.locator("td").first().textContent(), /^\d\d:\d\d/);
    none(faults);
    await context.close();
  }
});

test("audit_2 a role without the right sees no trail, and no way to it", async () => {
  const { page, context } = await open(`${KIDNEYS}/chart`, { role: "nurse" }, { expected: [403] });
  assert.equal(await page.locator(`a[href$="/looked"], a[href="/audit"]`).count(), 0);
  for (const path of [`${KIDNEYS}/looked`, "/audit"]) {
    const answer = await page.goto(site.base + path);
    assert.equal(answer.status(), 403, path);
  }
  await context.close();
});

test("audit_3 what somebody did is found by their login, and leads to whose record it was", async () => {
  const visit = await open(`${KIDNEYS}/chart`, { role: "physician" });
  await visit.context.close();
  const { page, context, faults } = await open("/audit", { role: "auditor" });
  await page.locator("#login").fill(site.account({ role: "physician" }).login);
  await page.locator("main form button.primary").click();
  await settled(page, (text) => text.includes("BENREINS") || text.includes("Benreins"));
  const row = page.locator("tbody tr", { hasText: /benreins/i }).first();
  assert.match(await row.textContent(), /Médecin/);
  assert.ok(!page.url().includes(site.account({ role: "physician" }).login), "no login in the address");
  await row.locator("td a").first().click();
  assert.match(await page.locator("main h1").textContent(), /Qui a regardé ce dossier/);
  await page.goto(`${site.base}/audit`);
  await page.locator("#login").fill("nobody.here");
  await page.locator("main form button.primary").click();
  assert.match(await page.locator("main [role=alert]").textContent(), /Aucun compte/);
  none(faults);
  await context.close();
});
