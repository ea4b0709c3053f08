import assert from "node:assert/strict";

import { interpreterShown, openInterpreterPicker } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "Another interpreter is picked in the status bar, and new terminals use it",
  files: { "requirements.txt": "requests>=2.31\n" },
  async prepare({ createEnvironment }) {
    await createEnvironment(".venv");
    await createEnvironment("envs/legacy");
  },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await interpreterShown(vscode, /\(\.venv\)$/);

    await openInterpreterPicker(vscode);
    await poll("every kind of choice", async () => {
      const choices = (await vscode.choices()).join("\n");
      return [".venv", "legacy", "Enter path"].every((word) => choices.includes(word));
    });
    await vscode.pick(/\(legacy\)/);
    await interpreterShown(vscode, /^Python 3\.\d+\.\d+ \(legacy\)$/);

    await vscode.newTerminal();
    await vscode.typeInTerminal("echo $VIRTUAL_ENV.");
    await poll(
      "the environment's variable",
      async () =>
        (await vscode.terminalText())
          .replaceAll("\n", "")
          .includes(`${vscode.folder}/envs/legacy.`),
      { seen: () => vscode.terminalText() },
    );

    // The choice is the server's to remember, by folder: a new window finds it.
    await vscode.page.reload();
    await vscode.openFile("requirements.txt");
    const shown = await interpreterShown(vscode, /\(legacy\)$/);
    assert.match(shown, /^Python/);
  },
});
