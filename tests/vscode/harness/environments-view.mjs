/** Pinwise's section of the Explorer: environments, and the packages in them. */

import { patience, poll } from "./poll.mjs";
import { plain } from "./text.mjs";

/** @typedef {import("./workbench.mjs").Workbench} Workbench */

const pane = '.pane:has(> .pane-header[aria-label^="Environments Section"])';
const row = `${pane} .monaco-list-row`;

/**
 * Opens the section by its command in the palette, which also starts Pinwise.
 *
 * @param {Workbench} vscode
 */
export async function openEnvironments(vscode) {
  await vscode.command("Pinwise: Show Environments");
  await vscode.page.locator(`${pane} > .pane-header.expanded`).waitFor({ timeout: patience });
}

/**
 * What the rows say, each as it is read out by a screen reader.
 *
 * @param {Workbench} vscode
 */
export async function rows(vscode) {
  const found = vscode.page.locator(row);
  return (await found.evaluateAll((all) => all.map((one) => one.ariaLabel ?? ""))).map(plain);
}

/**
 * What the rows show, each with what stands behind its name.
 *
 * @param {Workbench} vscode
 */
export async function shownRows(vscode) {
  const found = await vscode.page.locator(row).allInnerTexts();
  return found.map((text) => plain(text).replaceAll(/\s+/g, " ").trim());
}

/**
 * Waits for a row that reads so, and hands back all of its text.
 *
 * @param {Workbench} vscode
 * @param {RegExp} expected
 */
export async function rowShown(vscode, expected) {
  return poll(
    `a row like ${String(expected)}`,
    async () => (await rows(vscode)).find((text) => expected.test(text)),
    { seen: () => rows(vscode) },
  );
}

/**
 * Waits until no row reads so.
 *
 * @param {Workbench} vscode
 * @param {RegExp} unwanted
 */
export async function rowGone(vscode, unwanted) {
  await poll(
    `no row like ${String(unwanted)}`,
    async () => (await rows(vscode)).every((text) => !unwanted.test(text)),
    { seen: () => rows(vscode) },
  );
}

/**
 * The text that stands in the section where it is empty.
 *
 * @param {Workbench} vscode
 */
export async function welcome(vscode) {
  const text = vscode.page.locator(`${pane} .welcome-view-content`);
  return plain((await text.allInnerTexts()).join("\n"));
}

/**
 * Presses a button of the row that reads so; it is there while the pointer is.
 *
 * @param {Workbench} vscode
 * @param {RegExp} expected
 * @param {string} title
 */
export async function pressInRow(vscode, expected, title) {
  await poll(
    `the button ${title} in a row like ${String(expected)}`,
    async () => {
      const found = await rowOf(vscode, expected);
      await found.hover({ timeout: 2000 }).catch(() => {});
      const button = found.locator(`.actions a[aria-label^="${title}"]`);
      return button.click({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
    },
    { seen: () => rows(vscode) },
  );
}

/**
 * The row that reads so, once it is there.
 *
 * @param {Workbench} vscode
 * @param {RegExp} expected
 */
async function rowOf(vscode, expected) {
  const text = await rowShown(vscode, expected);
  return vscode.page.locator(`${row}[aria-label=${JSON.stringify(text)}]`).first();
}

/**
 * Chooses from the menu of the row that reads so.
 *
 * @param {Workbench} vscode
 * @param {RegExp} expected
 * @param {string} title
 */
export async function chooseInRow(vscode, expected, title) {
  const item = vscode.page.locator(".monaco-menu .action-item", { hasText: title }).first();
  await poll(
    `the entry ${title} for a row like ${String(expected)}`,
    async () => {
      const found = await rowOf(vscode, expected);
      await found.click({ button: "right", timeout: 2000 }).catch(() => {});
      if (await appears(item)) return true;
      // The rows moved under the pointer, and this is the menu of another one.
      await vscode.press("Escape");
      return false;
    },
    { seen: () => rows(vscode) },
  );
  // A menu that has just opened swallows clicks; its keys it takes at once.
  const focused = vscode.page.locator(".monaco-menu .action-item.focused", { hasText: title });
  for (let step = 0; step < 30 && (await focused.count()) === 0; step += 1) {
    await vscode.press("ArrowDown");
  }
  await vscode.press("Enter");
}

/** @param {import("playwright-core").Locator} found */
async function appears(found) {
  return found.waitFor({ timeout: 2000 }).then(
    () => true,
    () => false,
  );
}

/**
 * The entries of the menu of the row that reads so.
 *
 * @param {Workbench} vscode
 * @param {RegExp} expected
 */
export async function menuOf(vscode, expected) {
  const items = vscode.page.locator(".monaco-menu .action-item .action-label:not(.separator)");
  const found = await rowOf(vscode, expected);
  await found.click({ button: "right" });
  await items.first().waitFor({ timeout: patience });
  const texts = (await items.allInnerTexts()).map((text) => plain(text).trim());
  await vscode.press("Escape");
  return texts.filter((text) => text !== "");
}
