// People coming in, proving who they are, and making room for each other at one screen.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { none, openBrowser, pictures as picturesIn, picturesOf, sit, watch, WIDE } from "./browser.mjs";
import { freshSite, ownSite, until } from "./site.mjs";

const PHRASE = "le train de nuit passe le vieux pont";
const PICTURES = picturesOf("account");
const pictures = picturesIn(PICTURES);
let site, browser;
before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

/** The code that an app shows at a moment (RFC 6238). */
function code(seed, at = Date.now()) {
  const bits = [...seed.replace(/\s/g, "")].map((sign) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(sign).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const tag = createHmac("sha1", key).update(step).digest();
  return String((tag.readUInt32BE(tag[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function signIn(page, who) {
  const { login, password } = site.account(who);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("#password").press("Enter");
}

test("an app is set up by its picture's key, and its code is asked for after the password, by keyboard alone", async () => {
  const context = await sit(browser, site, { role: "midwife" });
  const page = await context.newPage();
  const { faults } = watch(page, site, [403]);
  await page.goto(`${site.base}/account/app`);
  await page.locator("main .primary").click();
  const seed = await page.locator(".seed").textContent();
  const box = await page.locator(".qr svg").boundingBox();
  assert.ok(box.width > 150 && Math.abs(box.width - box.height) < 2, "a picture that a camera can read");
  await page.locator("#code").fill(code(seed));
  await page.locator("#code").press("Enter");
  await page.waitForURL(/account\/codes$/);
  await page.locator("main .primary").click();
  assert.equal(await page.locator(".secrets li").count(), 10);
  await page.screenshot({ path: join(PICTURES, "codes.fr.light.png"), fullPage: true });
  const recovery = await page.locator(".secrets code").first().textContent();

  await page.locator(".me summary").click();
  await page.locator("form[action='/sign-out'] button").click();
  await page.waitForURL(/sign-in$/);
  await page.goto(`${site.base}/drafts`);
  await signIn(page, { role: "midwife" });
  await page.waitForURL(/sign-in\/second/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "code");
  await pictures(context, page, "second", site.base);
  // The code of the last step was used; the one before it never is.
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await page.locator(".error").waitFor();
  await page.keyboard.type(code(seed, Date.now() + 30_000));
  await page.keyboard.press("Enter");
  await page.waitForURL(/drafts$/);

  await page.locator(".me summary").click();
  await page.locator("form[action='/sign-out'] button").click();
  await signIn(page, { role: "midwife" });
  await page.locator("details summary").click();
  await page.locator("#recovery").fill(recovery);
  await page.locator("#recovery").press("Enter");
  await page.waitForURL(/\/patients$/);
  none(faults);
  await context.close();
});

test("a passkey is made, opens the account alone, and is removed", async () => {
  const local = site.base.replace("127.0.0.1", "localhost");
  const context = await browser.newContext({ viewport: WIDE, locale: "fr", reducedMotion: "reduce" });
  await context.addCookies([{ name: "rihla_lang", value: "fr", url: local }]);
  const page = await context.newPage();
  const device = await context.newCDPSession(page);
  await device.send("WebAuthn.enable");
  await device.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await page.goto(`${local}/sign-in?next=/account/passkeys`);
  await signIn(page, { role: "pharmacist" });
  await page.waitForURL(/account\/passkeys$/);
  await page.locator("#label").fill("Clé du test");
  await page.locator("form[data-passkey] .primary").click();
  await page.waitForURL(/done=passkey$/);
  assert.match(await page.locator(".toast").textContent(), /Clé d’accès ajoutée/);

  await page.locator(".me summary").click();
  await page.locator("form[action='/sign-out'] button").click();
  await page.waitForURL(/sign-in$/);
  await page.locator("form[data-passkey=get] button").click();
  await page.waitForURL(/\/patients$/);
  await page.goto(`${local}/account/passkeys`);
  assert.match(await page.locator(".card").textContent(), /Clé du test/);

  // Beside a password it is the second factor.
  await page.locator(".me summary").click();
  await page.locator("form[action='/sign-out'] button").click();
  await signIn(page, { role: "pharmacist" });
  await page.waitForURL(/sign-in\/second/);
  await page.locator("form[data-passkey=get] button").click();
  await page.waitForURL(/\/patients$/);
  await page.goto(`${local}/account/passkeys`);
  await page.locator(".card button").click();
  await page.waitForURL(/done=passkey-dropped$/);
  await context.close();
});

/** A browser that is a shared station, and two nurses with badge and PIN. */
async function ward() {
  const station = await sit(browser, site, null);
  const page = await station.newPage();
  await page.goto(`${site.base}/stations`);
  await signIn(page, { role: "administrator" });
  await page.locator("#name").fill("Cardiologie, poste 2");
  await page.locator("form[action='/stations'] .primary").click();
  await page.locator(".toast").waitFor();
  const badges = { nurse: ["04A2B3C4", "4827"], "head-nurse": ["04FFEE01", "7391"] };
  for (const [login, [badge, pin]] of Object.entries(badges)) {
    await page.goto(`${site.base}/accounts`);
    await page.locator("#q").fill(login);
    await page.locator("#q").press("Enter");
    await page.waitForURL(/list=/);
    await page.locator("tbody tr", { has: page.locator(`td bdi:text-is("${login}")`) }).locator("a").click();
    await page.locator("#badge").fill(badge);
    await page.locator("#badge").press("Enter");
    await page.waitForURL(/done=badge/);
    const own = await sit(browser, site, { role: login });
    const mine = await own.newPage();
    await mine.goto(`${site.base}/account/pin`);
    await mine.locator("#pin").fill(pin);
    await mine.locator("#pin").press("Enter");
    await mine.waitForURL(/done=pin/);
    await own.close();
  }
  await page.locator(".me summary").click();
  await page.locator("form[action='/sign-out'] button").click();
  await page.locator("#badge").waitFor();
  return { station, page, badges };
}

/** As a reader and two hands do: number, Enter, PIN, Enter. */
async function touch(page, [badge, pin]) {
  assert.equal(await page.evaluate(() => document.activeElement.id), "badge");
  await page.keyboard.type(badge);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "pin");
  await page.keyboard.type(pin);
  await page.keyboard.press("Enter");
}

const covered = (page) => page.evaluate(() => document.documentElement.classList.contains("covered") || location.pathname === "/sign-in");

test("at a shared station the next person touches their badge, and sees nothing of the one before in any tab", async () => {
  const { station, page, badges } = await ward();
  await pictures(station, page, "station", site.base);
  await page.reload();
  await touch(page, badges.nurse);
  await page.waitForURL(/\/patients$/);
  await page.goto(`${site.base}/patients/staged-kidneys/alerts`);
  const tab = await station.newPage();
  await tab.goto(`${site.base}/patients/staged-twin-a/chart`);
  await page.locator("#text").pressSequentially("Ne pas laisser");
  await page.locator("[data-lock-form] button").click();
  await page.waitForURL(/sign-in\?next=/);
  await until("the other tab is covered too", () => covered(tab));
  assert.match(await page.locator(".door").textContent(), /Poste verrouillé par/);

  await touch(page, badges["head-nurse"]);
  await page.waitForURL(/\/patients$/);
  await page.goto(`${site.base}/patients/staged-kidneys/alerts`);
  assert.equal(await page.locator("#text").inputValue(), "", "what was typed is its author's");
  await page.goto(`${site.base}/drafts`);
  assert.equal(await page.locator(".card").count(), 0);
  await page.goBack();
  assert.equal(await page.locator("#text").inputValue(), "");

  // The one before comes back and has their words, typed a moment before the button was pressed.
  await page.locator("[data-lock-form] button").click();
  await page.waitForURL(/sign-in\?next=/);
  await touch(page, badges.nurse);
  await page.waitForURL(/\/patients$/);
  await page.goto(`${site.base}/patients/staged-kidneys/alerts`);
  assert.equal(await page.locator("#text").inputValue(), "Ne pas laisser");
  await station.close();
});

test("a tab of the one before leaves their patient as soon as another person is signed in", async () => {
  const context = await sit(browser, site, { role: "nurse" });
  const [first, second] = [await context.newPage(), await context.newPage()];
  await first.goto(`${site.base}/patients/staged-kidneys/chart`);
  await second.goto(`${site.base}/sign-in`);
  await second.locator("#login").fill("");
  await signIn(second, { role: "registration-clerk" });
  await second.waitForURL(/\/patients$/);
  await first.waitForURL(/\/patients$/);
  assert.equal(await first.locator(".banner").count(), 0);
  await context.close();
});

test("a screen that nobody touches covers itself, and somebody who reads is left alone", async () => {
  const context = await sit(browser, site, { role: "nurse" });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${site.base}/patients/staged-kidneys/chart`);
  await page.clock.runFor("10:00");
  const told = page.waitForResponse((answer) => answer.url().endsWith("/here"));
  await page.keyboard.press("Shift");
  assert.equal((await told).status(), 204);
  await page.clock.runFor("14:00");
  assert.match(page.url(), /staged-kidneys/);
  await page.clock.runFor("01:30");
  await until("the door is shown", () => /sign-in\?next=/.test(page.url()));
  assert.equal(await page.locator("#login").inputValue(), "nurse");
  await page.goto(`${site.base}/patients/staged-kidneys/chart`);
  await page.waitForURL(/sign-in\?next=/);
  assert.equal(await page.locator(".banner").count(), 0);
  await context.close();
});

test("the first start: the terminal's code makes the administrator, who invites the first nurse", async () => {
  const fresh = await freshSite();
  try {
    await until("the code is shown", () => fresh.said.some((line) => line.startsWith("setup code")));
    const setup = /setup code ([\w-]+)/.exec(fresh.said.join("\n"))[1];
    const context = await sit(browser, fresh, null);
    const page = await context.newPage();
    await page.goto(fresh.base);
    await page.waitForURL(/setup$/);
    await pictures(context, page, "setup", fresh.base);
    await page.reload();
    for (const [field, text] of [["code", setup.toUpperCase()], ["name", "Souad Bénani"], ["name_ar", "سعاد بناني"], ["login", "s.bénani"], ["password", PHRASE], ["again", PHRASE]]) {
      await page.locator(`#${field}`).fill(text);
    }
    await page.locator(".door .primary").click();
    await page.waitForURL(/\/account$/);
    assert.match(await page.locator(".error").textContent(), /deuxième facteur/);
    await page.goto(`${fresh.base}/account/app`);
    await page.locator("main .primary").click();
    const seed = await page.locator(".seed").textContent();
    await page.locator("#code").fill(code(seed));
    await page.locator("#code").press("Enter");
    await page.waitForURL(/codes$/);
    await page.goto(`${fresh.base}/sign-in`);
    await page.locator("#password").fill(PHRASE);
    await page.locator("#password").press("Enter");
    await page.locator("#code").fill(code(seed, Date.now() + 30_000));
    await page.locator("#code").press("Enter");
    await page.waitForURL(/\/accounts$/);

    await page.locator(".head .primary").click();
    await page.locator("#name").fill("Omar Tazi");
    await page.locator("#login").fill("o.tazi");
    await page.locator("[name=role_0]").selectOption("nurse");
    await page.locator(".form .primary").click();
    const link = await page.locator(".secret").first().textContent();
    const other = await sit(browser, fresh, null);
    const guest = await other.newPage();
    await guest.goto(link);
    await guest.waitForURL(/invitation$/);
    await pictures(other, guest, "invited", fresh.base);
    await guest.locator("#password").fill(PHRASE);
    await guest.locator("#again").fill(PHRASE);
    await guest.locator("#again").press("Enter");
    await guest.waitForURL(/\/account$/);
    assert.match(await guest.locator("main").textContent(), /Omar Tazi/);
    await Promise.all([context.close(), other.close()]);
  } finally {
    await fresh.end();
  }
});
