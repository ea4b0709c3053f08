import { pictureSettings } from "../harness/pictures.mjs";
import { interpreterShown, squigglesShown } from "../harness/pinwise.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "The picture in the README shows the real thing",
  folder: "web-shop",
  files: {
    "requirements.txt": [
      "# What the shop runs on in production.",
      "-c constraints.txt",
      "",
      "flask==3.0.3",
      "jinja2==3.0.1",
      "reqeusts>=2.31",
      "click==8.9.0",
      'httpx=0.27.0 ; python_version >= "3.10"',
      "sqlalchemy>2,<1",
      "",
      "# Held back for the payment service.",
      "urllib3==1.26.18",
      "",
    ].join("\n"),
    "constraints.txt": "# What operations allow.\nurllib3==2.2.3\n",
  },
  settings: {
    ...pictureSettings,
    "editor.fontSize": 17,
    "editor.lineHeight": 1.75,
    "editor.hideCursorInOverviewRuler": true,
    "editor.hover.above": false,
  },
  // Twice the pixels, so that it is sharp on the screens of today.
  window: { width: 1200, height: 700, scale: 2 },
  prepare: ({ createEnvironment }) => createEnvironment(".venv"),
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await vscode.command("View: Close Primary Side Bar");
    await squigglesShown(vscode, "error", 5);
    await squigglesShown(vscode, "info", 1);
    await interpreterShown(vscode, /\(\.venv\)$/);
    await vscode.command("Notifications: Clear All Notifications");
    await vscode.goTo(1);
    await vscode.hoverText("1.26.18", "conflicting-pins");
    await vscode.documentationPicture("pinwise");
  },
});
