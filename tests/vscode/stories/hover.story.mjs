import assert from "node:assert/strict";

import { squigglesShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "A misspelt name and two conflicting pins are underlined, and a hover says why",
  files: {
    "requirements.txt": ["-c constraints.txt", "reqeusts>=2.31", "urllib3==1.26.18", ""].join("\n"),
    "constraints.txt": "urllib3==2.2.3\n",
  },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await squigglesShown(vscode, "error", 2);

    assert.match(await vscode.hoverText("reqeusts", "unknown-package"), /requests/);
    assert.match(await vscode.hoverText("1.26.18", "conflicting-pins"), /constraints\.txt/);

    // The pin in the other file is marked too, though nobody has opened it.
    const problems = await poll("the problems of both files", async () => {
      const rows = await vscode.problems();
      return rows.some((row) => row.startsWith("constraints.txt")) && rows;
    });
    assert.ok(problems.some((row) => row.startsWith("requirements.txt")));
  },
});
