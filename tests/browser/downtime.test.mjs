// The paper for when the power fails, as a ward computer opens it: from the disk, without a server and without a network.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { axe, openBrowser } from "./browser.mjs";
import { PROGRAM, ROOT } from "./site.mjs";

const PASSPHRASE = "cheval agrafe pile correcte";
const PICTURES = join(ROOT, "target/screens/downtime");
const physical = (code) => ({ coding: [{ system: "http://terminology.hl7.org/CodeSystem/location-physical-type", code }] });
const about = { reference: "Patient/p1" };

/** A ward with three people. */
function record() {
  const all = [
    { resourceType: "Location", id: "med", name: "Médecine A", alias: ["الطب الباطني أ"], physicalType: physical("wa") },
    { resourceType: "Location", id: "r1", name: "Chambre 101", physicalType: physical("ro"), partOf: { reference: "Location/med" } },
    { resourceType: "AllergyIntolerance", id: "a", criticality: "high", code: { text: "Pénicilline" }, patient: about },
    { resourceType: "Flag", id: "f", status: "active", code: { text: "Isolement contact" }, subject: about },
    { resourceType: "ServiceRequest", id: "s", status: "active", intent: "order", code: { text: "Scanner thoracique" }, subject: about },
  ];
  const people = [["Alami", "Amal", "العلمي", "أمل"], ["Bennani", "Samir", "بناني", "سمير"], ["Daoudi", "Dina", "الداودي", "دينا"]];
  people.forEach(([family, given, arabic, named], at) => {
    const [id, bed] = [`p${at + 1}`, `b${at + 1}`];
    all.push({ resourceType: "Patient", id, gender: "female", birthDate: `198${at}-05-02`, name: [{ family, given: [given] }, { family: arabic, given: [named] }] });
    all.push({ resourceType: "Location", id: bed, name: `101-${at + 1}`, physicalType: physical("bd"), partOf: { reference: "Location/r1" } });
    const period = { start: "2026-01-14T08:00:00Z" };
    const location = [{ id: "m1", location: { reference: `Location/${bed}` }, physicalType: physical("bd"), status: "active", period }];
    all.push({ resourceType: "Encounter", id: `e${at + 1}`, status: "in-progress", class: { code: "IMP" }, subject: { reference: `Patient/${id}` }, period, location });
    const [name, strength] = [["Paracétamol", "1 g × 3 par jour"], ["Amoxicilline", "1 g × 2 par jour"]][at % 2];
    all.push({ resourceType: "MedicationRequest", id: `m${at + 1}`, status: "active", intent: "order", medicationCodeableConcept: { text: name }, dosageInstruction: [{ text: strength }], subject: { reference: `Patient/${id}` } });
  });
  return all.map((one) => JSON.stringify(one)).join("\n");
}

let folder, browser;
const packs = {};
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "rihla-downtime-"));
  mkdirSync(PICTURES, { recursive: true });
  writeFileSync(join(folder, "all.ndjson"), record());
  writeFileSync(join(folder, "passphrase"), PASSPHRASE);
  const own = ["--store", "sqlite:store", "--key-file", "server.key", "--world", "training"];
  const done = spawnSync(PROGRAM, [...own, "import", "--again", "all.ndjson"], { cwd: folder });
  assert.equal(done.status, 0, String(done.stderr));
  for (const lang of ["fr", "ar"]) {
    const words = ["--lang", lang, "serve", "--listen", "127.0.0.1:0", "--downtime", lang, "--downtime-passphrase-file", "passphrase"];
    const server = spawn(PROGRAM, [...own, ...words], { cwd: folder, stdio: "ignore" });
    const ended = new Promise((resolve) => server.once("exit", resolve));
    let said = "";
    while (!said.includes("last try  made") && server.exitCode === null) {
      said = String(spawnSync(PROGRAM, ["downtime", "status", lang], { cwd: folder }).stdout);
    }
    server.kill("SIGKILL");
    await ended;
    packs[lang] = join(folder, lang, readdirSync(join(folder, lang)).find((name) => name.startsWith("pack-")));
  }
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function opened(lang, name) {
  const context = await browser.newContext({ viewport: { width: 900, height: 1200 } });
  await context.setOffline(true);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => request.url().startsWith("file:") || faults.push(`asked for ${request.url()}`));
  await page.goto(pathToFileURL(join(packs[lang], name)).href);
  return { context, page, faults };
}

const type = async (page, passphrase) => {
  await page.locator("#passphrase").fill(passphrase);
  await page.locator("#open button").click();
};

for (const lang of ["fr", "ar"]) {
  test(`a ward opens its page from the disk and prints it (${lang})`, async () => {
    const { context, page, faults } = await opened(lang, "ward-med.html");
    assert.ok(!(await page.content()).includes("ALAMI"), "nothing is shown before");
    assert.deepEqual(await axe(page), []);
    await page.screenshot({ path: join(PICTURES, `locked.${lang}.light.png`) });
    await type(page, "une autre phrase que celle-ci");
    await page.waitForFunction(() => document.querySelector("#said").textContent.length > 20);
    assert.ok(await page.locator("#passphrase").isVisible(), "it can be typed again");
    await type(page, PASSPHRASE);
    await page.locator("section.who").first().waitFor();
    const text = await page.locator("main").innerText();
    for (const said of ["ALAMI Amal", "العلمي أمل", "Pénicilline", "Isolement contact", "Scanner thoracique", "Paracétamol"]) assert.ok(text.includes(said), `${said}: ${text}`);
    assert.equal(await page.locator("html").getAttribute("dir"), lang === "ar" ? "rtl" : "ltr");
    assert.equal(await page.locator("script").count(), 0);
    await page.screenshot({ path: join(PICTURES, `ward.${lang}.light.png`), fullPage: true });
    const paper = await page.pdf({ path: join(PICTURES, `ward.${lang}.pdf`), preferCSSPageSize: true });
    const pages = paper.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    assert.ok(pages >= 5 && pages < 20, `${pages} printed pages`);
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test("the index says who is where and leads to the wards", async () => {
  const { context, page, faults } = await opened("fr", "index.html");
  await type(page, PASSPHRASE);
  await page.locator("main table").first().waitFor();
  await page.screenshot({ path: join(PICTURES, "index.fr.light.png"), fullPage: true });
  await page.locator("a[href='ward-med.html']").click();
  await page.locator("#passphrase").waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("what is opened is as easy to read as any page", async () => {
  const context = await browser.newContext();
  for (const lang of ["fr", "ar"]) {
    const into = join(folder, `open-${lang}`);
    const done = spawnSync(PROGRAM, ["downtime", "open", lang, "--passphrase", "--into", into], { cwd: folder, input: PASSPHRASE });
    assert.equal(done.status, 0, String(done.stderr));
    for (const name of ["ward-med.html", "without-ward.html", "index.html", "catch-up.html"]) {
      const page = await context.newPage();
      await page.goto(pathToFileURL(join(into, name)).href);
      assert.deepEqual(await axe(page), [], `${name} ${lang}`);
      await page.close();
    }
  }
  await context.close();
});
