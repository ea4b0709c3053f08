import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

const digest = "0123456789abcdef".repeat(4);

export default story({
  title: "A reader finds the way: outline, definition, references across files, folded hashes",
  files: {
    "requirements.txt": [
      "-r base.txt",
      "",
      "# --- Web ---",
      "Flask==3.0.3 \\",
      `    --hash=sha256:${digest}`,
      "    # via -r requirements.in",
      "click==8.1.7 \\",
      `    --hash=sha256:${digest}`,
      "",
    ].join("\n"),
    "base.txt": "# What all of it needs.\nflask>=3\nflask[async]>=3\n",
  },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await poll(
      "the outline",
      async () => {
        const shown = (await vscode.symbols()).join("\n");
        return ["-r base.txt", "Web", "Flask", "click"].every((name) => shown.includes(name));
      },
      { seen: () => vscode.symbols() },
    );

    await vscode.command("Fold All");
    await poll(
      "the heading alone, with the hashes folded away",
      async () => !(await vscode.editorText()).includes("sha256"),
      { seen: () => vscode.editorText() },
    );
    await vscode.command("Unfold All");
    await poll("the hashes again", async () => (await vscode.editorText()).includes("sha256"));

    // With a single one in another place, VS Code would go there at once.
    await vscode.goTo(4, 3);
    await vscode.press("Shift+F12");
    await poll(
      "the references of both files",
      async () => (await vscode.referencesTitle()).includes("References (3)"),
      { seen: () => vscode.referencesTitle() },
    );
    await vscode.press("Escape");

    await vscode.goTo(1, 6);
    await vscode.press("F12");
    await poll("the included file", async () => (await vscode.activeFile()) === "base.txt", {
      seen: () => vscode.activeFile(),
    });
  },
});
