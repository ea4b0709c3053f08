/** Which workspace folder a command or the status bar means. */

import * as vscode from "vscode";

/** The folder of the active editor, else the first one, as the server too falls back to it. */
export function activeFolder(): vscode.WorkspaceFolder | undefined {
  return folderOfEditor() ?? vscode.workspace.workspaceFolders?.[0];
}

/**
 * The folder that a command is about: the one that it was given, the one of the active editor, the
 * only one, or the one that the user picks. `undefined` if the user picks none or there is none.
 */
export async function folderForCommand(
  given: unknown,
): Promise<vscode.WorkspaceFolder | undefined> {
  const named =
    given instanceof vscode.Uri ? vscode.workspace.getWorkspaceFolder(given) : undefined;
  const known = named ?? folderOfEditor();
  if (known) return known;
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length <= 1) return folders[0];
  return vscode.window.showWorkspaceFolderPick({ placeHolder: vscode.l10n.t("Which folder?") });
}

/** The file or folder in `folder` that a command is about, where there is one. */
export function fileForCommand(
  given: unknown,
  folder: vscode.WorkspaceFolder | undefined,
): vscode.Uri | undefined {
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
  const isInside = uri && vscode.workspace.getWorkspaceFolder(uri)?.uri === folder?.uri;
  return folder && isInside && uri.toString() !== folder.uri.toString() ? uri : undefined;
}

/** The folders on this machine, as paths. */
export function folderPaths(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri }) => uri.fsPath);
}

function folderOfEditor(): vscode.WorkspaceFolder | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri && vscode.workspace.getWorkspaceFolder(uri);
}
