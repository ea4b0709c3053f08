/** Which Python a terminal runs, as a person finds out: by asking it. */

import { poll } from "./poll.mjs";

let asked = 0;

/**
 * Waits until `python`, typed into the terminal in front, tells a prefix that fits.
 *
 * @param {import("./workbench.mjs").Workbench} vscode
 * @param {string} what the expectation, for the message of a failure
 * @param {(prefix: string) => boolean} fits
 */
export async function terminalPython(vscode, what, fits) {
  asked += 1;
  const mark = `prefix${asked}`;
  // The answer is put together, so that it cannot be mistaken for the question.
  await vscode.typeInTerminal(`python -c 'import sys; print("${mark}" + "=<" + sys.prefix + ">")'`);
  await poll(
    `the terminal's python to be ${what}`,
    async () => {
      const text = (await vscode.terminalText()).replaceAll("\n", "");
      const answer = new RegExp(`${mark}=<([^>]*)>`).exec(text)?.[1];
      return answer !== undefined && fits(answer);
    },
    { seen: () => vscode.terminalText() },
  );
}

/**
 * Waits until `python` is that of the workspace's `.venv`, or is not.
 *
 * @param {import("./workbench.mjs").Workbench} vscode
 * @param {boolean} [expected]
 */
export async function venvInTerminal(vscode, expected = true) {
  const venv = `${vscode.folder}/.venv`;
  await terminalPython(
    vscode,
    expected ? venv : `another than ${venv}`,
    (prefix) => (prefix === venv) === expected,
  );
}

/**
 * Runs a command of the palette that types a line into the terminal in front, and waits until the
 * shell has run it, as a person does before typing on.
 *
 * @param {import("./workbench.mjs").Workbench} vscode
 * @param {string} command
 * @param {string} part what the line holds
 */
export async function typedByCommand(vscode, command, part) {
  const shown = async () => (await vscode.terminalText()).replaceAll("\n", "");
  const count = async () => (await shown()).split(part).length;
  const before = await count();
  await vscode.command(command);
  await poll(
    `a line with "${part}" in the terminal`,
    async () => (await count()) > before && /\$\s*$/.test(await shown()),
    { seen: () => vscode.terminalText() },
  );
}
