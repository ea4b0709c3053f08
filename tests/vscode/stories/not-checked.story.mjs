import assert from "node:assert/strict";

import { squigglesShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "What was not checked says why, and offers the way out: online, sign in, retry",
  firstUse: true,
  files: { "requirements.txt": "requests==2.32.3\ninternal-tools==1.0.0\n" },
  settings: {
    "pinwise.rules": { "missing-environment": "off" },
    "pinwise.environments.suggestCreation": false,
  },
  async play(vscode) {
    await vscode.openFile("requirements.txt");

    // Somebody new is told once who is asked, and can stop it with one click.
    const notice = await vscode.toast(/indexes that pip would ask/);
    assert.match(notice, /What Is Sent/);
    await vscode.toast(/indexes that pip would ask/, "Offline");
    await vscode.hoverText("internal-tools", "no package index may be asked");

    // The setting goes where it came from. The index asks for credentials now, as at first.
    await vscode.goTo(2, 3);
    await vscode.quickFix("Work online");
    await vscode.hoverText("internal-tools", "asks for credentials");
    await squigglesShown(vscode, "info");
    assert.equal(await vscode.squiggles("error"), 0);

    // There is no keyring here: the answer says what helps instead.
    await vscode.goTo(2, 3);
    await vscode.quickFix("Sign in to 127.0.0.1");
    const advice = await vscode.toast(/netrc/);
    assert.match(advice, /Open Guide/);
    await vscode.toast(/netrc/, "Open Guide");
    await vscode.page.locator(".tab.active", { hasText: "indexes.md" }).waitFor();
    await poll("the section of the guide", () => vscode.previewShows("in your netrc file"));
    await vscode.openFile("requirements.txt");

    await vscode.goTo(2, 3);
    await vscode.quickFix("Retry now");
    await poll("the item to go", async () => (await vscode.squiggles("info")) === 0, {
      seen: () => vscode.problems(),
    });
  },
});
