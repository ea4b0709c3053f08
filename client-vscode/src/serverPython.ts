/** The command "Choose Python for the Server…". */

import * as vscode from "vscode";

import { browseForInterpreter } from "./pathInput";
import { lowestPython } from "./probe";
import type { ServerSession } from "./session";
import { section } from "./settings";

/** What can be done about a server without Python. */
export async function chooseServerPython(session: ServerSession): Promise<void> {
  const browse = {
    label: "$(folder-opened) Browse…",
    description: `an interpreter of version ${lowestPython} or newer`,
  };
  const open = { label: "$(gear) Open the setting", description: `${section}.interpreter` };
  const again = { label: "$(refresh) Search again", description: "after installing Python" };
  const picked = await vscode.window.showQuickPick([browse, open, again], {
    title: "Python for the Pinwise Server",
    placeHolder: "It runs Pinwise itself. Your projects may use any other Python.",
  });
  if (picked === browse) {
    const file = await browseForInterpreter("Python for the Pinwise Server", undefined);
    if (file === undefined) return;
    // The change of the setting starts the server.
    await vscode.workspace
      .getConfiguration(section)
      .update("interpreter", file, vscode.ConfigurationTarget.Global);
  } else if (picked === open) {
    await vscode.commands.executeCommand("workbench.action.openSettings", `${section}.interpreter`);
  } else if (picked === again) {
    await session.refresh();
  }
}
