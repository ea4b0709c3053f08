import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";

import { interpreterShown, warningShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

const offer = "This folder has no virtual environment";

export default story({
  title: "A quick fix creates .venv, and the status bar follows",
  files: { "requirements.txt": "requests>=2.31\n" },
  async play(vscode) {
    const config = path.join(vscode.folder, ".venv", "pyvenv.cfg");
    await vscode.openFile("requirements.txt");
    await interpreterShown(vscode, /^(?!.*\(\.venv\))/);
    await poll("the offer on the first requirement", async () =>
      (await vscode.problems()).some((row) => row.includes(offer)),
    );
    await warningShown(vscode);
    assert.ok(!existsSync(config));

    await vscode.goTo(1, 2);
    await vscode.quickFix("Create .venv");

    await interpreterShown(vscode, /^Python 3\.\d+\.\d+ \(\.venv\)$/);
    assert.ok(existsSync(config));
    await warningShown(vscode, false);
    await poll("the offer to go", async () =>
      (await vscode.problems()).every((row) => !row.includes(offer)),
    );
    await vscode.toast(/Install/);
  },
});
