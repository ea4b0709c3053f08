import { rmSync } from "node:fs";
import path from "node:path";

import { interpreterShown, openInterpreterPicker, warningShown } from "../harness/pinwise.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "The status bar sees environments go, in the folder and outside of it, and warns",
  folder: "project",
  files: { "requirements.txt": "requests>=2.31\n", ".venv": "../outside\n" },
  async prepare({ createEnvironment }) {
    await createEnvironment("../outside");
    await createEnvironment("env");
    await createEnvironment("chosen");
  },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await interpreterShown(vscode, /\(outside\)$/);
    await warningShown(vscode, false);

    // What was chosen is not replaced by another one without a word.
    await openInterpreterPicker(vscode);
    await vscode.pick(/\(chosen\)/);
    await interpreterShown(vscode, /\(chosen\)$/);
    rmSync(path.join(vscode.folder, "chosen"), { recursive: true });
    await interpreterShown(vscode, /No Python environment$/);
    await warningShown(vscode);
    await vscode.screenshot("gone");
    await openInterpreterPicker(vscode);
    await vscode.pick(/automatic selection/);
    await interpreterShown(vscode, /\(outside\)$/);
    await warningShown(vscode, false);

    rmSync(path.join(vscode.folder, "..", "outside"), { recursive: true });
    await interpreterShown(vscode, /\(env\)$/);
    await warningShown(vscode, false);

    rmSync(path.join(vscode.folder, "env"), { recursive: true });
    await interpreterShown(vscode, /^(?!.*\(env\))/);
    await warningShown(vscode);
  },
});
