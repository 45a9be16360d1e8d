// Programs of others: a person is asked whether one may, opens one from a chart, and an administrator lets it in. The
// program's own pages are made up here, at an origin of their own.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LANGUAGES, PHONE, WIDE, axe, none, openBrowser, overflow, sit } from "./browser.mjs";
import { ROOT, ownSite } from "./site.mjs";

const APP = "https://app.test";
const PICTURES = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "screens/programs");
const SCOPES = "openid fhirUser launch launch/patient offline_access patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory patient/Condition.rs patient/MedicationRequest.cruds";
let site, browser, program;
before(async () => {
  mkdirSync(PICTURES, { recursive: true });
  site = await ownSite();
  browser = await openBrowser();
  program = await asksToBeLetIn("Courbes de croissance");
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function asksToBeLetIn(name) {
  const answer = await fetch(`${site.base}/oauth/register`, {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: name, redirect_uris: [`${APP}/cb`], initiate_login_uri: `${APP}/launch`, token_endpoint_auth_method: "none", scope: SCOPES }),
  });
  assert.equal(answer.status, 201);
  return (await answer.json()).client_id;
}

/** Where a program sends a browser to ask. */
function asking(scope, more = {}) {
  const fields = {
    response_type: "code", client_id: program, redirect_uri: `${APP}/cb`, scope, state: "here", aud: `${site.base}/fhir`,
    code_challenge: createHash("sha256").update("a-verifier-that-is-long-enough-for-anybody-43").digest("base64url"), code_challenge_method: "S256", ...more,
  };
  return `${site.base}/oauth/authorize?${new URLSearchParams(fields)}`;
}

/** A browser in which the program's pages are there: a link to where it asks, and the page it gets people back to. */
async function withProgram(who, scope, more = {}) {
  const context = await sit(browser, site, who, more);
  const seen = { faults: [] };
  await context.route(`${APP}/**`, (route) => {
    const url = new URL(route.request().url());
    seen.last = url;
    const launch = url.searchParams.get("launch");
    const to = asking(scope, launch ? { launch } : {});
    const body = url.pathname === "/cb" ? "<h1>in</h1>" : `<!doctype html><title>x</title><a id="go" href="${to.replaceAll("&", "&amp;")}">go</a>`;
    return route.fulfill({ contentType: "text/html", body });
  });
  context.on("console", (message) => message.type() === "error" && seen.faults.push(message.text()));
  return { context, page: await context.newPage(), seen };
}

/** Leaves pictures of a page as it stands, in each language, light and dark, at a desk and on a telephone. */
async function pictures(context, page, name) {
  const found = [];
  for (const lang of LANGUAGES) {
    for (const theme of ["light", "dark"]) {
      await context.addCookies([{ name: "rihla_lang", value: lang, url: site.base }, { name: "rihla_theme", value: theme, url: site.base }]);
      await page.reload();
      for (const [viewport, end] of [[WIDE, ""], [PHONE, ".phone"]]) {
        await page.setViewportSize(viewport);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: join(PICTURES, `${name}.${lang}.${theme}${end}.png`), fullPage: true });
        found.push(...[...await overflow(page), ...await axe(page, theme === "dark" ? ["color-contrast"] : null)].map((fault) => `${name} ${lang} ${theme}${end}: ${fault}`));
      }
      await page.setViewportSize(WIDE);
    }
  }
  await context.addCookies([{ name: "rihla_lang", value: "fr", url: site.base }, { name: "rihla_theme", value: "light", url: site.base }]);
  await page.reload();
  none(found);
}

test("an administrator lets a program in that asked for itself, without what it does not need", async () => {
  const context = await sit(browser, site, { role: "administrator" });
  const page = await context.newPage();
  await page.goto(`${site.base}/programs`);
  await pictures(context, page, "list");
  await page.locator("main .rows a").first().click();
  await page.waitForURL(/programs\/[0-9a-f]{32}$/);
  await pictures(context, page, "one");
  await page.locator("input[value='offline_access']").uncheck();
  await page.locator("button[value=approve]").click();
  await page.locator("button[value=suspend]").waitFor();
  assert.ok(!(await page.locator("main").textContent()).includes("offline_access"));
  await page.goto(`${site.base}/programs/new`);
  await pictures(context, page, "new");
  await context.close();
});

