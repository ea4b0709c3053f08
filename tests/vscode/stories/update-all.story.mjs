import assert from "node:assert/strict";

import { clickLens } from "../harness/lenses.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "Pins are updated together as far as that goes, and the question says what stays behind",
  files: { "requirements.txt": "celery==5.3.0\nkombu==5.3.0\n" },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await clickLens(vscode, "Update 2 safely");
    // kombu 5.4.0 is there, and celery does not go with it.
    const question = await vscode.toast("celery 5.3.0 → 5.3.6, kombu 5.3.0 → 5.3.7");
    assert.match(
      question,
      /kombu cannot get 5\.4\.0: .*celery==5\.3\.6 \(line 1\) needs kombu>=5\.3\.0,<5\.4/,
    );
    await vscode.screenshot("update-all");
    await vscode.toast("celery 5.3.0", "Update 2");
    await poll("the new versions", async () => (await vscode.editorText()).includes("5.3.7"));
    await vscode.save();
    assert.equal(vscode.fileText("requirements.txt"), "celery==5.3.6\nkombu==5.3.7\n");
  },
});
