import { interpreterShown } from "../harness/pinwise.mjs";
import { story } from "../harness/story.mjs";
import { typedByCommand, venvInTerminal } from "../harness/terminal-python.mjs";

export default story({
  title: "A terminal that was open before the environment is activated by a command",
  folder: "it's (ünï) $HOME",
  files: { "requirements.txt": "requests>=2.31\n" },
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await interpreterShown(vscode, /^(?!.*\(\.venv\))/);
    await vscode.newTerminal();
    await venvInTerminal(vscode, false);

    await vscode.command("Pinwise: Create .venv");
    await interpreterShown(vscode, /^Python 3\.\d+\.\d+ \(\.venv\)$/);
    // What is open is not touched unasked.
    await venvInTerminal(vscode, false);

    await typedByCommand(vscode, "Pinwise: Activate Environment in Terminal", "VIRTUAL_ENV_PROMPT");
    await venvInTerminal(vscode);
  },
});
