// Programs that nobody here wrote, against a real server: npm fhirclient and @medplum/core, PyPI fhirclient.
// `node tests/smart/run.mjs`; they are fetched from their registries into target/smart-clients, which is in no repository.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, Site, makeStore } from "../browser/site.mjs";
import { Person } from "./person.mjs";

const CLIENTS = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "smart-clients");
const WANTED = ["fhirclient@2.6.3", "@medplum/core@4.5.2"];
const PYTHON = "fhirclient==4.4.0";

function call(program, ...args) {
  const done = spawnSync(program, args, { cwd: CLIENTS, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${done.error ?? done.stderr}`);
  return done.stdout;
}

function fetchClients() {
  mkdirSync(CLIENTS, { recursive: true });
  if (!existsSync(join(CLIENTS, "package.json"))) writeFileSync(join(CLIENTS, "package.json"), '{"private":true}');
  if (!existsSync(join(CLIENTS, "node_modules/fhirclient")) || !existsSync(join(CLIENTS, "node_modules/@medplum/core"))) {
    call("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", ...WANTED);
  }
  if (!existsSync(join(CLIENTS, "py/bin/python"))) call("python3", "-m", "venv", "py");
  call("py/bin/pip", "install", "--quiet", PYTHON);
}

/** A program's own server: it is opened, and it gets people back. */
async function programServer(handle) {
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      response.writeHead(500);
      response.end(String(error?.message ?? error));
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { base: `http://127.0.0.1:${server.address().port}`, end: () => server.close() };
}

const said = [];
function ok(client, what) {
  said.push(`${client.padEnd(22)} ${what}`);
  console.log(`ok  ${client.padEnd(22)} ${what}`);
}

/** npm fhirclient: standalone with a choice of the patient, then from a chart; a program that registered itself. */
async function fhirclient(site, doctor, administrator) {
  const smart = createRequire(join(CLIENTS, "x.js"))("fhirclient");
  const name = "npm fhirclient 2.6.3";
  const kept = new Map();
  const storage = {
    get: async (key) => kept.get(key),
    set: async (key, value) => { kept.set(key, value); return value; },
    unset: async (key) => kept.delete(key),
  };
  let asks = null;
  let client = null;
  const program = await programServer(async (request, response) => {
    const own = smart(request, response, storage);
    if (request.url.startsWith("/launch")) return own.authorize(asks);
    if (request.url.startsWith("/cb")) {
      client = await own.ready();
      response.end("in");
    }
  });
  try {
    const scope = "openid fhirUser launch/patient launch offline_access patient/*.rs";
    const answer = await fetch(`${site.base}/oauth/register`, {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_name: "Carnet", redirect_uris: [`${program.base}/cb`], initiate_login_uri: `${program.base}/launch`, token_endpoint_auth_method: "none", grant_types: ["authorization_code", "refresh_token"], scope }),
    });
    assert.equal(answer.status, 201);
    const { client_id: clientId } = await answer.json();
    await administrator.approve(clientId);
    ok(name, "registered itself (RFC 7591) and was let in by an administrator");

    asks = { iss: `${site.base}/fhir`, clientId, redirectUri: `${program.base}/cb`, scope: "openid fhirUser launch/patient offline_access patient/*.rs" };
    await doctor.follow(`${program.base}/launch`, { patient: site.cast.rich });
    assert.equal(client.patient.id, site.cast.rich);
    assert.equal((await client.patient.read()).resourceType, "Patient");
    assert.equal((await client.user.read()).id, site.cast.doctor);
    const observations = await client.patient.request("Observation?_count=20", { flat: true, pageLimit: 3 });
    assert.ok(observations.length > 20 && observations.every((one) => one.subject.reference === `Patient/${site.cast.rich}`));
    ok(name, `standalone launch, PKCE, id_token names a ${client.user.resourceType}, ${observations.length} Observations over pages`);
    const old = client.getState("tokenResponse.access_token");
    await client.refresh();
    assert.notEqual(client.getState("tokenResponse.access_token"), old);
    assert.equal((await client.patient.read()).id, site.cast.rich);
    ok(name, "refresh");
    await assert.rejects(client.request("Patient/staged-empty"), /404|Not Found/);
    await assert.rejects(client.create({ resourceType: "Observation", status: "final", code: { text: "x" }, subject: { reference: `Patient/${site.cast.rich}` } }), /403|Forbidden/);
    ok(name, "another patient is not found, writing is forbidden");

    asks = { clientId, redirectUri: `${program.base}/cb`, scope: "launch openid fhirUser patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory patient/Patient.r" };
    kept.clear();
    await doctor.openFrom(site.cast.rich, clientId);
    assert.equal(client.patient.id, site.cast.rich);
    assert.equal(client.encounter.id, site.cast.stay);
    const laboratory = await client.patient.request("Observation?_count=50", { flat: true });
    assert.ok(laboratory.length > 0 && laboratory.every((one) => one.category.some((kind) => kind.coding.some((coding) => coding.code === "laboratory"))));
    ok(name, `EHR launch with encounter; a granular scope showed ${laboratory.length} laboratory results and nothing else`);
    await doctor.takeBackAll();
    await assert.rejects(client.patient.read(), /401|Unauthorized|expired/i);
    ok(name, "taken back by the person: refused from the next call on");
  } finally {
    program.end();
  }
}

function assertion(pair, client, aud) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: client, sub: client, aud, jti: randomUUID(), exp: Math.floor(Date.now() / 1000) + 240 };
  const message = `${part({ alg: "RS384", typ: "JWT", kid: "k1" })}.${part(claims)}`;
  return `${message}.${createSign("SHA384").update(message).sign(pair.privateKey).toString("base64url")}`;
}

