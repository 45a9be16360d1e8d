// A person at a browser without scripts: follows addresses, answers the page that asks, and administers programs.
const decoded = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)).replace(/&(amp|lt|gt|quot);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name]);
const values = (page, name) => [...page.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, "g"))].map((found) => decoded(found[1]));

export class Person {
  constructor(site, cookie) {
    this.site = site;
    this.cookie = cookie;
  }

  static async enter(site, who) {
    return new Person(site, await site.enter(who));
  }

  async send(address, fields) {
    const url = new URL(address, this.site.base);
    const ours = url.origin === this.site.base;
    const body = fields && new URLSearchParams(fields);
    return fetch(url, { method: body ? "POST" : "GET", body, redirect: "manual", headers: ours ? { cookie: `rihla_session=${this.cookie}; rihla_lang=en` } : {} });
  }

  async page(address, fields) {
    const answer = await this.send(address, fields);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${address}: ${answer.status} ${answer.headers.get("location") ?? text.slice(-600)}`);
    return text;
  }

  /** Allows everything that a program asks for; returns where the browser is sent. */
  async answer(address, { patient }) {
    const page = await this.page(address);
    const fields = [["_author", values(page, "_author")[0]], ["ticket", values(page, "ticket")[0]], ["act", "allow"]];
    fields.push(...values(page, "scope").map((scope) => ["scope", scope]));
    if (patient) fields.push(["patient", patient]);
    const sent = await this.send("/oauth/consent", fields);
    const to = sent.headers.get("location");
    if (!to) throw new Error(`${sent.status}: ${(await sent.text()).slice(-600)}`);
    return to;
  }

  /** Goes where a program sends, answers, and comes back to it. */
  async follow(address, choice) {
    const sent = await this.send(address);
    if (sent.status !== 302) throw new Error(`${address}: ${sent.status} ${await sent.text()}`);
    const back = await this.send(await this.answer(sent.headers.get("location"), choice));
    const text = await back.text();
    if (back.status !== 200) throw new Error(text);
  }

  async openFrom(patient, program) {
    const path = `/patients/${patient}/programs`;
    const [author] = values(await this.page(path), "_author");
    const opened = await this.send(path, { _author: author, program });
    await this.follow(opened.headers.get("location"), {});
  }

  async takeBackAll() {
    const page = await this.page("/account/programs");
    for (const grant of values(page, "grant")) await this.send("/account/programs", { _author: values(page, "_author")[0], grant });
  }

  /** Registers a program by hand; returns its id. */
  async register(program) {
    const [author] = values(await this.page("/programs/new"), "_author");
    const made = await this.page("/programs/new", { _author: author, ...program });
    return /class="secret" dir="ltr">([^<]+)</.exec(made)[1];
  }

  async decide(id, act) {
    const path = `/programs/${id}`;
    const page = await this.page(path);
    const scopes = values(page, "scope").map((scope) => ["scope", scope]);
    const done = await this.send(path, [["_author", values(page, "_author")[0]], ["act", act], ...scopes]);
    if (done.status !== 303) throw new Error(`${path}: ${done.status}`);
  }

  approve(id) {
    return this.decide(id, "approve");
  }

  putOut(id) {
    return this.decide(id, "suspend");
  }
}
