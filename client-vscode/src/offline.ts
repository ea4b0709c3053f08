/** Turns the setting `pinwise.offline` on and off, where it is set, by the user's explicit choice. */

import * as vscode from "vscode";

import { section } from "./settings";

const key = "offline";

/** Goes offline in every workspace. */
export async function goOffline(): Promise<void> {
  const settings = vscode.workspace.getConfiguration(section);
  await settings.update(key, true, vscode.ConfigurationTarget.Global);
  const scopes = [undefined, ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri)];
  const online = scopes.some(
    (scope) => vscode.workspace.getConfiguration(section, scope).get(key) !== true,
  );
  if (!online) return;
  const open = vscode.l10n.t("Open Settings");
  const text = vscode.l10n.t(
    "The settings of this workspace say otherwise, so that it stays online.",
  );
  if ((await vscode.window.showWarningMessage(text, open)) === open) {
    await vscode.commands.executeCommand("workbench.action.openSettings", `${section}.${key}`);
  }
}

/** Goes online for a resource: no level of the settings says offline any more. */
export async function goOnline(resource: vscode.Uri | undefined): Promise<void> {
  const settings = vscode.workspace.getConfiguration(section, resource);
  const found = settings.inspect<boolean>(key);
  const levels = [
    [found?.workspaceFolderValue, vscode.ConfigurationTarget.WorkspaceFolder],
    [found?.workspaceValue, vscode.ConfigurationTarget.Workspace],
    [found?.globalValue, vscode.ConfigurationTarget.Global],
  ] as const;
  for (const [value, target] of levels) {
    // One after the other: they may stand in one file.
    // oxlint-disable-next-line no-await-in-loop
    if (value === true) await settings.update(key, undefined, target);
  }
}
