/** The input at the top of the window: what is written into it, and the rows that it offers. */

import { patience, poll } from "./poll.mjs";
import { plain } from "./text.mjs";

const widget = ".quick-input-widget:visible";

/**
 * How long a row may take before the question is put again: what the input offers is worked out
 * as the text is written, by what VS Code knows then.
 */
const patienceWithRows = 4000;

/** @typedef {{ label: string, name: string }} Row what it says in full, and its name alone */

/**
 * Tells rows with this name, or with this in their label.
 *
 * @param {string | RegExp} item
 * @returns {(row: Row) => boolean}
 */
export function named(item) {
  return ({ name, label }) =>
    typeof item === "string"
      ? plain(name) === item || plain(label).startsWith(item)
      : item.test(plain(label)) || item.test(plain(name));
}

export class QuickInput {
  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
  }

  /**
   * Opens the input by a key and writes into it.
   *
   * @param {string} key
   * @param {string} text
   */
  async ask(key, text) {
    const input = this.page.locator(`${widget} input`).first();
    await poll("the input at the top", async () => {
      try {
        // One that is still open, or just closing, belongs to the question before.
        if (await input.isVisible()) {
          await this.page.keyboard.press("Escape");
          await input.waitFor({ state: "hidden", timeout: 2000 });
        }
        await this.page.keyboard.press(key);
        await input.fill(text, { timeout: 2000 });
        return (await input.inputValue({ timeout: 500 })) === text;
      } catch {
        return false;
      }
    });
  }

  /**
   * Opens the input by a key, writes into it and clicks the first row that fits. A window is up
   * before all of its commands are, and rows that were offered too early stay as they are: so
   * the question is put again where none fits.
   *
   * @param {string} key
   * @param {string} text
   * @param {(row: Row) => boolean} fits
   */
  async askFor(key, text, fits) {
    await poll(
      `the row ${text}`,
      async () => {
        await this.ask(key, text);
        return poll("it in time", () => this.#clicked(fits), { timeout: patienceWithRows }).catch(
          () => false,
        );
      },
      { seen: () => this.labels() },
    );
  }

  /**
   * Clicks the first row that fits. Rows come and go while the input's sources answer, so a row
   * that moved away is looked for again.
   *
   * @param {string} what
   * @param {(row: Row) => boolean} fits
   */
  async choose(what, fits) {
    await poll(what, () => this.#clicked(fits), { seen: () => this.labels() });
  }

  /**
   * Whether a row fitted and took the click.
   *
   * @param {(row: Row) => boolean} fits
   */
  async #clicked(fits) {
    const row = (await this.rows()).find((candidate) => fits(candidate));
    if (!row) return false;
    const label = this.page.locator(`[aria-label=${JSON.stringify(row.label)}]`);
    const found = this.page.locator(`${widget} .monaco-list-row`).and(label).first();
    return found.click({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
  }

  /**
   * The rows that the input offers.
   *
   * @returns {Promise<Row[]>}
   */
  async rows() {
    const rows = this.page.locator(`${widget} .monaco-list-row`);
    return rows.evaluateAll((elements) =>
      elements.map((element) => ({
        label: element.getAttribute("aria-label") ?? "",
        name: element.querySelector(".label-name")?.textContent ?? "",
      })),
    );
  }

  /** What the rows say. */
  async labels() {
    return (await this.rows()).map(({ label }) => plain(label));
  }

  /** Waits until the input has closed. */
  async closed() {
    await this.page.locator(widget).waitFor({ state: "hidden", timeout: patience });
  }
}
