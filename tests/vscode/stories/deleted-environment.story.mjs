import { rmSync } from "node:fs";
import path from "node:path";

import { interpreterShown, warningShown } from "../harness/pinwise.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "The status bar sees environments go, in the folder and outside of it, and warns",
  folder: "project",
  files: { "requirements.txt": "requests>=2.31\n", ".venv": "../outside\n" },
  async prepare({ createEnvironment }) {
    await createEnvironment("../outside");
    await createEnvironment("env");
  },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
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
