import { interpreterShown } from "../harness/pinwise.mjs";
import { story } from "../harness/story.mjs";
import { typedByCommand, venvInTerminal } from "../harness/terminal-python.mjs";

/** Scenario 27: variables alone leave no `deactivate` behind, so Pinwise has a command for it. */
export default story({
  title: "The python of a new terminal is the environment's, until it is deactivated",
  files: { "requirements.txt": "requests>=2.31\n" },
  prepare: ({ createEnvironment }) => createEnvironment(".venv"),
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await interpreterShown(vscode, /^Python 3\.\d+\.\d+ \(\.venv\)$/);
    await vscode.newTerminal();
    await venvInTerminal(vscode);

    await typedByCommand(
      vscode,
      "Pinwise: Deactivate Environment in Terminal",
      "unset VIRTUAL_ENV",
    );
    await venvInTerminal(vscode, false);

    await typedByCommand(vscode, "Pinwise: Activate Environment in Terminal", "bin/activate");
    await venvInTerminal(vscode);

    // Now the script of the environment has run, and is left as well.
    await typedByCommand(
      vscode,
      "Pinwise: Deactivate Environment in Terminal",
      "unset VIRTUAL_ENV",
    );
    await venvInTerminal(vscode, false);
  },
});
