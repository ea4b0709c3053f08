import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { interpreterShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

const row = ".runtime-extensions-editor .monaco-list-row";

/**
 * What VS Code says of the extensions that are active: it lists no others.
 *
 * @param {import("../harness/workbench.mjs").Workbench} vscode
 */
async function runningExtensions(vscode) {
  await vscode.command("Developer: Show Running Extensions");
  const found = await poll("the running extensions", async () => {
    const texts = await vscode.page.locator(row).allInnerTexts();
    return texts.length > 0 && texts.map((text) => text.replaceAll(/\s+/g, " ").trim());
  });
  await vscode.closeDialog();
  return found;
}

export default story({
  title: "Pinwise stays out of a window that has nothing for it, and is there when there is",
  files: { "notes.txt": "Nothing of Python.\n", "package.json": "{}\n" },
  // The list holds in memory only the rows that are seen.
  window: { width: 1200, height: 2400, scale: 1 },
  async play(vscode) {
    await vscode.openFile("notes.txt");
    // VS Code has looked for files that would start an extension when it is through with this.
    const before = await poll("VS Code's own extensions", async () => {
      const texts = await runningExtensions(vscode);
      return texts.some((text) => /merge conflict/i.test(text)) && texts;
    });
    assert.deepEqual(
      before.filter((text) => text.includes("Pinwise")),
      [],
    );

    mkdirSync(path.join(vscode.folder, "requirements"));
    writeFileSync(path.join(vscode.folder, "requirements", "dev.txt"), "flask==3.0.3\n");
    await vscode.openFile("requirements/dev.txt");
    await interpreterShown(vscode, /^(\S+ )?Python 3/);
    const own = await poll("Pinwise among them", async () =>
      (await runningExtensions(vscode)).find((text) => text.includes("Pinwise")),
    );
    // A figure to tell, and none to fail by: the machine may be busy.
    vscode.log(`VS Code says: ${/Activation: [\d.]+ ?ms/.exec(own)?.[0] ?? own}`);
    assert.match(own, /Activation/);
  },
});
