import assert from "node:assert/strict";

import { squigglesShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title:
    "A finding is ignored on its line and in the project, and the file is formatted and sorted",
  files: {
    "requirements.txt": [
      "jinja2==3.1.4",
      "Flask >= 3 , < 4 # web",
      "base==1.0;sys_platform=='win32'",
      "${MISSING_NAME}==1",
      "requests -r other.txt",
      "",
    ].join("\n"),
    "pyproject.toml": '[project]\nname = "ours" # ours\n\n[tool.pinwise]\nofline = true\n',
  },
  async play(vscode) {
    const shown = () => vscode.editorText();
    const text = () => vscode.fileText("requirements.txt");
    await vscode.openFile("requirements.txt");
    await squigglesShown(vscode, "warning");

    await vscode.goTo(4, 4);
    await vscode.quickFix("Ignore `undefined-variable` here");
    await vscode.save();
    await poll("the comment", () => text().includes("# pinwise: ignore[undefined-variable]"), {
      seen: text,
    });

    await vscode.goTo(5, 12);
    await vscode.quickFix("Ignore `ignored-text` in this project");
    await poll(
      "the squiggles of both to go",
      async () => (await vscode.squiggles("warning")) === 0,
    );
    await vscode.openFile("pyproject.toml");
    await vscode.save();
    await poll("the setting", () => vscode.fileText("pyproject.toml").includes("ignored-text"), {
      seen: () => vscode.fileText("pyproject.toml"),
    });
    assert.ok(vscode.fileText("pyproject.toml").startsWith('[project]\nname = "ours" # ours\n'));

    await squigglesShown(vscode, "warning");
    await vscode.goTo(5, 3);
    await vscode.quickFix("Change to `offline`");
    await vscode.save();
    await poll("the right key", () => vscode.fileText("pyproject.toml").includes("\noffline"), {
      seen: () => vscode.fileText("pyproject.toml"),
    });

    await vscode.openFile("requirements.txt");
    await vscode.command("Format Document");
    await poll("the formatted lines", async () => (await shown()).includes("Flask>=3,<4  # web"), {
      seen: shown,
    });
    await vscode.sourceAction("Sort requirements by name");
    await poll("the sorted lines", async () => (await shown()).startsWith("base==1.0 ; sys_"), {
      seen: shown,
    });
  },
});
