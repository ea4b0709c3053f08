/** What Pinwise adds to the workbench, by the names that its manifest gives. */

import { poll } from "./poll.mjs";

const statusItem = "pinwise.pinwise.pinwise.interpreter";

/**
 * Waits until the status bar names an interpreter that fits, and hands back its text.
 *
 * @param {import("./workbench.mjs").Workbench} vscode
 * @param {RegExp} expected
 */
export async function interpreterShown(vscode, expected) {
  return poll(
    `an interpreter like ${String(expected)} in the status bar`,
    async () => {
      const text = await vscode.statusText(statusItem);
      return text !== undefined && expected.test(text) && text;
    },
    { seen: () => vscode.statusText(statusItem) },
  );
}

/**
 * Waits until the status bar has the colour of a warning, or has it no more.
 *
 * @param {import("./workbench.mjs").Workbench} vscode
 * @param {boolean} [expected]
 */
export async function warningShown(vscode, expected = true) {
  await poll(
    `the status bar ${expected ? "to warn" : "not to warn"}`,
    async () => (await vscode.statusWarns(statusItem)) === expected,
    { seen: () => vscode.statusText(statusItem) },
  );
}

/**
 * Opens the interpreter picker from the status bar.
 *
 * @param {import("./workbench.mjs").Workbench} vscode
 */
export async function openInterpreterPicker(vscode) {
  await vscode.clickStatus(statusItem);
}

/**
 * Waits until the editor shows at least so many squiggles of a severity.
 *
 * @param {import("./workbench.mjs").Workbench} vscode
 * @param {"error" | "warning" | "info"} severity
 * @param {number} [count]
 */
export async function squigglesShown(vscode, severity, count = 1) {
  await poll(
    `${count} squiggles for ${severity}`,
    async () => (await vscode.squiggles(severity)) >= count,
    {
      seen: async () => ({
        shown: await vscode.squiggles(severity),
        text: await vscode.editorText(),
      }),
    },
  );
}
