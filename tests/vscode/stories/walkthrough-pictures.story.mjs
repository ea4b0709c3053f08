import { writeFileSync } from "node:fs";
import path from "node:path";

import { typeInBox } from "../harness/boxes.mjs";
import { openEnvironments, rowShown } from "../harness/environments-view.mjs";
import { pictureSettings } from "../harness/pictures.mjs";
import { interpreterShown, openInterpreterPicker, squigglesShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

/**
 * Draws the side bar wider, so that the rows of the view can be read.
 *
 * @param {import("../harness/workbench.mjs").Workbench} vscode
 */
async function makeRoom(vscode) {
  const { page } = vscode;
  const bar = await page.locator(".part.sidebar").boundingBox();
  if (!bar) throw new Error("There is no side bar.");
  await page.mouse.move(bar.x + bar.width, 200);
  await page.mouse.down();
  await page.mouse.move(430, 200, { steps: 5 });
  await page.mouse.up();
}

export default story({
  title: "The walkthrough's pictures show the real thing",
  folder: "web-shop",
  files: {
    "requirements.txt": [
      "flask==3.0.3",
      "click==8.9.0",
      'httpx=0.27.0 ; python_version >= "3.10"',
      "urllib3==1.26.18",
      "reqeusts>=2.31",
      "",
    ].join("\n"),
  },
  settings: {
    ...pictureSettings,
    "editor.fontSize": 15,
    "editor.lineHeight": 1.7,
    "editor.hover.above": false,
    "workbench.reduceMotion": "on",
    "editor.occurrencesHighlight": "off",
    "pinwise.codeLens": false,
    // The command is what the picture is about, and not the suggestion.
    "pinwise.environments.suggestCreation": false,
  },
  // The walkthrough shows them some 600 points wide: more would only take room in the extension.
  window: { width: 720, height: 400, scale: 1.5 },
  prepare: ({ createEnvironment }) => createEnvironment("envs/legacy"),
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await vscode.command("View: Close Primary Side Bar");
    await vscode.command("Pinwise: Create .venv");
    await interpreterShown(vscode, /\(\.venv\)$/);
    await poll("the offer to install", async () =>
      (await vscode.toasts()).some((text) => text.includes("Install")),
    );
    await vscode.documentationPicture("walkthrough-environment");
    await vscode.command("Notifications: Clear All Notifications");

    await squigglesShown(vscode, "error", 3);
    await vscode.goTo(6);
    await vscode.hoverText("reqeusts", "unknown-package");
    await vscode.documentationPicture("walkthrough-problems");

    await openInterpreterPicker(vscode);
    // What lies outside of the workspace is different on each machine.
    await typeInBox(vscode, /^Python Interpreter$/, "virtualenv");
    await poll("both environments, and nothing else", async () => {
      const choices = (await vscode.choices()).join("\n");
      return /^.*\.venv.*\n.*legacy.*$/.test(choices);
    });
    await vscode.documentationPicture("walkthrough-interpreter");
    await vscode.press("Escape");

    // What pip would reject makes way for what can be installed.
    const file = path.join(vscode.folder, "requirements.txt");
    writeFileSync(file, "flask==3.0.3\nrequests==2.28.2\n");
    await poll("the editor to follow", async () => !(await vscode.editorText()).includes("click"));
    await vscode.command("Pinwise: Install Requirements");
    await openEnvironments(vscode);
    await makeRoom(vscode);
    await rowShown(vscode, /^requests 2\.28\.2, 2\.32\.3 is available/);
    await vscode.command("Notifications: Clear All Notifications");
    await vscode.documentationPicture("walkthrough-packages");
  },
});
