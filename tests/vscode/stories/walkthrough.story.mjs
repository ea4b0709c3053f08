import assert from "node:assert/strict";

import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

const step = ".getting-started-step";

/**
 * What the open step of the walkthrough says, and whether it is done.
 *
 * @param {import("../harness/workbench.mjs").Workbench} vscode
 */
async function steps(vscode) {
  return vscode.page.locator(step).evaluateAll((all) =>
    all.map((one) => ({
      title: one.querySelector(".step-title")?.textContent?.trim() ?? "",
      open: one.classList.contains("expanded"),
      done: one.querySelector(".codicon.complete") !== null,
    })),
  );
}

/**
 * Opens a step and waits until its picture is there.
 *
 * @param {import("../harness/workbench.mjs").Workbench} vscode
 * @param {string} title
 */
async function open(vscode, title) {
  await vscode.page.locator(step, { hasText: title }).first().click();
  await poll(`the step ${title} with its picture`, async () => {
    const opened = (await steps(vscode)).some((one) => one.title === title && one.open);
    const loaded = await vscode.page
      .locator(".getting-started-media img")
      .evaluateAll((all) => all.some((image) => "naturalWidth" in image && image.naturalWidth));
    return opened && loaded;
  });
}

export default story({
  title: "The walkthrough leads from a requirements file to its environment",
  files: { "requirements.txt": "reqeusts>=2.31\nflask==3.0.3\n" },
  async play(vscode) {
    await vscode.command("Welcome: Open Walkthrough...");
    await vscode.pick(/^Get Started with Pinwise/);
    const titles = await poll("the steps", async () => {
      const found = (await steps(vscode)).map(({ title }) => title);
      return found.length > 0 && found;
    });
    assert.deepEqual(titles, [
      "Open your requirements",
      "Create an environment",
      "Select the interpreter",
      "Look at the packages",
    ]);
    for (const title of titles) {
      // One after the other: each closes the one before.
      // oxlint-disable-next-line no-await-in-loop
      await open(vscode, title);
      // oxlint-disable-next-line no-await-in-loop
      await vscode.screenshot(title.toLowerCase().replaceAll(" ", "-"));
    }

    // The button does what the command does, and the step is ticked.
    await open(vscode, "Create an environment");
    const button = vscode.page.locator(`${step}.expanded .monaco-button`, {
      hasText: "Create .venv",
    });
    await button.first().click();
    await vscode.toast(/Install requirements\.txt/, "Not now");
    await poll("the step to be ticked", async () =>
      (await steps(vscode)).some(({ title, done }) => title === "Create an environment" && done),
    );
    await vscode.screenshot("done");
  },
});
