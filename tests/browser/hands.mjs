// Somebody's hands at a keyboard, without a mouse: what they press is counted, the way to a field as well.
import assert from "node:assert/strict";

/** Presses of Tab after which a field counts as out of reach. */
const FAR = 120;

export class Hands {
  constructor(page) {
    this.page = page;
    this.keys = 0;
  }

  async press(key) {
    this.keys += 1;
    await this.page.keyboard.press(key);
  }

  async type(text) {
    this.keys += [...text].length;
    await this.page.keyboard.type(text);
  }

  /** Goes to something by Tab from where the focus is; at the top of a page over the link that leads to its content. */
  async reach(locator) {
    const wanted = locator.first();
    await wanted.waitFor();
    const here = () => wanted.evaluate((one) => one === document.activeElement);
    for (let step = 0; step < FAR; step += 1) {
      if (await here()) return;
      const skips = await this.page.evaluate(() => document.activeElement?.classList.contains("skip"));
      await this.press(skips ? "Enter" : "Tab");
    }
    assert.fail(`${await wanted.evaluate((one) => one.outerHTML.slice(0, 120))} is not reached by Tab`);
  }

  /** Does something that leads to a page, and waits for that page. */
  async turn(act) {
    const loaded = this.page.waitForEvent("load");
    await act();
    await loaded;
  }

  /** Presses a button or follows a link of that name. */
  async go(name, role = "button") {
    await this.reach(this.page.getByRole(role, { name }));
    await this.turn(() => this.press("Enter"));
    assert.equal(await this.page.locator("[role=alert]").count(), 0, await this.page.locator("main").innerText());
  }

  /** Types into a field. */
  async fill(selector, text) {
    await this.reach(this.page.locator(selector));
    await this.type(text);
  }

  /** Chooses from a list by its arrows. */
  async choose(selector, value) {
    const list = this.page.locator(selector).first();
    await this.reach(list);
    const [now, steps] = await list.evaluate((select, wanted) => [select.selectedIndex, [...select.options].findIndex((option) => option.value === wanted)], value);
    assert.ok(steps >= 0, `${value} is offered`);
    for (let step = now; step !== steps; step += Math.sign(steps - now)) await this.press(steps > now ? "ArrowDown" : "ArrowUp");
    assert.equal(await list.inputValue(), value);
  }

  /** What an act took, and that it was no more than it may take. */
  took(what, most) {
    const keys = this.keys;
    this.keys = 0;
    console.log(`keys: ${what}: ${keys}`);
    assert.ok(keys <= most, `${what} took ${keys} keys, ${most} at most`);
  }
}
