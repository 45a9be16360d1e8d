// Pages that stay open: what others do appears, a lost connection is said, and two patients in two tabs stay apart.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { none, openBrowser, sit, watch } from "./browser.mjs";
import { ownSite, until } from "./site.mjs";

let site, browser;
before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function open(context, path) {
  const page = await context.newPage();
  const listening = page.waitForResponse((answer) => answer.url().includes("/live?"));
  await page.goto(site.base + path);
  await listening;
  return page;
}

async function addAlert(page, text) {
  await page.locator("#kind").selectOption("safety");
  await page.locator("#text").fill(text);
  await page.locator(".form .primary").click();
  await page.locator(".rows .what", { hasText: text }).waitFor();
}

/** A page that was loaded again has lost this. */
const mark = (page) => page.evaluate(() => { window.neverLoadedAgain = true; });
const marked = (page) => page.evaluate(() => window.neverLoadedAgain === true);

test("chart_5 an alert that one adds is on every open page of that patient, without loading again", async () => {
  const [one, other] = [await sit(browser, site, { role: "nurse" }), await sit(browser, site, { role: "physician" }, { lang: "ar" })];
  const writing = await open(one, "/patients/staged-kidneys/alerts");
  const reading = await open(other, "/patients/staged-kidneys/results");
  const elsewhere = await open(other, "/patients/staged-empty/chart");
  const { faults } = watch(reading, site);
  await Promise.all([mark(reading), mark(elsewhere)]);
  await addAlert(writing, "Risque de fugue");
  await reading.locator(".banner .warning.alert", { hasText: "Risque de fugue" }).waitFor();
  assert.ok(await marked(reading));
  assert.equal(await elsewhere.locator(".banner", { hasText: "Risque de fugue" }).count(), 0);
  none(faults);
  await Promise.all([one.close(), other.close()]);
});

test("chart_5 a connection that breaks is said, comes back by itself, and brings what changed meanwhile", async () => {
  const context = await sit(browser, site, { role: "nurse" });
  const page = await open(context, "/patients/staged-twin-a/chart");
  await mark(page);
  const offline = page.locator("#offline");
  assert.ok(!await offline.isVisible());
  await site.stop("SIGKILL");
  await offline.waitFor({ state: "visible" });
  await site.start();
  await site.put({
    resourceType: "Flag", id: "staged-meanwhile", status: "active", code: { text: "Ajouté entre-temps" },
    subject: { reference: "Patient/staged-twin-a" }, period: { start: "2026-11-21T08:00:00Z" },
  });
  await page.locator(".banner .warning.alert", { hasText: "Ajouté entre-temps" }).waitFor({ timeout: 60_000 });
  await offline.waitFor({ state: "hidden" });
  assert.ok(await marked(page));
  await context.close();
});

test("chart_5 a page is live whichever of its scripts comes last", async () => {
  const path = "/patients/staged-kidneys/chart";
  const text = await (await fetch(site.base + path, { headers: { cookie: `rihla_session=${await site.enter({ role: "nurse" })}` } })).text();
  const scripts = [...text.matchAll(/<script src="([^"]+)"/g)].map(([, address]) => address);
  assert.ok(scripts.length > 1);
  for (const last of scripts) {
    const context = await sit(browser, site, { role: "nurse" });
    const page = await context.newPage();
    const others = scripts.filter((script) => script !== last).map((script) => page.waitForResponse(site.base + script).then((answer) => answer.finished()));
    let release;
    const held = new Promise((done) => { release = done; });
    await page.route(site.base + last, async (route) => { await held; await route.continue(); });
    const listening = page.waitForResponse((answer) => answer.url().includes("/live?"));
    await page.goto(site.base + path, { waitUntil: "commit" });
    await Promise.all(others);
    // Those that are there have run, and what they put off as well.
    await page.evaluate(() => new Promise((done) => { setTimeout(() => setTimeout(done)); }));
    release();
    await listening;
    await page.waitForLoadState();
    assert.ok(!await page.locator("#offline").isVisible());
    await context.close();
  }
});

test("chart_7 two tabs with two patients: an act in one never touches the other", async () => {
  const context = await sit(browser, site, { role: "physician" });
  const [a, b] = [await open(context, "/patients/staged-twin-a/alerts"), await open(context, "/patients/staged-twin-b/alerts")];
  await a.locator("#text").fill("à moitié écrit pour A");
  await addAlert(b, "Pour B seulement");
  assert.equal(await a.locator("#text").inputValue(), "à moitié écrit pour A");
  await addAlert(a, "Pour A seulement");
  for (const [id, own, others] of [["a", "Pour A seulement", "Pour B seulement"], ["b", "Pour B seulement", "Pour A seulement"]]) {
    const flags = await site.fhir(`Flag?patient=staged-twin-${id}`);
    const texts = flags.entry.map((entry) => entry.resource.code.text);
    assert.ok(texts.includes(own) && !texts.includes(others), id);
    const page = id === "a" ? a : b;
    assert.equal(await page.locator(".banner").getAttribute("data-patient"), `staged-twin-${id}`);
    await page.locator(".banner", { hasText: own }).waitFor();
    assert.equal(await page.locator(".banner", { hasText: others }).count(), 0);
  }
  await context.close();
});

test("chart_7 a form whose patient is not the page's is refused with its code, and nothing is written", async () => {
  const context = await sit(browser, site, { role: "nurse" });
  const page = await open(context, "/patients/staged-twin-a/alerts");
  await page.locator("#kind").selectOption("safety");
  await page.locator("#text").fill("Pour une autre");
  await page.locator("form[data-draft] [name=_patient]").evaluate((field) => { field.value = "staged-twin-b"; });
  await page.locator(".form .primary").click();
  assert.match(await page.locator(".refusal .code").textContent(), /RH-CHART-OTHER-PATIENT/);
  const all = (await site.fhir("Flag?patient=staged-twin-a,staged-twin-b")).entry.map((entry) => entry.resource.code.text);
  await until("the alerts of both were read", () => all.length > 0);
  assert.ok(!all.includes("Pour une autre"));
  await context.close();
});
