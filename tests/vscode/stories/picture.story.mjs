import { interpreterShown, squigglesShown } from "../harness/pinwise.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "The picture in the README shows the real thing",
  files: {
    "requirements.txt": [
      "# What the shop runs on in production.",
      "-c constraints.txt",
      "",
      "flask==3.0.3",
      "jinja2==3.0.1           # outdated",
      "reqeusts>=2.31          # misspelt",
      "urllib3==1.26.18        # not what constraints.txt says",
      "click>2,<1              # no version can be both",
      "",
    ].join("\n"),
    "constraints.txt": "# What operations allow.\nurllib3==2.2.3\n",
  },
  settings: {
    "editor.fontSize": 17,
    "editor.lineHeight": 1.9,
    "editor.minimap.enabled": false,
    "editor.lightbulb.enabled": "off",
    "editor.renderLineHighlight": "none",
    "editor.hover.above": false,
    "breadcrumbs.enabled": false,
    "workbench.activityBar.location": "hidden",
    "workbench.layoutControl.enabled": false,
  },
  // Twice the pixels, so that it is sharp on the screens of today.
  window: { width: 1200, height: 700, scale: 2 },
  prepare: ({ createEnvironment }) => createEnvironment(".venv"),
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await vscode.command("View: Close Primary Side Bar");
    await squigglesShown(vscode, "error", 3);
    await interpreterShown(vscode, /\(\.venv\)$/);
    await vscode.command("Notifications: Clear All Notifications");
    await vscode.goTo(1);
    await vscode.hoverText("reqeusts", "unknown-package");
    await vscode.documentationPicture("pinwise");
  },
});
