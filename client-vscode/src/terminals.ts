/**
 * Activates the environment of each workspace folder in its new terminals, by variables: nothing is
 * typed into a terminal and no file of the user's shell is touched.
 */

import * as vscode from "vscode";

import { type Activation, activationOf, activationVariables } from "./activation";
import type { EnvironmentInfo } from "./protocol";
import type { Statuses } from "./statuses";

/** At process creation for tasks and every shell; after shell integration to outlive rc files. */
const moments: vscode.EnvironmentVariableMutatorOptions = {
  applyAtProcessCreation: true,
  applyAtShellIntegration: true,
};

export interface TerminalParts {
  readonly collections: vscode.GlobalEnvironmentVariableCollection;
  readonly statuses: Pick<Statuses, "of" | "onDidChange">;
  /** Whether new terminals of the folder are ours to activate. */
  readonly isOn: (folder: vscode.WorkspaceFolder) => boolean;
}

export class Terminals implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;

  constructor(private readonly parts: TerminalParts) {
    this.subscription = parts.statuses.onDidChange(({ folder, status }) =>
      this.apply(folder, status.environment),
    );
  }

  /** Applies again what is known, after the setting, the trust or other extensions changed. */
  update(): void {
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const status = this.parts.statuses.of(folder);
      if (status) this.apply(folder, status.environment);
      // What is stored from the last session stays until the server has answered, unless unwanted.
      else if (!this.parts.isOn(folder)) this.apply(folder, null);
    }
  }

  /** Whether new terminals of the folder have its environment. */
  isActive(folder: vscode.WorkspaceFolder): boolean {
    return this.collection(folder).get("PATH") !== undefined;
  }

  dispose(): void {
    // The collection stays: a persistent one is what the next window starts with.
    this.subscription.dispose();
  }

  private apply(folder: vscode.WorkspaceFolder, environment: EnvironmentInfo | null): void {
    const activation = this.parts.isOn(folder) ? activationOf(environment) : undefined;
    write(this.collection(folder), activation);
  }

  private collection(folder: vscode.WorkspaceFolder): vscode.EnvironmentVariableCollection {
    return this.parts.collections.getScoped({ workspaceFolder: folder });
  }
}

/** Changes only what differs: each change offers to relaunch the terminals that are open. */
function write(
  collection: vscode.EnvironmentVariableCollection,
  activation: Activation | undefined,
): void {
  // So that a window has activated terminals at once, before the server is up.
  collection.persistent = true;
  collection.description = activation && new vscode.MarkdownString(activation.description);
  for (const variable of activationVariables) {
    const before = collection.get(variable);
    if (variable === "PATH") {
      if (!activation) collection.delete(variable);
      else if (before?.value !== activation.prependPath) {
        collection.prepend(variable, activation.prependPath, moments);
      }
      continue;
    }
    const value = activation?.replace[variable];
    if (value === undefined) {
      if (before) collection.delete(variable);
    } else if (before?.value !== value) {
      collection.replace(variable, value, moments);
    }
  }
}
