// Runs the tests in a browser: one store and one server for all that only read. `node tests/browser/run.mjs [FILE…]`
// With RIHLA_TEST_STORE=postgres on databases of the tests' own server.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHROMIUM } from "./browser.mjs";
import { ROOT, Site, Store, makeStore } from "./site.mjs";

if (!existsSync(CHROMIUM)) {
  if (process.env.CI) throw new Error(`${CHROMIUM} is not there`);
  console.log(`skipped: ${CHROMIUM} is not there (CHROMIUM names its place)`);
  process.exit(0);
}
const here = join(ROOT, "tests/browser");
const asked = process.argv.slice(2);
const files = asked.length ? asked : readdirSync(here).filter((name) => name.endsWith(".test.mjs")).map((name) => join(here, name));
const folder = mkdtempSync(join(tmpdir(), "rihla-browser-"));
const store = await makeStore(folder);
// The store of those who write is a copy of one that nobody has open.
const still = await Store.make(join(folder, "still"), store);
const site = new Site(store);
site.accounts = store.cast.accounts;
await site.start();
try {
  const env = { ...process.env, RIHLA_BROWSER_BASE: site.base, RIHLA_BROWSER_STORE: still.folder };
  const tests = spawn(process.execPath, ["--test", "--test-concurrency=2", ...files], { stdio: "inherit", env });
  process.exitCode = await new Promise((done) => tests.once("exit", (code) => done(code ?? 1)));
} finally {
  await site.stop();
  await Promise.all([store.end(), still.end()]);
  rmSync(folder, { recursive: true, force: true });
}
