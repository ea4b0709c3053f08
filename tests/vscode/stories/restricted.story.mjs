import assert from "node:assert/strict";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { interpreterShown, openInterpreterPicker, squigglesShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

/** What the trap leaves behind when somebody starts it. */
const trace = "started";

export default story({
  title: "In a folder that is not trusted, requirements are checked and nothing of it is started",
  workspaceTrust: true,
  files: { "requirements.txt": "reqeusts>=2.31\n" },
  async prepare({ folder, createEnvironment }) {
    await createEnvironment(".venv");
    for (const name of ["python", "python3"]) {
      const trap = path.join(folder, ".venv", "bin", name);
      // It is a link to the real interpreter, which writing through it would destroy.
      rmSync(trap, { force: true });
      const script = `#!/bin/sh\ntouch '${path.join(folder, trace)}'\nexec python3 "$@"\n`;
      writeFileSync(trap, script, { flag: "wx", mode: 0o755 });
    }
  },
  async play(vscode) {
    const nothingStarted = () => {
      const started = existsSync(path.join(vscode.folder, trace));
      assert.ok(!started, "the workspace's python was started in restricted mode");
    };
    await vscode.openFile("requirements.txt");
    await squigglesShown(vscode, "error");
    await interpreterShown(vscode, /\(\.venv\)$/);
    nothingStarted();

    // What would change the folder is out of reach until its owner says otherwise.
    assert.equal(await vscode.hasCommand("Pinwise: Create .venv"), false);

    // Looking for environments, too, starts none of them.
    await openInterpreterPicker(vscode);
    await poll("the environment among the choices", async () =>
      (await vscode.choices()).some((choice) => choice.includes(".venv")),
    );
    await vscode.press("Escape");
    assert.match(await vscode.hoverText("reqeusts", "unknown-package"), /requests/);
    nothingStarted();

    await vscode.command("Workspaces: Manage Workspace Trust");
    await vscode.page.getByRole("button", { name: "Trust", exact: true }).click();
    await vscode.closeDialog();
    await vscode.openFile("requirements.txt");
    await poll("the command to create an environment", () =>
      vscode.hasCommand("Pinwise: Create .venv"),
    );
    await squigglesShown(vscode, "error");
  },
});
