import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { interpreterShown } from "../harness/pinwise.mjs";
import { story } from "../harness/story.mjs";
import { venvInTerminal } from "../harness/terminal-python.mjs";

/** Scenario 26: a login shell sets PATH anew, and version managers put their shims before it. */
export default story({
  title: "Start-up files that change PATH do not take a terminal's environment away",
  files: {
    "requirements.txt": "requests>=2.31\n",
    // The harness has `.bashrc` read it, after the profile of the login shell has set PATH.
    ".story.bashrc": 'export PATH="$PWD/shims:$PATH"\nSHIMS_FIRST=yes\n',
  },
  settings: {
    "terminal.integrated.profiles.linux": { login: { path: "bash", args: ["-l"] } },
    "terminal.integrated.defaultProfile.linux": "login",
  },
  async prepare({ folder, createEnvironment }) {
    await createEnvironment(".venv");
    mkdirSync(path.join(folder, "shims"));
    writeFileSync(path.join(folder, "shims", "python"), "#!/bin/sh\necho 'a shim ran'\n", {
      flag: "wx",
      mode: 0o755,
    });
  },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await interpreterShown(vscode, /^Python 3\.\d+\.\d+ \(\.venv\)$/);
    await vscode.newTerminal();
    await vscode.terminalSays('echo "first""=$SHIMS_FIRST"', "first=yes");
    await venvInTerminal(vscode);
  },
});
