// How good the forecasts are: before anything was learned, after, and turned off; in French and in Arabic.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { none, openBrowser, picturesOf, picturing, sit, watch } from "./browser.mjs";
import { PROGRAM, ownSite } from "./site.mjs";

const pictured = picturing(picturesOf("forecast"));
const HOUR = 3_600_000;
let site, browser;
before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

/** A finished visit of long ago, whose wait for a physician is longer on some days. */
function visit(n) {
  const begin = Date.parse("2026-08-01T00:00:00Z") + n * 6 * HOUR;
  const at = (minute) => new Date(begin + minute * 60_000).toISOString();
  const waited = (Math.floor(begin / (24 * HOUR)) % 7 < 3 ? 20 : 90) + ((n * 7) % 11);
  const time = (moment, minute) => ({ url: "urn:rihla:extension:emergency-time", extension: [{ url: "moment", valueCode: moment }, { url: "recorded", valueDateTime: at(minute) }, { url: "at", valueDateTime: at(minute) }, { url: "account", valueString: "a" }, { url: "by", valueReference: { display: "Dr" } }] });
  return {
    resourceType: "Encounter", id: `forecast-${n}`, status: "finished", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "EMER" }, subject: { reference: "Patient/staged-kidneys" },
    priority: { coding: [{ system: "urn:rihla:triage:french", code: "3A" }] }, period: { start: at(0), end: at(waited + 60) },
    extension: [time("arrival", 0), time("triage-begin", 1), time("triage-end", 2), time("contact", 2 + waited)],
  };
}

const order = (act) => {
  const done = spawnSync(PROGRAM, ["forecast", act, "--store", site.store.url], { encoding: "utf8", cwd: site.store.folder, env: site.store.env });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
};

test("what is learned is shown with how good it is, and can be turned off", async () => {
  const opened = async (lang) => {
    const context = await sit(browser, site, { role: "manager" }, { lang });
    const page = await context.newPage();
    const watched = watch(page, site);
    await page.goto(`${site.base}/forecast`);
    return { context, page, ...watched };
  };
  const { page, context, faults } = await opened("fr");
  await pictured(page, "untrained.fr");
  for (let n = 0; n < 180; n += 1) await site.put(visit(n));
  assert.match(order("train"), /DoctorWait: learned from 108, judged on 72/);
  await page.reload();
  await pictured(page, "trained.fr");
  const arabic = await opened("ar");
  await pictured(arabic.page, "trained.ar");
  none(arabic.faults, "faults");
  await arabic.context.close();
  await page.getByRole("button", { name: "Ne plus montrer" }).press("Enter");
  await page.getByRole("button", { name: "Montrer de nouveau" }).waitFor();
  await pictured(page, "off.fr");
  assert.match(order("on"), /DoctorWait/);
  none(faults, "faults");
  await context.close();
});
