import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";

import { interpreterShown, openInterpreterPicker, squigglesShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

// scenario(2)
export default story({
  title: "In a folder with several projects, each file has the environment of its own project",
  files: {
    "svc-a/requirements.txt": "requests>=2.31\n",
    "group/svc-b/requirements.txt": "reqeusts>=2.31\n",
    "group/svc-c/requirements.txt": "requests>=2.31\n",
  },
  async prepare({ createEnvironment }) {
    await createEnvironment("svc-a/.venv");
    await createEnvironment("group/svc-b/env");
    await createEnvironment("group/svc-b/other");
  },
  async play(vscode) {
    await vscode.openFile("svc-a/requirements.txt");
    await interpreterShown(vscode, /\(\.venv\)$/);
    await vscode.openFile("group/svc-b/requirements.txt");
    await interpreterShown(vscode, /\(env\)$/);
    await squigglesShown(vscode, "error");

    // What is picked here is picked for this project, and the other one keeps its own.
    await openInterpreterPicker(vscode);
    await poll("the environments of both projects", async () => {
      const choices = (await vscode.choices()).join("\n");
      return ["(.venv)", "(env)", "(other)"].every((word) => choices.includes(word));
    });
    const inUse = (await vscode.choices()).find((choice) => choice.includes("in use"));
    assert.match(inUse ?? "", /\(env\)/);
    await vscode.pick(/\(other\)/);
    await interpreterShown(vscode, /\(other\)$/);
    await vscode.openFile("svc-a/requirements.txt");
    await interpreterShown(vscode, /\(\.venv\)$/);

    // What is missing is made where it is missing.
    await vscode.openFile("group/svc-c/requirements.txt");
    await interpreterShown(vscode, /^(?!.*\((\.venv|env|other)\))/);
    await poll("the offer on the first requirement", async () =>
      (await vscode.problems()).some((row) => row.includes("svc-c` has no virtual environment")),
    );
    await vscode.goTo(1, 2);
    await vscode.quickFix("Create .venv in group/svc-c");
    await interpreterShown(vscode, /\(\.venv\)$/);
    assert.ok(existsSync(path.join(vscode.folder, "group", "svc-c", ".venv", "pyvenv.cfg")));
    assert.ok(!existsSync(path.join(vscode.folder, ".venv")));
  },
});
