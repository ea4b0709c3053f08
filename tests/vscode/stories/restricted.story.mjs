import assert from "node:assert/strict";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { interpreterShown, squigglesShown } from "../harness/pinwise.mjs";
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
      rmSync(trap, { force: true });
      writeFileSync(trap, `#!/bin/sh\ntouch '${path.join(folder, trace)}'\nexec python3 "$@"\n`);
      chmodSync(trap, 0o755);
    }
  },
  async play(vscode) {
    const started = () => existsSync(path.join(vscode.folder, trace));
    await vscode.openFile("requirements.txt");
    await squigglesShown(vscode, "error");
    await interpreterShown(vscode, /\(\.venv\)$/);
    assert.ok(!started(), "the workspace's python was started in restricted mode");

    // What would change the folder is out of reach until its owner says otherwise.
    assert.equal(await vscode.hasCommand("Pinwise: Create .venv"), false);

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
