// Doses and values are painted in the order in which they are to be read, whatever the page's direction.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { openBrowser } from "./browser.mjs";
import { ROOT } from "./site.mjs";

const LINES = 150;

test("lines of medicines, results and codes in three languages and both directions", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rihla-specimen-"));
  const browser = await openBrowser();
  try {
    for (const seed of [1, 1_000]) {
      const html = execFileSync("cargo", ["run", "--quiet", "--package", "rihla-web", "--example", "specimen", "--", String(seed), String(LINES)], { cwd: ROOT, maxBuffer: 1 << 26 });
      const file = join(folder, `${seed}.html`);
      writeFileSync(file, html);
      const page = await browser.newPage();
      await page.goto(pathToFileURL(file).href);
      const output = page.locator("output[data-wrong]");
      await output.waitFor({ state: "attached" });
      assert.equal(Number(await output.getAttribute("data-lines")), 6 * LINES + 1);
      assert.equal(await output.textContent(), "");
      assert.equal(Number(await output.getAttribute("data-wrong")), 0);
      assert.ok(Number(await output.getAttribute("data-trap")) > 0, "a line without isolates has to be found wrong");
      await page.close();
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
