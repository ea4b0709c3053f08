/** What stands above the lines of an editor, and acts when it is clicked. */

import { poll } from "./poll.mjs";

/** @typedef {import("./workbench.mjs").Workbench} Workbench */

/**
 * Waits for a code lens and clicks it.
 *
 * @param {Workbench} vscode
 * @param {string} title
 */
export async function clickLens(vscode, title) {
  const lenses = vscode.page.locator(".codelens-decoration a");
  await poll(`the lens ${title}`, async () => (await lenses.allInnerTexts()).includes(title), {
    seen: () => lenses.allInnerTexts(),
  });
  await lenses.filter({ hasText: title }).first().click();
}
