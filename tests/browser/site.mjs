// A hospital to look at: a store of made-up patients, served by the program on a free port.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stage } from "./cast.mjs";

export const ROOT = resolve(fileURLToPath(new URL("../..", import.meta.url)));
const TARGET = resolve(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"));
export const PROGRAM = process.env.RIHLA ?? join(TARGET, "debug/rihla");
const DATABASE = join(TARGET, "debug/rihla-test-database");
/** As the tests in Rust: which store everything stands on. */
const ON_POSTGRES = process.env.RIHLA_TEST_STORE === "postgres";
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

/** What a program says first: where it is. */
async function firstLine(child, what) {
  let said = "";
  child.stderr?.on("data", (text) => { said = (said + text).slice(-4_000); });
  const ended = new Promise((_, reject) => child.once("exit", (code) => reject(new Error(`${what} ended with ${code}: ${said}`))));
  ended.catch(() => {});
  const lines = createInterface({ input: child.stdout });
  return Promise.race([new Promise((done) => lines.once("line", done)), ended]);
}

/** Where a record is: a folder with who is in it, and the store or the address of its database. */
export class Store {
  #holder = null;

  constructor(folder) {
    this.folder = folder;
  }

  get url() {
    const named = join(this.folder, "url");
    return existsSync(named) ? readFileSync(named, "utf8") : `sqlite:${join(this.folder, "store")}`;
  }

  /** How programs find the key that its accounts were made with: in its folder, so that a copy has it. */
  get env() {
    return { ...process.env, RIHLA_KEY_FILE: join(this.folder, "key") };
  }

  /** Who is in it: written when it was made. */
  get cast() {
    return JSON.parse(readFileSync(join(this.folder, "cast.json"), "utf8"));
  }

  /** An empty one, or a copy of one that nobody has open. */
  static async make(folder, from = null) {
    const store = new Store(folder);
    mkdirSync(folder, { recursive: true });
    if (from) cpSync(from.folder, folder, { recursive: true });
    if (ON_POSTGRES) {
      if (!existsSync(DATABASE)) throw new Error(`${DATABASE} is not there: cargo build -p rihla-test-postgres`);
      store.#holder = spawn(DATABASE, from ? [from.url] : [], { stdio: ["pipe", "pipe", "inherit"] });
      writeFileSync(join(folder, "url"), await firstLine(store.#holder, "the database"));
    }
    return store;
  }

  /** Lets go of it. */
  async end() {
    if (this.#holder) {
      const gone = new Promise((done) => this.#holder.once("exit", done));
      this.#holder.stdin.end();
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One server on one store. */
export class Site {
  #process = null;

  constructor(store) {
    this.store = store;
    this.base = null;
    /** The tests put people into the record as they like. */
    this.open = ["--world", "training", "--open-fhir"];
    /** Passwords by login, as they were printed. */
    this.accounts = {};
    /** What the server has said on its terminal. */
    this.said = [];
  }

  /** Starts the server; after the first time on the same port, so that pages that are open find it again. */
  async start() {
    const listen = this.base ? new URL(this.base).host : "127.0.0.1:0";
    const server = spawn(PROGRAM, ["serve", "--store", this.store.url, "--listen", listen, ...this.open], { cwd: this.store.folder, env: this.store.env, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = server;
    this.said = [];
    createInterface({ input: server.stdout }).on("line", (line) => this.said.push(line));
    this.base = /http:\/\/[^/\s]+/.exec(await firstLine(server, "the server"))[0];
    if (this.accounts.physician) await this.#everybodyIsFound();
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

  /** Login and password of a role's account, or of somebody of the record. */
  account({ role, practitioner, login = practitioner?.toLowerCase() ?? role }) {
    const password = this.accounts[login];
    if (!password) throw new Error(`there is no account ${login}`);
    return { login, password };
  }

  /** Signs in and returns the token that the browser keeps. */
  async enter(who) {
    const answer = await fetch(`${this.base}/sign-in`, { method: "POST", body: new URLSearchParams(this.account(who)), redirect: "manual" });
    const token = /rihla_session=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "");
    if (!token) throw new Error(`nobody was let in: ${answer.status}`);
    return token[1];
  }

  /** Accounts for a demonstration, and for these people of the record; with the server running or not. */
  demo(...practitioners) {
    const named = practitioners.flatMap((id) => ["--practitioner", id]);
    const said = program(this.store, "account", "--store", this.store.url, "--world", "training", "demo", ...named);
    for (const line of said.trim().split("\n").filter(Boolean)) {
      const [login, password] = line.split("\t");
      this.accounts[login] = password;
    }
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

function program(store, ...args) {
  const done = spawnSync(PROGRAM, args, { encoding: "utf8", cwd: store.folder, env: store.env });
  if (done.status !== 0) throw new Error(`rihla ${args[0]}: ${done.error ?? done.stderr}`);
  return done.stdout;
}

/** A store with stories, and what the tests put beside them. */
export async function makeStore(folder) {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not there: cargo build -p rihla-server`);
  const store = await Store.make(join(folder, "made"));
  program(store, "demo-data", join(folder, "data"), "--seed", "7", "--patients", "40", "--now", NOW);
  program(store, "import", "--store", store.url, "--rejects", join(folder, "rejects.ndjson"), join(folder, "data"));
  const site = new Site(store);
  site.demo();
  await site.start();
  const cast = await stage(site);
  site.demo(...new Set([cast.doctor, ...cast.physicians]));
  writeFileSync(join(store.folder, "cast.json"), JSON.stringify({ ...cast, accounts: site.accounts }));
  await site.stop();
  return store;
}

async function made() {
  if (process.env.RIHLA_BROWSER_STORE) return { store: new Store(process.env.RIHLA_BROWSER_STORE), tidy: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "rihla-browser-"));
  const store = await makeStore(folder);
  return { store, tidy: async () => { await store.end(); rmSync(folder, { recursive: true, force: true }); } };
}

/** A server on a store that nobody has an account on. */
export async function freshSite() {
  const store = await Store.make(mkdtempSync(join(tmpdir(), "rihla-browser-fresh-")));
  const site = new Site(store);
  site.open = [];
  await site.start();
  site.end = async () => {
    await site.stop();
    await store.end();
  };
  return site;
}

const know = (site, cast) => Object.assign(site, { cast, accounts: { ...cast.accounts } });

/** The server that all tests share which only read; `end` lets go of it. */
export async function sharedSite() {
  if (!process.env.RIHLA_BROWSER_BASE) return ownSite();
  const site = new Site(null);
  site.base = process.env.RIHLA_BROWSER_BASE;
  know(site, new Store(process.env.RIHLA_BROWSER_STORE).cast);
  site.end = async () => {};
  return site;
}

/** A server on a store of its own, for tests that write or kill; `more`: what it is told besides. */
export async function ownSite(more = []) {
  const { store: from, tidy } = await made();
  const store = await Store.make(mkdtempSync(join(tmpdir(), "rihla-browser-own-")), from);
  await tidy();
  const site = know(new Site(store), store.cast);
  site.open.push(...more);
  await site.start();
  site.end = async () => {
    await site.stop();
    await store.end();
  };
  return site;
}
