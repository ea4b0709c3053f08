import { codeLenses, suggestions } from "../harness/beside.mjs";
import { clickLens } from "../harness/lenses.mjs";
import { pictureSettings } from "../harness/pictures.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "The guide's pictures of completing and updating show the real thing",
  folder: "web-shop",
  files: {
    "requirements.txt": ["celery==5.3.0", "kombu==5.3.0", "flask==", ""].join("\n"),
  },
  settings: {
    ...pictureSettings,
    "editor.fontSize": 15,
    "editor.lineHeight": 1.7,
    "workbench.reduceMotion": "on",
    "editor.occurrencesHighlight": "off",
    "pinwise.inlayHints": "latest",
  },
  window: { width: 720, height: 400, scale: 1.5 },
  prepare: ({ createEnvironment }) => createEnvironment(".venv"),
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await vscode.command("View: Close Primary Side Bar");
    await poll("the lens about updates", async () =>
      (await codeLenses(vscode)).includes("Update 2 safely"),
    );
    await vscode.command("Notifications: Clear All Notifications");

    await vscode.goTo(3, 8);
    await vscode.press("Control+Space");
    await poll("the versions", async () => (await suggestions(vscode)).length >= 3, {
      seen: () => suggestions(vscode),
    });
    await vscode.documentationPicture("completing");
    await vscode.press("Escape");

    await clickLens(vscode, "Update 2 safely");
    await poll(
      "the question, and nothing beside it",
      async () => {
        const [question, ...others] = await vscode.toasts();
        return others.length === 0 && question?.includes("kombu 5.3.0 → 5.3.7");
      },
      { seen: () => vscode.toasts() },
    );
    await vscode.documentationPicture("updating");
    await vscode.toast("kombu 5.3.0", "Update 2");
    await poll("the new versions", async () => (await vscode.editorText()).includes("5.3.7"));
  },
});
