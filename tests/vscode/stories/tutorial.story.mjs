import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { answerBox, tickInBox, typeInBox } from "../harness/boxes.mjs";
import {
  chooseInRow,
  openEnvironments,
  pressInRow,
  rowGone,
  rowShown,
  shownRows,
} from "../harness/environments-view.mjs";
import { interpreterShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";
import { typedByCommand } from "../harness/terminal-python.mjs";

const interpreter = /Python (3\.\d+\.\d+) \([^)]*\)/;

/** @param {string} text */
const literally = (text) => text.replaceAll(/[.()]/g, String.raw`\$&`);

/** The chapter "Virtual Environments and Packages" of Python's tutorial, step by step. */
export default story({
  title: "The tutorial's whole story of virtual environments is played without typing a command",
  files: { "main.py": 'print("hello")\n' },
  async play(vscode) {
    const config = path.join(vscode.folder, ".venv", "pyvenv.cfg");
    await vscode.openFile("main.py");
    await openEnvironments(vscode);

    // python3.x -m venv .venv
    await vscode.command("Pinwise: Create Environment…");
    // The last one is not what would be chosen without being asked.
    const [chosen = "", version = ""] = await poll("interpreters to choose from", async () => {
      const found = (await vscode.choices()).map((text) => interpreter.exec(text));
      return found.findLast((match) => match !== null) ?? undefined;
    });
    await vscode.pick(new RegExp(literally(chosen)));
    await answerBox(vscode, /\(2\/2\)/);

    // It is in use, and says so.
    const status = await interpreterShown(vscode, /\(\.venv\)$/);
    assert.equal(status, `Python ${version} (.venv)`);
    assert.match(readFileSync(config, "utf8"), new RegExp(literally(version)));
    await rowShown(vscode, /^\.venv, .*in use/);
    await vscode.screenshot("created");

    // python -m pip install requests==2.28.2
    await vscode.command("Pinwise: Install Package…");
    await typeInBox(vscode, /^Install into/, "requests==2.28.2");
    await vscode.screenshot("install");
    await vscode.press("Enter");
    await rowShown(vscode, /^requests 2\.28\.2, 2\.32\.3 is available/);
    await vscode.screenshot("installed");

    // python -m pip install --upgrade requests
    await pressInRow(vscode, /^requests /, "Upgrade");
    await rowShown(vscode, /^requests 2\.32\.3(?!.*available)/);

    // python -m pip list
    const listed = (await shownRows(vscode)).join("\n");
    assert.match(listed, /^requests ?2\.32\.3 · \d+ B/m);
    assert.match(listed, /^pip ?\d/m);

    // python -m pip show requests
    await vscode.command("Pinwise: Show Package…");
    await vscode.pick(/^requests/);
    await poll("the page about requests", () => vscode.previewShows("requests 2.32.3"));
    await vscode.screenshot("shown");

    // python -m pip freeze > requirements.txt
    await vscode.command("Pinwise: Freeze to Requirements File…");
    await answerBox(vscode, /Freeze/);
    await poll("the frozen versions", async () =>
      (await vscode.editorText()).includes("requests==2.32.3"),
    );
    await vscode.save();
    assert.match(vscode.fileText("requirements.txt"), /^requests==2\.32\.3$/m);
    await vscode.screenshot("frozen");

    // python -m pip uninstall requests
    await vscode.command("Pinwise: Uninstall Packages…");
    await tickInBox(vscode, /Uninstall/, ["requests"]);
    await vscode.dialog("requests", "Uninstall");
    await rowGone(vscode, /^requests /);

    // python -m pip install -r requirements.txt
    await vscode.command("Pinwise: Install Requirements");
    await rowShown(vscode, /^requests 2\.32\.3.*asked for by the project/);

    // Another environment, and back to the first.
    await vscode.command("Pinwise: Create Environment…");
    await vscode.pick(/automatically/);
    await answerBox(vscode, /\(2\/2\)/, "other");
    await interpreterShown(vscode, /\(other\)$/);
    await chooseInRow(vscode, /^\.venv, /, "Use This Environment");
    await interpreterShown(vscode, /\(\.venv\)$/);

    // deactivate
    await vscode.newTerminal();
    await prints(vscode, `${vscode.folder}/.venv.`);
    await typedByCommand(
      vscode,
      "Pinwise: Deactivate Environment in Terminal",
      "unset VIRTUAL_ENV",
    );
    await prints(vscode, "in=.");

    // rm -r other
    await chooseInRow(vscode, /^other, /, "Delete Environment…");
    await vscode.dialog("other", "Delete");
    await rowGone(vscode, /^other, /);
    assert.ok(!existsSync(path.join(vscode.folder, "other")));
    assert.ok(existsSync(config));
  },
});

/**
 * Asks the shell which environment is active, until it says so.
 *
 * @param {import("../harness/workbench.mjs").Workbench} vscode
 * @param {string} expected
 */
async function prints(vscode, expected) {
  await vscode.typeInTerminal('echo "in=$VIRTUAL_ENV."');
  await poll(
    `${expected} in the terminal`,
    async () => (await vscode.terminalText()).replaceAll("\n", "").includes(expected),
    { seen: () => vscode.terminalText() },
  );
}
