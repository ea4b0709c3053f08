/**
 * VS Code as a person sees and uses it: keys, clicks and what stands on the screen. Nothing here
 * knows of Pinwise.
 *
 * The selectors belong to the version of VS Code that the lock file names. Where a keyboard way
 * exists it is taken, since menus that open under the pointer swallow clicks.
 */

import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { patience, poll } from "./poll.mjs";
import { QuickInput, named } from "./quick-input.mjs";
import { plain } from "./text.mjs";

const menuRow = ".action-widget:not(.action-list-submenu-panel) .monaco-list-row.action";
const toastItem = ".notification-toast";

export class Workbench {
  /**
   * @param {import("playwright-core").Page} page
   * @param {object} place
   * @param {string} place.folder the workspace on disk
   * @param {string} place.results where screenshots go
   * @param {string | undefined} place.gallery the documentation's pictures, where they are to be
   *   renewed
   * @param {(text: string) => void} place.log
   */
  constructor(page, { folder, results, gallery, log }) {
    this.page = page;
    this.input = new QuickInput(page);
    this.folder = folder;
    this.results = results;
    this.gallery = gallery;
    this.log = log;
  }

  /**
   * Opens the workspace and waits for the window.
   *
   * @param {string} address of the server
   * @param {string} [workspaceFile] names the folders to open, instead of the workspace's
   */
  async open(address, workspaceFile) {
    const what = workspaceFile
      ? `workspace=${encodeURI(path.join(this.folder, workspaceFile))}`
      : `folder=${encodeURI(this.folder)}`;
    const folders = this.page.locator(".explorer-folders-view .monaco-list-row").first();
    await poll("the folders of the window", async () => {
      await this.page.goto(`${address}/?${what}`);
      const bar = this.page.locator(".monaco-workbench .part.statusbar");
      await bar.waitFor({ timeout: patience * 2 });
      if (!workspaceFile) return true;
      // Now and then such a window comes up without its folders, and stays so.
      return folders.waitFor({ timeout: patience / 3 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** @param {string} name */
  async screenshot(name) {
    const file = path.join(this.results, `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /**
   * Takes a picture for the documentation. Only a run that was asked to renews the one that is
   * kept: two pictures of the same are never the same bytes.
   *
   * @param {string} name
   */
  async documentationPicture(name) {
    const file = await this.screenshot(name);
    if (this.gallery === undefined) return;
    mkdirSync(this.gallery, { recursive: true });
    copyFileSync(file, path.join(this.gallery, path.basename(file)));
    this.log(`The picture ${path.basename(file)} is renewed.`);
  }

  /** @param {string} keys */
  async press(keys) {
    await this.page.keyboard.press(keys);
  }

  // --- The input at the top: commands, files, pickers ---

  /**
   * Chooses the row with this name, or with this in its label, from the input that is open.
   *
   * @param {string | RegExp} item
   */
  async pick(item) {
    await this.input.choose(`the choice ${String(item)}`, named(item));
  }

  /** What the open picker offers. */
  async choices() {
    return this.input.labels();
  }

  /**
   * Runs a command by its name in the palette.
   *
   * @param {string} text
   */
  async command(text) {
    await this.input.askFor("F1", `>${text}`, named(text));
  }

  /**
   * Whether the palette offers a command of this name.
   *
   * @param {string} text
   */
  async hasCommand(text) {
    await this.input.ask("F1", `>${text}`);
    // The rows of before the text was written stay for a moment.
    await this.page.waitForTimeout(300);
    // Without a match there is still a row, which says so.
    const rows = await poll("an answer of the palette", async () => {
      const answer = await this.input.rows();
      return answer.length > 0 && answer;
    });
    await this.press("Escape");
    return rows.some(named(text));
  }

  /**
   * Opens a file of the workspace.
   *
   * @param {string} name its path from the workspace
   */
  async openFile(name) {
    const { base, dir } = path.parse(name);
    await this.input.ask("Control+p", name);
    // Files of the same name are told apart by their folder, and the last one opened comes first.
    await this.input.choose(
      `${name} among the files`,
      ({ label }) => label.startsWith(base) && label.includes(dir),
    );
    const tab = this.page.locator(`.tab.active[data-resource-name="${base}"]`);
    await tab.waitFor({ timeout: patience });
    await this.page.locator(".monaco-editor .view-line").first().waitFor({ timeout: patience });
  }

  // --- The editor ---

  /** The lines that the editor shows. */
  async editorText() {
    const lines = await this.page.locator(".editor-instance .view-line").evaluateAll((elements) =>
      elements
        .filter((element) => element instanceof HTMLElement)
        .toSorted((one, other) => Number.parseInt(one.style.top) - Number.parseInt(other.style.top))
        .map((element) => element.textContent ?? ""),
    );
    return plain(lines.join("\n"));
  }

  /**
   * A file as it stands on disk.
   *
   * @param {string} name
   */
  fileText(name) {
    return readFileSync(path.join(this.folder, name), "utf8");
  }

  /** Saves the file that is open, and waits until it is on disk. */
  async save() {
    await this.press("Control+s");
    await poll("the file to be saved", async () => {
      return (await this.page.locator(".tab.active.dirty").count()) === 0;
    });
  }

  /**
   * Puts the cursor somewhere; both numbers count from 1.
   *
   * @param {number} line
   * @param {number} [column]
   */
  async goTo(line, column = 1) {
    await this.input.ask("Control+g", `:${line}:${column}`);
    await this.press("Enter");
    await this.input.closed();
  }

  /**
   * How many squiggles of this severity the editor shows.
   *
   * @param {"error" | "warning" | "info"} severity
   */
  async squiggles(severity) {
    return this.page.locator(`.monaco-editor .squiggly-${severity}`).count();
  }

  /**
   * Rests the pointer on a text of the editor and reads what comes up.
   *
   * @param {string} text
   * @param {string | RegExp} expected part of the hover, which grows as its sources answer
   */
  async hoverText(text, expected = "") {
    const word = this.page.locator(".editor-instance .view-line span > span", { hasText: text });
    const hover = this.page.locator(
      ".monaco-resizable-hover:visible .monaco-hover, .monaco-hover:visible",
    );
    const read = async () => plain((await hover.allInnerTexts()).join("\n"));
    return poll(
      `a hover on ${text} that says ${String(expected)}`,
      async () => {
        // The pointer leaves and comes back, for a hover that was dismissed comes only then.
        await this.page.mouse.move(5, 5);
        await word.first().hover({ position: { x: 3, y: 6 } });
        await this.page.waitForTimeout(1200);
        const shown = await read();
        const fits = typeof expected === "string" ? shown.includes(expected) : expected.test(shown);
        return shown !== "" && fits && shown;
      },
      { seen: read },
    );
  }

  /** What "Go to Symbol in Editor" lists of the file that is open. */
  async symbols() {
    await this.input.ask("Control+p", "@");
    const found = await this.choices();
    await this.press("Escape");
    return found;
  }

  /** The name of the file in front. */
  async activeFile() {
    return this.page.locator(".tab.active").first().getAttribute("data-resource-name");
  }

  /** The headline of the references that open below a line, once they are asked for. */
  async referencesTitle() {
    return plain((await this.page.locator(".peekview-title:visible").allInnerTexts()).join(" "));
  }

  /** The titles that the menu of code actions offers; it stays open. */
  async #actionsOffered() {
    const rows = this.page.locator(menuRow);
    await rows.first().waitFor({ timeout: 8000 });
    return plain((await rows.allInnerTexts()).join("\n"));
  }

  /**
   * Applies the quick fix with this title at the cursor.
   *
   * @param {string} title
   */
  async quickFix(title) {
    await this.#codeAction(title, () => this.press("Control+."));
  }

  /**
   * Applies the source action with this title to the file.
   *
   * @param {string} title
   */
  async sourceAction(title) {
    await this.#codeAction(title, () => this.command("Source Action..."));
  }

  /**
   * Chooses a code action in the menu that opens.
   *
   * @param {string} title
   * @param {() => Promise<void>} open
   */
  async #codeAction(title, open) {
    const row = this.page.locator(menuRow, { hasText: title }).first();
    const focused = this.page.locator(`${menuRow}.focused`, { hasText: title });
    for (const attempt of [1, 2]) {
      let offered = "no menu";
      try {
        await open();
        offered = await this.#actionsOffered();
        await row.waitFor({ timeout: 3000 });
        for (let step = 0; step < 30 && (await focused.count()) === 0; step += 1) {
          await this.press("ArrowDown");
        }
        await focused.waitFor({ timeout: 1000 });
        await this.press("Enter");
        await row.waitFor({ state: "hidden", timeout: 5000 });
        return;
      } catch (error) {
        // The menu now and then closes by itself right after it opened. Once is bad luck.
        if (attempt === 2) {
          throw new Error(`There was no action "${title}"; there was: ${offered}`, {
            cause: error,
          });
        }
        this.log(`The action "${title}" is tried again; there was: ${offered}`);
        await this.screenshot("code-action-retry");
        await this.press("Escape");
      }
    }
  }

  // --- Around the editor ---

  /**
   * The text of a status-bar item, or nothing where there is no such item.
   *
   * @param {string} id
   */
  async statusText(id) {
    const item = this.page.locator(`.statusbar-item[id="${id}"]`);
    if ((await item.count()) === 0) return undefined;
    return plain(await item.first().innerText()).trim();
  }

  /** What the whole status bar says. */
  async statusBar() {
    const items = await this.page.locator(".part.statusbar .statusbar-item").allInnerTexts();
    return items
      .map((text) => plain(text).replaceAll(/\s+/g, " ").trim())
      .filter((text) => text !== "")
      .join(" | ");
  }

  /**
   * Whether a status-bar item has the colour of a warning.
   *
   * @param {string} id
   */
  async statusWarns(id) {
    return (await this.page.locator(`.statusbar-item.warning-kind[id="${id}"]`).count()) > 0;
  }

  /** @param {string} id */
  async clickStatus(id) {
    await this.page.locator(`.statusbar-item[id="${id}"] a`).first().click();
  }

  /** The rows of the problems view. */
  async problems() {
    await this.command("Problems: Focus on Problems View");
    const rows = this.page.locator(".markers-panel .monaco-list-row");
    return (await rows.allInnerTexts()).map((row) => plain(row).replaceAll(/\s+/g, " ").trim());
  }

  /** Closes the page that lies over the window, which would keep the keys to itself. */
  async closeDialog() {
    const dialog = this.page.locator(".modal-editor-part");
    await dialog.locator(".modal-editor-action-container .codicon-close").click();
    await dialog.waitFor({ state: "hidden", timeout: patience });
  }

  /** Every notification that is on the screen. */
  async toasts() {
    return (await this.page.locator(toastItem).allInnerTexts()).map((text) => plain(text));
  }

  /**
   * Waits for a notification and, if told to, presses one of its buttons.
   *
   * @param {string | RegExp} text
   * @param {string} [button]
   */
  async toast(text, button) {
    const toast = this.page.locator(toastItem, { hasText: text }).first();
    await poll(`the notification ${String(text)}`, async () => toast.isVisible(), {
      seen: () => this.toasts(),
    });
    const shown = plain(await toast.innerText());
    if (button !== undefined) await toast.getByRole("button", { name: button }).click();
    return shown;
  }

  /**
   * Answers the dialog that keeps everything else waiting, once it is there.
   *
   * @param {string | RegExp} text
   * @param {string} button
   */
  async dialog(text, button) {
    const dialog = this.page.locator(".monaco-dialog-box", { hasText: text }).first();
    await poll(`the dialog ${String(text)}`, async () => dialog.isVisible(), {
      seen: () => this.toasts(),
    });
    await dialog.getByRole("button", { name: button }).click();
    await dialog.waitFor({ state: "hidden" });
  }

  /**
   * Whether a text of a Markdown preview stands where it can be read without scrolling.
   *
   * @param {string} text
   */
  async previewShows(text) {
    for (const frame of this.page.frames()) {
      const found = frame.getByText(text).first();
      // oxlint-disable-next-line no-await-in-loop -- a frame that is going has no texts
      const place = await found.boundingBox({ timeout: 500 }).catch(() => null);
      const height = this.page.viewportSize()?.height ?? 0;
      if (place !== null && place.y >= 0 && place.y < height) return true;
    }
    return false;
  }

  // --- The terminal ---

  async newTerminal() {
    const before = await this.page.locator(".terminal-wrapper").count();
    await this.command("Terminal: Create New Terminal");
    await poll("a terminal", async () => {
      const now = await this.page.locator(".terminal-wrapper").count();
      return now > before || ((await this.terminalText()).trim() !== "" && before === 0);
    });
    await poll("a prompt", async () => /[#$]\s*$/.test((await this.terminalText()).trim()));
  }

  /** What the terminal in front shows. */
  async terminalText() {
    const rows = this.page.locator(".terminal-wrapper.active .xterm-rows > div");
    return plain((await rows.allInnerTexts()).map((row) => row.trimEnd()).join("\n")).trimEnd();
  }

  /**
   * Types a line and sends it off.
   *
   * @param {string} line
   */
  async typeInTerminal(line) {
    await this.page.locator(".terminal-wrapper.active .xterm-helper-textarea").focus();
    await this.page.keyboard.type(line, { delay: 5 });
    await this.press("Enter");
  }

  /**
   * Types a line into the terminal and waits until a text stands there.
   *
   * @param {string} line
   * @param {string} expected what the line itself does not hold
   */
  async terminalSays(line, expected) {
    await this.typeInTerminal(line);
    await poll(
      `"${expected}" in the terminal`,
      async () => (await this.terminalText()).replaceAll("\n", "").includes(expected),
      { seen: () => this.terminalText() },
    );
  }
}