test("a person is asked, chooses a patient by keyboard, leaves something out, and is sent back", async () => {
  const { context, page, seen } = await withProgram({ practitioner: site.cast.doctor }, SCOPES.replace("launch ", ""));
  // The chart that was opened last is offered first.
  await page.goto(`${site.base}/patients/${site.cast.rich}/chart`);
  await page.goto(`${APP}/start`);
  await page.locator("#go").click();
  await page.waitForURL(/oauth\/authorize/);
  await page.locator("input[name=patient]").first().waitFor();
  await pictures(context, page, "consent");
  assert.equal(await page.locator(`input[name=patient][value='${site.cast.rich}']`).count(), 1);
  await page.locator("button[value=allow]").click();
  await page.locator("main .error").waitFor();
  await page.locator(`input[name=patient][value='${site.cast.rich}']`).focus();
  await page.keyboard.press("Space");
  await page.locator("input[value='patient/MedicationRequest.cruds']").focus();
  await page.keyboard.press("Space");
  await page.locator("button[value=allow]").press("Space");
  await page.waitForURL(`${APP}/cb**`);
  assert.deepEqual([seen.last.searchParams.get("state"), seen.last.searchParams.get("error")], ["here", null]);
  assert.ok(seen.last.searchParams.get("code").length > 40);
  none(seen.faults.filter((fault) => !fault.includes("422")));
  await context.close();
});

test("somebody whom nobody knows yet signs in on the way, without scripts too", async () => {
  const { context, page, seen } = await withProgram(null, "launch/patient patient/Condition.rs", { javaScriptEnabled: false });
  await page.goto(`${APP}/start`);
  await page.locator("#go").click();
  await page.waitForURL(/sign-in/);
  const { login, password } = site.account({ practitioner: site.cast.doctor });
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("#password").press("Enter");
  await page.waitForURL(/oauth\/authorize/);
  await page.locator("#q").fill("zzzz");
  await page.locator("#q").press("Enter");
  await page.waitForURL(/oauth\/consent/);
  await page.locator(".empty").waitFor();
  await page.locator(".me summary").click();
  await page.locator(".preferences button[lang=en]").click();
  await page.waitForURL(/oauth\/authorize/);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.locator("button[value=refuse]").click();
  await page.waitForURL(`${APP}/cb**`);
  assert.equal(seen.last.searchParams.get("error"), "access_denied");
  await context.close();
});

test("a program opens from a chart about its patient, and is taken back", async () => {
  const { context, page, seen } = await withProgram({ practitioner: site.cast.doctor }, "launch patient/Condition.rs");
  await page.goto(`${site.base}/patients/${site.cast.rich}/chart`);
  const name = (await page.locator(".banner .name bdi").first().textContent()).trim();
  await page.locator(".banner a.programs").click();
  await page.locator("button[name=program]").waitFor();
  await pictures(context, page, "open");
  await page.locator("button[name=program]").first().click();
  await page.waitForURL(`${APP}/launch**`);
  assert.equal(seen.last.searchParams.get("iss"), `${site.base}/fhir`);
  await page.locator("#go").click();
  await page.waitForURL(/oauth\/authorize/);
  await page.locator("button[value=allow]").waitFor();
  assert.ok((await page.locator("main .facts").textContent()).includes(name));
  await page.locator("button[value=allow]").click();
  await page.waitForURL(`${APP}/cb**`);
  const answer = await fetch(`${site.base}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "authorization_code", client_id: program, redirect_uri: `${APP}/cb`, code: seen.last.searchParams.get("code"), code_verifier: "a-verifier-that-is-long-enough-for-anybody-43" }),
  });
  const tokens = await answer.json();
  assert.deepEqual([answer.status, tokens.patient, tokens.encounter], [200, site.cast.rich, site.cast.stay]);
  await page.goto(`${site.base}/account/programs`);
  await pictures(context, page, "mine");
  await page.locator("main form button").first().click();
  await page.locator(".toast").waitFor();
  assert.equal(await page.locator("main .cards").count(), 0);
  none(seen.faults);
  await context.close();
});

test("what a program asks wrongly is said to the person, who is sent nowhere", async () => {
  const { context, page } = await withProgram({ practitioner: site.cast.doctor }, "patient/Condition.rs");
  await page.goto(asking("patient/Condition.rs", { redirect_uri: "https://evil.test/" }));
  await page.locator(".refusal").waitFor();
  await pictures(context, page, "wrong");
  assert.ok(page.url().startsWith(site.base));
  await context.close();
});
