import { interpreterShown } from "../harness/pinwise.mjs";
import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

export default story({
  title: "The python of a new terminal is the environment's",
  files: { "requirements.txt": "requests>=2.31\n" },
  prepare: ({ createEnvironment }) => createEnvironment(".venv"),
  async play(vscode) {
    await vscode.openFile("requirements.txt");
    await interpreterShown(vscode, /^Python 3\.\d+\.\d+ \(\.venv\)$/);
    await vscode.newTerminal();
    // The answer is put together, so that it cannot be mistaken for the question.
    await vscode.typeInTerminal('python -c \'import sys; print("prefix" + "=" + sys.prefix)\'');
    await poll(
      "the prefix of .venv",
      async () =>
        (await vscode.terminalText())
          .replaceAll("\n", "")
          .includes(`prefix=${vscode.folder}/.venv`),
      { seen: () => vscode.terminalText() },
    );
  },
});
