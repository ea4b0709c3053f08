import assert from "node:assert/strict";

import { interpreterShown, openInterpreterPicker, warningShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

/** @type {(() => void) | undefined} */
let installPython;

export default story({
  title: "Without a Python, Pinwise says so quietly, and goes on once there is one",
  files: { "requirements.txt": "requests=2.31\n" },
  withoutPython: true,
  async prepare(tools) {
    ({ installPython } = tools);
  },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await interpreterShown(vscode, /No Python for Pinwise$/);
    await warningShown(vscode);
    assert.deepEqual(await vscode.toasts(), []);

    await openInterpreterPicker(vscode);
    const choices = await poll("the ways out", async () => {
      const found = await vscode.choices();
      return found.some((text) => text.includes("Search again")) && found.join("\n");
    });
    assert.match(choices, /Browse…, an interpreter of version 3\.10 or newer/);
    await vscode.screenshot("ways-out");

    installPython?.();
    await vscode.pick(/Search again/);
    await poll("what is wrong with the file", async () => (await vscode.squiggles("error")) > 0);
    await warningShown(vscode, true);
  },
});
