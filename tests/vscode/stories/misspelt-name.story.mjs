import assert from "node:assert/strict";

import { squigglesShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "A misspelt name is replaced by a quick fix, and nothing else on its line",
  files: {
    "requirements.txt": 'reqeusts >=2.31 ; python_version >= "3.8"  # for the API\njinja2==3.1.4\n',
  },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await squigglesShown(vscode, "error");
    await vscode.goTo(1, 3);
    await vscode.quickFix("requests");
    await poll("the squiggle to go", async () => (await vscode.squiggles("error")) === 0);
    await vscode.save();
    assert.equal(
      vscode.fileText("requirements.txt"),
      'requests >=2.31 ; python_version >= "3.8"  # for the API\njinja2==3.1.4\n',
    );
  },
});
