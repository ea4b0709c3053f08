/** The command "Choose Python for the Server…". */

import * as vscode from "vscode";

import { browseForInterpreter } from "./pathInput";
import { lowestPython } from "./probe";
import type { ServerSession } from "./session";
import { section } from "./settings";

/** What can be done about a server without Python. */
export async function chooseServerPython(session: ServerSession): Promise<void> {
  const browse = {
    label: `$(folder-opened) ${vscode.l10n.t("Browse…")}`,
    description: vscode.l10n.t("an interpreter of version {0} or newer", lowestPython),
  };
  const open = {
    label: `$(gear) ${vscode.l10n.t("Open the setting")}`,
    description: `${section}.interpreter`,
  };
  const again = {
    label: `$(refresh) ${vscode.l10n.t("Search again")}`,
    description: vscode.l10n.t("after installing Python"),
  };
  const title = vscode.l10n.t("Python for the Pinwise Server");
  const picked = await vscode.window.showQuickPick([browse, open, again], {
    title,
    placeHolder: vscode.l10n.t("It runs Pinwise itself. Your projects may use any other Python."),
  });
  if (picked === browse) {
    const file = await browseForInterpreter(title, undefined);
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
