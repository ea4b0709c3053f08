/** The settings that the client itself reads. The server asks for all of section `pinwise`. */

import * as vscode from "vscode";

export const section = "pinwise";

export type TerminalActivation = "auto" | "env" | "command" | "off";

/** The Python that is to run the server, or "". Of scope machine, so that no workspace sets it. */
export function serverInterpreter(): string {
  return configuration().get<string>("interpreter", "");
}

export function terminalActivation(folder: vscode.Uri | undefined): TerminalActivation {
  return configuration(folder).get<TerminalActivation>("terminal.activation", "auto");
}

/** The whole section, nested as VS Code keeps it, for `initialize`. */
export function allSettings(): unknown {
  return vscode.workspace.getConfiguration().get(section) ?? {};
}

/** Calls back when one of the keys below `pinwise.` may have another value. */
export function onDidChangeSetting(key: string, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${section}.${key}`)) listener();
  });
}

function configuration(folder?: vscode.Uri): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(section, folder);
}
