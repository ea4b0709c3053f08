import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { interpreterShown, openInterpreterPicker, squigglesShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

/** What a trap leaves behind when somebody starts or imports it. */
const trace = "started";

/**
 * Puts a program in place of what is there: writing through a link would destroy a real one.
 *
 * @param {string} file
 * @param {string} mark
 */
function plantProgram(file, mark) {
  rmSync(file, { force: true });
  const script = `#!/bin/sh\ntouch '${mark}'\nexec python3 "$@"\n`;
  writeFileSync(file, script, { flag: "wx", mode: 0o755 });
}

/**
 * Puts modules into a folder that leave a mark when they are imported, and the file of paths that
 * every Python runs unless it is told not to.
 *
 * @param {string} folder
 * @param {string} mark
 */
function plantModules(folder, mark) {
  const line = `import os; open(${JSON.stringify(mark)}, "w").close()\n`;
  for (const name of ["json.py", "sitecustomize.py", "usercustomize.py", "trap.pth"]) {
    rmSync(path.join(folder, name), { force: true });
    writeFileSync(path.join(folder, name), line, { flag: "wx" });
  }
}

// scenario(15)
// scenario(16)
export default story({
  title: "In a folder that is not trusted, requirements are checked and nothing of it is started",
  workspaceTrust: true,
  files: { "requirements.txt": "reqeusts>=2.31\n" },
  async prepare({ folder, createEnvironment }) {
    await createEnvironment(".venv");
    const mark = path.join(folder, trace);
    const programs = path.join(folder, ".venv", "bin");
    for (const name of ["python", "python3", "pip", "uv"]) {
      plantProgram(path.join(programs, name), mark);
    }
    for (const name of ["uv", "git", "keyring", "python3"]) {
      plantProgram(path.join(folder, name), mark);
    }
    const libraries = path.join(folder, ".venv", "lib");
    const [python = ""] = readdirSync(libraries);
    plantModules(path.join(libraries, python, "site-packages"), mark);
    plantModules(folder, mark);
    mkdirSync(path.join(folder, "packaging"));
    plantModules(path.join(folder, "packaging"), mark);
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
    await poll("the command to create an environment to be withheld", async () => {
      return !(await vscode.hasCommand("Pinwise: Create .venv"));
    });

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

    // Its interpreter is started now, to see whether it works. That shows that the traps do.
    await poll("the trap to be started", async () => existsSync(path.join(vscode.folder, trace)));
  },
});
