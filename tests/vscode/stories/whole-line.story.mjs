import assert from "node:assert/strict";

import { suggestions, type } from "../harness/beside.mjs";
import { squigglesShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "Whoever wants that ends a line which is typed whole with the return key",
  // It is the user's to set: a default for the language would count more than their own setting.
  settings: { "[pip-requirements]": { "editor.acceptSuggestionOnEnter": "smart" } },
  files: { "requirements.txt": "reqeusts\n" },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await squigglesShown(vscode, "error");
    await vscode.goTo(2);
    for (const { written, suggested } of [
      { written: "flask", suggested: "flask" },
      { written: "requests==2.31.0", suggested: "2.31.0" },
    ]) {
      await type(vscode, written);
      await poll(
        `the suggestion of ${suggested}`,
        async () => (await suggestions(vscode)).some((each) => each.startsWith(suggested)),
        { seen: () => suggestions(vscode) },
      );
      await vscode.press("Enter");
    }
    // What changes the text is still taken.
    await type(vscode, "urllib3==1.26.2");
    await poll("the suggestion of a version", async () =>
      (await suggestions(vscode)).some((each) => each.startsWith("1.26.20")),
    );
    await vscode.press("Enter");
    await vscode.save();
    assert.equal(
      vscode.fileText("requirements.txt"),
      "reqeusts\nflask\nrequests==2.31.0\nurllib3==1.26.20",
    );
  },
});
