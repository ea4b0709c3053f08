import assert from "node:assert/strict";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";

import { typeInBox } from "../harness/boxes.mjs";
import {
  chooseInRow,
  menuOf,
  openEnvironments,
  pressInRow,
  rowGone,
  rowShown,
  rows,
  welcome,
} from "../harness/environments-view.mjs";
import { interpreterShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

/** What only one of the two kinds of rows offers. */
const ofEnvironments = ["Use This Environment", "Install Package…", "Delete Environment…"];

export default story({
  title: "The Environments view offers what each row allows, repairs, and follows the terminal",
  files: { "requirements.txt": "requests==2.28.2\nflask==3.0.3\n" },
  prepare: async ({ folder, createEnvironment }) => {
    await createEnvironment("old");
    // Its base Python is gone, as after an upgrade of the system.
    const python = path.join(folder, "old", "bin", "python");
    rmSync(python);
    symlinkSync(path.join(folder, "gone", "python3"), python);
  },
  async play(vscode) {
    const folder = (/** @type {string} */ name) => path.join(vscode.folder, name);
    await vscode.openFile("requirements.txt");
    await openEnvironments(vscode);

    // What is broken says so, and can be used for nothing but its own repair.
    await rowShown(vscode, /^old, .*broken/);
    const offered = await menuOf(vscode, /^old, /);
    assert.ok(offered.includes("Recreate Environment…"), offered.join());
    assert.ok(!offered.includes("Install Package…"), offered.join());
    await vscode.screenshot("broken");
    await chooseInRow(vscode, /^old, /, "Delete Environment…");
    await vscode.dialog("old", "Delete");
    await poll("the text where nothing is", async () =>
      (await welcome(vscode)).includes("no environment of its own"),
    );
    assert.ok(!existsSync(folder("old")));
    await vscode.screenshot("welcome");

    await vscode.page.locator(".welcome-view-content .monaco-button").click();
    await interpreterShown(vscode, /\(\.venv\)$/);
    await vscode.toast(/Install requirements\.txt/, "Install requirements");
    await rowShown(vscode, /^requests 2\.28\.2, 2\.32\.3 is available, .*asked for by the project/);

    // Each kind of row has its own menu.
    const ofPackage = await menuOf(vscode, /^requests /);
    assert.ok(ofPackage.includes("Upgrade Packages…"), ofPackage.join());
    assert.deepEqual(
      ofEnvironments.filter((title) => ofPackage.includes(title)),
      [],
    );
    const latest = await menuOf(vscode, /^flask /);
    assert.ok(!latest.includes("Upgrade Packages…"), latest.join());

    // The box completes names and versions as a requirements file does.
    await pressInRow(vscode, /^\.venv, /, "Install Package");
    await typeInBox(vscode, /^Install into/, "urllib3==1");
    // What is typed comes first, then the newest. The names of before stay for a moment.
    const ordered = /^.*Install urllib3==1\b.*\n.*1\.26\.20.*\n.*1\.26\.18/;
    await poll(
      "versions to choose from, the newest first",
      async () => ordered.test((await vscode.choices()).join("\n")),
      { seen: () => vscode.choices() },
    );
    await vscode.screenshot("versions");
    await vscode.pick(/^urllib3==1\.26\.20/);
    await rowShown(vscode, /^urllib3 1\.26\.20/);

    // What happens in a terminal is followed.
    await vscode.newTerminal();
    await vscode.typeInTerminal("python -m pip uninstall --yes urllib3");
    await rowGone(vscode, /^urllib3 /);

    // The keys do what the menus do.
    await rowShown(vscode, /^flask /);
    await openEnvironments(vscode);
    await poll("the row of flask to have the keys", async () => {
      await vscode.page.keyboard.type("flask", { delay: 20 });
      const focused = vscode.page.locator('.monaco-list-row.focused[aria-label^="flask "]');
      return (await focused.count()) > 0;
    });
    await vscode.press("Enter");
    await poll("the page about flask", () => vscode.previewShows("flask 3.0.3"));
    await vscode.screenshot("page");
    assert.ok((await rows(vscode)).some((text) => text.startsWith("Base interpreters")));
  },
});
