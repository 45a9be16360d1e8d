// A hospital to look at: a store of made-up patients, served by the program on a free port.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stage } from "./cast.mjs";

export const ROOT = resolve(fileURLToPath(new URL("../..", import.meta.url)));
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
const RIHLA = process.env.RIHLA ?? join(TARGET, "debug/rihla");
/** The stories end at this moment, whenever the tests are run. */
export const NOW = "2026-11-21T09:00:00Z";

/** Waits until something is so; says what was waited for if it never is. */
export async function until(what, ready, patience = 20_000) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await ready();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((turn) => setTimeout(turn, 25));
  }
}

/** One server on one store. */
export class Site {
  #process = null;

  constructor(store) {
    this.store = store;
    this.base = null;
  }

  /** Starts the server; after the first time on the same port, so that pages that are open find it again. */
  async start() {
    const listen = this.base ? new URL(this.base).host : "127.0.0.1:0";
    const server = spawn(RIHLA, ["serve", "--store", `sqlite:${this.store}`, "--listen", listen], { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = server;
    let said = "";
    server.stderr.on("data", (text) => { said = (said + text).slice(-4_000); });
    const ended = new Promise((_, reject) => server.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`))));
    ended.catch(() => {});
    const lines = createInterface({ input: server.stdout });
    const first = new Promise((done) => lines.once("line", done));
    this.base = /http:\/\/[^/\s]+/.exec(await Promise.race([first, ended]))[0];
    await this.#everybodyIsFound();
    return this;
  }

  /** The names are gathered after the start, and until then the finder says that somebody may be missing. */
  async #everybodyIsFound() {
    const cookie = await this.enter({ role: "physician" });
    await until("everybody can be found", async () => {
      const answer = await fetch(`${this.base}/patients/find`, {
        method: "POST", body: new URLSearchParams({ q: "x" }), headers: { cookie: `rihla_session=${cookie}`, "hx-request-type": "partial" },
      });
      return answer.ok && !(await answer.text()).includes('role="status"');
    }, 60_000);
  }

  /** Takes a seat and returns the token that the browser keeps. */
  async enter(who) {
    const answer = await fetch(`${this.base}/sign-in`, { method: "POST", body: new URLSearchParams(who), redirect: "manual" });
    const token = /rihla_session=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "");
    if (!token) throw new Error(`nobody was let in: ${answer.status}`);
    return token[1];
  }

  async fhir(path) {
    const answer = await fetch(`${this.base}/fhir/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }

  async put(resource) {
    const answer = await fetch(`${this.base}/fhir/${resource.resourceType}/${resource.id}`, {
      method: "PUT", body: JSON.stringify(resource), headers: { "content-type": "application/fhir+json" },
    });
    if (!answer.ok) throw new Error(`${resource.resourceType}/${resource.id}: ${answer.status} ${await answer.text()}`);
  }

  /** Ends it as a person does, or as a power cut does. */
  async stop(signal = "SIGTERM") {
    const server = this.#process;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((done) => server.once("exit", done));
    server.kill(signal);
    await gone;
  }
}

function program(...args) {
  const done = spawnSync(RIHLA, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`rihla ${args[0]}: ${done.error ?? done.stderr}`);
}

/** A store with stories, and what the tests put beside them. */
export async function makeStore(folder) {
  if (!existsSync(RIHLA)) throw new Error(`${RIHLA} is not there: cargo build -p rihla-server`);
  const store = join(folder, "made", "store");
  program("demo-data", join(folder, "data"), "--seed", "7", "--patients", "40", "--now", NOW);
  program("import", "--store", `sqlite:${store}`, "--rejects", join(folder, "rejects.ndjson"), join(folder, "data"));
  const site = await new Site(store).start();
  writeFileSync(join(folder, "made", "cast.json"), JSON.stringify(await stage(site)));
  await site.stop();
  return store;
}

async function made() {
  if (process.env.RIHLA_BROWSER_STORE) return { store: process.env.RIHLA_BROWSER_STORE, tidy: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "rihla-browser-"));
  return { store: await makeStore(folder), tidy: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Who is in a store: written beside it when it was made. */
const castOf = (store) => JSON.parse(readFileSync(join(dirname(store), "cast.json"), "utf8"));

/** The server that all tests share which only read; `end` lets go of it. */
export async function sharedSite() {
  if (!process.env.RIHLA_BROWSER_BASE) return ownSite();
  const site = new Site(null);
  site.base = process.env.RIHLA_BROWSER_BASE;
  site.cast = castOf(process.env.RIHLA_BROWSER_STORE);
  site.end = async () => {};
  return site;
}

/** A server on a store of its own, for tests that write or kill. */
export async function ownSite() {
  const { store, tidy } = await made();
  const folder = mkdtempSync(join(tmpdir(), "rihla-browser-own-"));
  cpSync(store, join(folder, "store"), { recursive: true });
  const site = new Site(join(folder, "store"));
  site.cast = castOf(store);
  tidy();
  await site.start();
  site.end = async () => {
    await site.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return site;
}
