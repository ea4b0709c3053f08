import assert from "node:assert/strict";

import { codeLenses, hoverLinks, suggestions, type } from "../harness/beside.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "The editor tells what a package is, completes its versions and shows what is behind",
  files: {
    "requirements.txt": "flask==3.0.3\njinja2==3.1.3\nurllib3==1.26.18\n",
  },
  settings: { "pinwise.inlayHints": "latest" },
  async play(vscode) {
    await vscode.openFile("requirements.txt");

    // What it is: text of the package's author, which does nothing but be read.
    const text = await vscode.hoverText("flask", "BSD-3-Clause");
    assert.match(text, /A small <b>framework<\/b> for web applications\./);
    assert.match(text, /Newest: 3\.0\.3, 2024-04-07/);
    assert.match(text, /needs Python >=3\.8/);
    const links = await hoverLinks(vscode);
    assert.equal(links["Documentation"], "https://docs.example.org/flask");
    assert.equal(links["Source"], "https://code.example.org/flask");
    assert.ok(!Object.values(links).some((url) => url.startsWith("command:workbench")));
    await vscode.screenshot("hover");

    // The versions, the newest first.
    await vscode.goTo(4);
    await type(vscode, "Flask==");
    const versions = await poll(
      "the versions of flask",
      async () => {
        const found = await suggestions(vscode);
        return found.length >= 3 && found;
      },
      { seen: () => suggestions(vscode) },
    );
    assert.match(versions.join("\n"), /^3\.0\.3.*2024-04-07.*\n3\.0\.0.*\n2\.3\.3/);
    await vscode.screenshot("versions");
    await vscode.press("Escape");
    for (let letters = "Flask==".length; letters > 0; letters--) await vscode.press("Backspace");

    // Behind each pin that is behind: the newest version. Above all of them: what updates them.
    const title = "Update 2 safely";
    await poll("the lens of all updates", async () => (await codeLenses(vscode)).includes(title), {
      seen: () => codeLenses(vscode),
    });
    const shown = await poll(
      "the hint behind jinja2",
      async () => {
        const lines = (await vscode.editorText()).split("\n");
        return lines.find((line) => /jinja2==3\.1\.3.*3\.1\.4/.test(line));
      },
      { seen: () => vscode.editorText() },
    );
    assert.ok(shown);
    await vscode.screenshot("hints");
  },
});
