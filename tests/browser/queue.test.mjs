// The queue in a browser: a kiosk at the size of a tablet, a desk in French and Arabic, at a telephone too, and the display of
// the hall at that of a wall.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { axe, none, openBrowser, overflow, picturesOf, picturing, sit, watch } from "./browser.mjs";
import { ownSite } from "./site.mjs";

const FOLDER = picturesOf("queue");
const pictured = picturing(FOLDER);
const TABLET = { width: 1024, height: 1366 };
const WALL = { width: 1920, height: 1080 };
let site, browser;

before(async () => {
  site = await ownSite();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.end();
});

async function at(role, lang, viewport, more = {}) {
  const context = await sit(browser, site, { role }, { lang, viewport, ...more });
  const page = await context.newPage();
  return { context, page, ...watch(page, site) };
}

/** A picture of a page that has one size, in both themes, with what axe finds. */
async function seen(page, name) {
  await page.evaluate(() => document.fonts.ready);
  none([...(await axe(page)), ...(await overflow(page))], name);
  await page.screenshot({ path: join(FOLDER, `${name}.light.png`) });
  await page.evaluate(() => { document.documentElement.dataset.theme = "dark"; });
  none(await axe(page, ["color-contrast"]), `${name}, dark`);
  await page.screenshot({ path: join(FOLDER, `${name}.dark.png`) });
  await page.evaluate(() => { document.documentElement.dataset.theme = "light"; });
}

/** A ticket from the kiosk; its number. */
async function take(kiosk, lang, service, priority = "", picture = "") {
  await kiosk.page.goto(`${site.base}/queue/kiosk?lang=${lang}`);
  if (picture) await seen(kiosk.page, `kiosk.${picture}`);
  await kiosk.page.locator(`a[href^='/queue/kiosk/${service}']`).click();
  if (priority) await kiosk.page.locator(`input[value='${priority}']`).check();
  if (picture) await seen(kiosk.page, `kiosk-service.${picture}`);
  await kiosk.page.locator("button.primary").click();
  await kiosk.page.waitForURL(/\/kiosk\/ticket\//);
  if (picture) await seen(kiosk.page, `kiosk-ticket.${picture}`);
  return (await kiosk.page.locator(".queue-number").innerText()).trim();
}

for (const lang of ["fr", "ar"]) {
  test(`a ticket from the kiosk is called at a desk and shown in the hall (${lang})`, async () => {
    const kiosk = await at("kiosk", lang, TABLET);
    const first = await take(kiosk, lang, "registration", "", lang);
    const second = await take(kiosk, lang, "registration", "pregnancy");
    await take(kiosk, lang, "cashier");
    assert.equal(await kiosk.page.locator(".rail, .command").count(), 0, "nothing leads out of the kiosk");

    const wall = await at("display", lang, WALL);
    await wall.page.goto(`${site.base}/queue/display`);
    await seen(wall.page, `display-quiet.${lang}`);

    const clerk = await at("registration-clerk", lang);
    await clerk.page.goto(`${site.base}/queue`);
    await pictured(clerk.page, `choose.${lang}`);
    await clerk.page.locator(".queue-desks button").nth(lang === "fr" ? 0 : 1).click();
    await clerk.page.locator("#queue-board").waitFor();
    await pictured(clerk.page, `board.${lang}`);
    await clerk.page.locator(".queue-call").click();
    await clerk.page.locator("form[action$='/begin']").waitFor();
    assert.equal((await clerk.page.locator(".queue-number").innerText()).trim(), second, "the priority passes");
    await pictured(clerk.page, `called.${lang}`);
    // The hall follows by itself, and says it in both languages.
    const say = wall.page.locator("#queue-aloud p", { hasText: `${second[0]} ${Number(second.slice(1))}` });
    await say.waitFor();
    for (const tongue of ["fr", "ar"]) assert.ok((await say.locator(`[lang=${tongue}]`).innerText()).length > 10);
    await seen(wall.page, `display.${lang}`);

    await clerk.page.locator("form[action$='/begin'] button").click();
    await clerk.page.locator("form[action$='/end'] button").click();
    await clerk.page.locator(".queue-call").waitFor();
    // A ticket by hand, tied to a patient.
    await clerk.page.locator("#queue-issue summary").click();
    await clerk.page.locator("#priority").selectOption("emergency");
    await clerk.page.locator("#queue-issue button").click();
    await clerk.page.waitForURL(/\/queue\/tickets\//);
    await clerk.page.locator("#q").fill("a");
    await clerk.page.locator("form[action$='/find'] button").click();
    await pictured(clerk.page, `ticket.${lang}`);
    await clerk.page.goto(`${site.base}/queue`);
    await clerk.page.locator("#queue-pause summary").click();
    await clerk.page.locator("#queue-pause button").click();
    await clerk.page.locator(".queue-paused").waitFor();
    await pictured(clerk.page, `paused.${lang}`);
    await clerk.page.locator(".queue-paused button").click();
    await clerk.page.locator(".queue-call").click();
    await clerk.page.locator("form[action$='/begin'] button").click();
    await clerk.page.locator("form[action$='/end'] button").click();
    // Whoever came before, and was passed, is next.
    await clerk.page.locator(".queue-call").waitFor();
    assert.ok((await clerk.page.locator(".queue-call").innerText()).trim().slice(-4) <= first);
    none([...kiosk.faults, ...wall.faults, ...clerk.faults], "faults");
    await Promise.all([kiosk.context.close(), wall.context.close(), clerk.context.close()]);
  });
}

test("the kiosk works without a script", async () => {
  const kiosk = await at("kiosk", "fr", TABLET, { javaScriptEnabled: false });
  await kiosk.page.goto(`${site.base}/queue/kiosk`);
  await kiosk.page.locator("a[href^='/queue/kiosk/pharmacy']").press("Enter");
  await kiosk.page.waitForURL(/kiosk\/pharmacy/);
  await kiosk.page.locator("button.primary").press("Enter");
  await kiosk.page.waitForURL(/\/kiosk\/ticket\//);
  assert.match((await kiosk.page.locator(".queue-number").innerText()).trim(), /^M\d{3}$/);
  const path = new URL(kiosk.page.url()).pathname;
  await kiosk.page.goto(`${site.base}/queue/kiosk`);
  await kiosk.page.locator("#code").fill(path.split("/").pop());
  await kiosk.page.locator("#code").press("Enter");
  await kiosk.page.waitForURL(new RegExp(path));
  await kiosk.page.goto(`${site.base}/queue/kiosk`);
  await kiosk.page.locator("#code").fill("UNKNOWN");
  await kiosk.page.locator("#code").press("Enter");
  await kiosk.page.locator("[role=alert]").waitFor();
  none(kiosk.faults, "faults");
  await kiosk.context.close();
});
