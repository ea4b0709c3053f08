/** What an editor shows beside its text: suggestions, code lenses and the links of a hover. */

import { plain } from "./text.mjs";

/** @typedef {import("./workbench.mjs").Workbench} Workbench */

/**
 * Where the links of the hover lead that is shown, by their texts.
 *
 * @param {Workbench} vscode
 * @returns {Promise<Record<string, string>>}
 */
export async function hoverLinks(vscode) {
  const links = await vscode.page
    .locator(".monaco-hover:visible a[data-href]")
    .evaluateAll((found) =>
      found.map((link) => [link.textContent ?? "", link.getAttribute("data-href") ?? ""]),
    );
  return Object.fromEntries(links);
}

/**
 * Types into the editor, as a person does: letter by letter, so that it completes.
 *
 * @param {Workbench} vscode
 * @param {string} text
 */
export async function type(vscode, text) {
  await vscode.page.keyboard.type(text, { delay: 40 });
}

/**
 * What the editor suggests at the cursor, each with what stands behind it.
 *
 * @param {Workbench} vscode
 */
export async function suggestions(vscode) {
  const rows = vscode.page.locator(".suggest-widget.visible .monaco-list-row");
  return (await rows.evaluateAll((found) => found.map((row) => row.ariaLabel ?? ""))).map(plain);
}

/**
 * The titles of the code lenses that are shown.
 *
 * @param {Workbench} vscode
 */
export async function codeLenses(vscode) {
  return (await vscode.page.locator(".codelens-decoration a").allInnerTexts()).map(plain);
}

/**
 * Clicks a code lens.
 *
 * @param {Workbench} vscode
 * @param {string} title
 */
export async function clickCodeLens(vscode, title) {
  await vscode.page.locator(".codelens-decoration a", { hasText: title }).first().click();
}
