import { interpreterShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

// scenario(33)
export default story({
  title: "Two folders in one window have two environments, in the status bar and in terminals",
  files: {
    "both.code-workspace": JSON.stringify({ folders: [{ path: "one" }, { path: "two" }] }),
    "one/requirements-one.txt": "requests>=2.31\n",
    "two/requirements-two.txt": "requests>=2.31\n",
  },
  workspaceFile: "both.code-workspace",
  async prepare({ createEnvironment }) {
    await createEnvironment("one/.venv");
    await createEnvironment("two/env");
  },
  async play(vscode) {
    await vscode.openFile("requirements-one.txt");
    await interpreterShown(vscode, /\(\.venv\)$/);
    await vscode.openFile("requirements-two.txt");
    await interpreterShown(vscode, /\(env\)$/);

    await vscode.command("Pinwise: Activate Environment in Terminal");
    await vscode.typeInTerminal("echo $VIRTUAL_ENV.");
    await poll(
      "the environment of the second folder",
      async () =>
        (await vscode.terminalText()).replaceAll("\n", "").includes(`${vscode.folder}/two/env.`),
      { seen: () => vscode.terminalText() },
    );
  },
});
