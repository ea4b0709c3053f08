/** The box at the top, where it asks for a text or filters what it offers. */

import { patience, poll } from "./poll.mjs";

/** @typedef {import("./workbench.mjs").Workbench} Workbench */

const box = ".quick-input-widget:visible";

/**
 * Answers the box that asks for something, once it is there: with what it proposes, or a text.
 *
 * @param {Workbench} vscode
 * @param {RegExp} title
 * @param {string} [text]
 */
export async function answerBox(vscode, title, text) {
  await typeInBox(vscode, title, text);
  await vscode.press("Enter");
  await poll(`the end of the question ${String(title)}`, async () => {
    return !(await isAsked(vscode, title));
  });
}

/**
 * Writes into the box that asks for something, once it is there, and leaves it open.
 *
 * @param {Workbench} vscode
 * @param {RegExp} title
 * @param {string} [text]
 */
export async function typeInBox(vscode, title, text) {
  await poll(`the question ${String(title)}`, () => isAsked(vscode, title));
  const input = vscode.page.locator(`${box} input[type="text"]`).first();
  if (text !== undefined) await input.fill(text);
}

/**
 * Ticks these rows of the box and goes on.
 *
 * @param {Workbench} vscode
 * @param {RegExp} title
 * @param {readonly string[]} names
 */
export async function tickInBox(vscode, title, names) {
  await poll(`the question ${String(title)}`, () => isAsked(vscode, title));
  for (const name of names) {
    const row = vscode.page.locator(`${box} .monaco-list-row`, { hasText: name }).first();
    const ticked = row.locator('[role="checkbox"][aria-checked="true"], .checked');
    await row.locator(".quick-input-list-checkbox, .monaco-checkbox").first().click();
    await ticked.first().waitFor({ timeout: patience });
  }
  // Enter would be taken by the row that was clicked last.
  await vscode.page.locator(`${box} .quick-input-action .monaco-button`).first().click();
}

/**
 * @param {Workbench} vscode
 * @param {RegExp} title
 */
async function isAsked(vscode, title) {
  const titles = await vscode.page.locator(`${box} .quick-input-title`).allInnerTexts();
  return titles.some((text) => title.test(text));
}