/** @medplum/core: a person by the code flow, and a program without a person by a signed assertion. */
async function medplum(site, doctor, administrator) {
  const { ClientStorage, MedplumClient, MemoryStorage } = createRequire(join(CLIENTS, "x.js"))("@medplum/core");
  const name = "@medplum/core 4.5.2";
  const own = (clientId) => new MedplumClient({
    baseUrl: `${site.base}/`, fhirUrlPath: "fhir", tokenUrl: `${site.base}/oauth/token`, authorizeUrl: `${site.base}/oauth/authorize`, clientId, fetch,
    storage: new ClientStorage(new MemoryStorage()), cacheTime: 0,
  });
  const program = await programServer(async (request, response) => response.end("in"));
  try {
    const redirect = `${program.base}/cb`;
    const clientId = await administrator.register({ name: "Tableau", kind: "public", redirects: redirect, scopes: "openid fhirUser online_access user/*.cruds" });
    const session = new Map();
    // It is made for browsers: what it looks for there. Without the second it would weaken PKCE to `plain`, which is refused.
    globalThis.window = globalThis;
    globalThis.sessionStorage = { getItem: (key) => session.get(key) ?? null, setItem: (key, value) => session.set(key, value), clear: () => session.clear() };
    const client = own(clientId);
    const { codeChallenge, codeChallengeMethod } = await client.startPkce();
    const login = { codeChallenge, codeChallengeMethod, scope: "openid fhirUser online_access user/Observation.cruds user/Patient.rs" };
    const address = client.getExternalAuthRedirectUri(`${site.base}/oauth/authorize?aud=${encodeURIComponent(`${site.base}/fhir`)}`, clientId, redirect, login, true);
    const back = new URL(await doctor.answer(address, {}));
    await client.processCode(back.searchParams.get("code"), { clientId, redirectUri: redirect });
    assert.equal((await client.readResource("Patient", site.cast.rich)).id, site.cast.rich);
    const mine = await client.searchResources("Observation", { subject: `Patient/${site.cast.rich}`, _count: "5" });
    assert.equal(mine.length, 5);
    const made = await client.createResource({ resourceType: "Observation", status: "final", code: { text: "Essai" }, subject: { reference: `Patient/${site.cast.rich}` } });
    const changed = await client.updateResource({ ...made, status: "amended" });
    assert.equal(changed.meta.versionId, "2");
    const batch = await client.executeBatch({ resourceType: "Bundle", type: "batch", entry: [{ request: { method: "GET", url: `Patient/${site.cast.rich}` } }, { request: { method: "GET", url: "Encounter" } }] });
    assert.deepEqual(batch.entry.map((entry) => entry.response.status.slice(0, 3)), ["200", "403"]);
    await client.deleteResource("Observation", made.id);
    ok(name, "code flow with PKCE; read, search, create, update, delete; a batch whose second entry was not granted");

    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const { n, e } = pair.publicKey.export({ format: "jwk" });
    const keys = JSON.stringify({ keys: [{ kty: "RSA", kid: "k1", alg: "RS384", n, e }] });
    const backend = await administrator.register({ name: "Registre", kind: "backend", scopes: "system/Patient.rs system/Location.rs", keys });
    const system = own(backend);
    await system.startJwtAssertionLogin(assertion(pair, backend, `${site.base}/oauth/token`));
    const people = await system.search("Patient", { _total: "accurate", _count: "3" });
    assert.ok(people.total > 40 && people.entry.length === 3);
    await assert.rejects(system.search("Observation"), /RH-API-NOT-GRANTED|granted|reçu/i);
    ok(name, `backend service with private_key_jwt (RS384) saw ${people.total} Patients, and no Observation`);
    await administrator.putOut(backend);
    await assert.rejects(system.search("Patient", { _count: "1", name: "x" }));
    ok(name, "put out by an administrator: refused from the next call on");
  } finally {
    program.end();
  }
}

/** PyPI fhirclient: it prints where to go, is told where it was sent back to, and prints what it saw. */
async function python(site, doctor, administrator) {
  const clientId = await administrator.register({ name: "Carnet Python", kind: "public", redirects: "http://127.0.0.1:9/cb", scopes: "openid fhirUser launch/patient offline_access patient/*.rs user/*.rs" });
  const state = join(CLIENTS, "state.json");
  const script = join(ROOT, "tests/smart/client.py");
  const address = call("py/bin/python", script, "begin", state, `${site.base}/fhir`, clientId).trim();
  const back = await doctor.answer(address, { patient: site.cast.rich });
  const saw = JSON.parse(call("py/bin/python", script, "end", state, back));
  rmSync(state);
  assert.equal(saw.patient, site.cast.rich);
  assert.ok(saw.observations > 0 && saw.others === 0 && saw.refreshed);
  ok("PyPI fhirclient 4.4.0", `addresses from the CapabilityStatement, PKCE, patient chosen, ${saw.observations} Observations of theirs, refresh`);
}

fetchClients();
const folder = mkdtempSync(join(tmpdir(), "rihla-smart-"));
const store = await makeStore(folder);
const site = new Site(store);
site.accounts = store.cast.accounts;
site.cast = store.cast;
site.open = ["--world", "training"];
await site.start();
try {
  const asked = await fetch(`${site.base}/fhir/Patient`);
  assert.equal(asked.status, 401);
  const doctor = await Person.enter(site, { practitioner: site.cast.doctor });
  const administrator = await Person.enter(site, { role: "administrator" });
  await fhirclient(site, doctor, administrator);
  await medplum(site, doctor, administrator);
  await python(site, doctor, administrator);
  console.log(`${said.length} stories, each as it has to be`);
} finally {
  await site.stop();
  await store.end();
  rmSync(folder, { recursive: true, force: true });
}
