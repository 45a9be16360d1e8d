// Signing in at an identity provider that nobody here wrote, in a browser: npm oidc-provider (certified OpenID Connect).
// `node tests/smart/provider.mjs`; it is fetched from its registry into target/smart-clients, which is in no repository.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LANGUAGES, PHONE, WIDE, axe, none, openBrowser, sit } from "../browser/browser.mjs";
import { ROOT, ownSite } from "../browser/site.mjs";

const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
const CLIENTS = join(TARGET, "smart-clients");
const PICTURES = join(TARGET, "screens/account");
const WANTED = "oidc-provider@8.8.1";

function fetchProvider() {
  mkdirSync(CLIENTS, { recursive: true });
  if (!existsSync(join(CLIENTS, "package.json"))) writeFileSync(join(CLIENTS, "package.json"), '{"private":true}');
  if (existsSync(join(CLIENTS, "node_modules/oidc-provider"))) return;
  const done = spawnSync("npm", ["install", "--prefix", CLIENTS, "--no-audit", "--no-fund", "--ignore-scripts", WANTED], { cwd: CLIENTS, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`npm install ${WANTED}: ${done.stderr}`);
}

/** The provider on a port of its own; claims come from its userinfo endpoint, as is its way. */
async function startProvider(redirect) {
  const library = createRequire(join(CLIENTS, "x.js"))("oidc-provider");
  const Provider = library.default ?? library;
  const server = createServer((request, response) => provider.callback()(request, response));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const people = {
    salma: { name: "Salma Alami", "name#ar": "سلمى العلمي", groups: ["med"] },
    visitor: { name: "Visiteur", groups: [] },
  };
  const provider = new Provider(issuer, {
    clients: [{ client_id: "rihla", client_secret: "a secret & more", redirect_uris: [redirect], backchannel_logout_uri: `${new URL(redirect).origin}/sign-in/provider/ended` }],
    claims: { openid: ["sub"], profile: ["name", "name#ar", "preferred_username", "groups"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, ...people[id] }) }),
    features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true, logoutSource: (ctx, form) => { ctx.body = `<!doctype html><body>${form}<button id="out" form="op.logoutForm" name="logout" value="yes">out</button>`; } } },
    cookies: { keys: ["of a test"] },
  });
  provider.on("server_error", (_, error) => console.error("the provider:", error.message));
  provider.on("backchannel.error", (_, error) => console.error("the provider, leaving:", error.message));
  return { issuer, people, end: () => server.close() };
}

const ok = (what) => console.log(`ok  npm ${WANTED}  ${what}`);

/** Its own pages: who it is, and that this program may know. */
async function atTheProvider(page, login) {
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill("any");
  await page.locator('button[type="submit"]').click();
  const consent = page.locator('form[action*="interaction"] button[type="submit"]');
  if (page.url().includes("/interaction/")) await consent.click();
}

async function pictures(site, browser) {
  mkdirSync(PICTURES, { recursive: true });
  for (const lang of LANGUAGES) {
    for (const [theme, viewport] of [["light", WIDE], ["dark", PHONE]]) {
      const context = await sit(browser, site, null, { lang, theme, viewport });
      const page = await context.newPage();
      await page.goto(`${site.base}/sign-in`);
      none(await axe(page), `the door ${lang} ${theme}`);
      await page.screenshot({ path: join(PICTURES, `door-provider.${lang}.${theme}.${viewport === WIDE ? "wide" : "phone"}.png`), fullPage: true });
      await context.close();
    }
  }
}

fetchProvider();
const site = await ownSite();
const browser = await openBrowser();
const folder = mkdtempSync(join(tmpdir(), "rihla-provider-"));
let provider;
try {
  provider = await startProvider(`${site.base}/sign-in/provider/back`);
  writeFileSync(join(folder, "secret"), "a secret & more");
  writeFileSync(join(folder, "provider.toml"), `issuer = "${provider.issuer}"\nclient_id = "rihla"\nclient_secret_file = "secret"\nmake_accounts = true\n[names]\nfr = "Compte de la fondation"\nar = "حساب المؤسسة"\nen = "Foundation account"\n[claims]\nroles = "groups"\n[[role]]\nvalue = "med"\nrole = "physician"\n`);
  await site.stop();
  site.open.push("--sign-in-provider", join(folder, "provider.toml"));
  await site.start();
  await pictures(site, browser);

  const context = await sit(browser, site, null);
  const page = await context.newPage();
  await page.goto(`${site.base}/patients`);
  await page.getByRole("link", { name: "Entrer par : Compte de la fondation" }).click();
  await atTheProvider(page, "salma");
  await page.waitForURL(`${site.base}/patients*`);
  ok("somebody new signs in by a click, with roles from claims of the userinfo endpoint, and is where they wanted to go");
  await page.goto(`${site.base}/account`);
  assert.match(await page.locator("main").innerText(), /Salma Alami[\s\S]*Médecin[\s\S]*Compte de la fondation[\s\S]*relié/);
  await page.goto(`${site.base}/account/password`);

  await page.evaluate(() => fetch("/sign-out", { method: "POST" }));
  await page.goto(`${site.base}/sign-in`);
  await page.getByRole("link", { name: "Entrer par : Compte de la fondation" }).click();
  await page.waitForURL((url) => url.origin === site.base && url.pathname !== "/sign-in");
  ok("whom the provider still knows comes in without being asked");

  await page.goto(`${provider.issuer}/session/end`);
  await page.locator("#out").click();
  await page.goto(`${site.base}/account`);
  await page.waitForURL((url) => url.origin === site.base && url.pathname === "/sign-in");
  ok("leaving there ends the sessions here (back-channel logout)");

  const other = await sit(browser, site, null);
  const visitor = await other.newPage();
  await visitor.goto(`${site.base}/sign-in`);
  await visitor.getByRole("link", { name: "Entrer par : Compte de la fondation" }).click();
  await atTheProvider(visitor, "visitor");
  await visitor.locator("[role=alert]:not([hidden])").waitFor();
  assert.match(await visitor.locator("[role=alert]:not([hidden])").innerText(), /aucune fonction/);
  ok("who has no role there is told so and stays out");

  const nurse = await sit(browser, site, { role: "nurse" });
  const own = await nurse.newPage();
  await own.goto(`${site.base}/account/provider`);
  none(await axe(own), "the page of the link");
  await own.getByRole("button", { name: "Relier" }).click();
  await atTheProvider(own, "nurse");
  await own.waitForURL(`${site.base}/account?done=linked`);
  const later = await sit(browser, site, null);
  const again = await later.newPage();
  await again.goto(`${site.base}/sign-in`);
  await again.getByRole("link", { name: "Entrer par : Compte de la fondation" }).click();
  await atTheProvider(again, "nurse");
  await again.waitForURL((url) => url.origin === site.base && url.pathname !== "/sign-in");
  ok("an account of the house is linked by its own person, and is then entered so");
} finally {
  await browser.close();
  provider?.end();
  await site.end();
  rmSync(folder, { recursive: true, force: true });
}
