import { poll } from "../harness/poll.mjs";
import { story } from "../harness/story.mjs";

const finding = "No version can satisfy both `>2` and `<1`";

export default story({
  title: "A finding in a file that is not open is shown, and goes with what includes it",
  files: {
    "requirements.txt": "-r base.txt\nflask==3.0.3\n",
    "base.txt": "jinja2>2,<1\n",
  },
  async play(vscode) {
    const shown = async () => (await vscode.problems()).some((row) => row.includes(finding));
    const seen = () => vscode.problems();
    await vscode.openFile("requirements.txt");
    await poll("the finding in the included file", shown, { seen });

    // Once it is open the editor asks about it itself, and not any more once it is closed.
    await vscode.openFile("base.txt");
    await poll("the finding in the open file", shown, { seen });
    await vscode.command("View: Close Editor");
    await poll("the finding in the closed file", shown, { seen });

    await vscode.openFile("requirements.txt");
    await vscode.command("View: Close Editor");
    await poll("the finding to go with what includes it", async () => !(await shown()), { seen });
  },
});
