/**
 * Activates the environment of each workspace folder in its new terminals, by variables: nothing is
 * typed into a terminal and no file of the user's shell is touched.
 */

import * as vscode from "vscode";

import {
  type Activation,
  type ActivationMode,
  activationOf,
  activationVariables,
} from "./activation";
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
  /** How new terminals of the folder are to get an environment; `undefined` is not known yet. */
  readonly modeOf: (
    folder: vscode.WorkspaceFolder,
    environment: EnvironmentInfo | null | undefined,
  ) => ActivationMode;
  /** The variables of this process, which terminals inherit. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

export class Terminals implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private warned = false;

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
      else if (this.mode(folder, undefined) !== "env") this.apply(folder, null);
    }
  }

  /** Whether new terminals of the folder have its environment. */
  isActive(folder: vscode.WorkspaceFolder): boolean {
    return this.collection(folder).get("PATH") !== undefined;
  }

  /** How new terminals of the folder get the environment that it uses. */
  modeOf(folder: vscode.WorkspaceFolder): ActivationMode {
    return this.mode(folder, this.parts.statuses.of(folder)?.environment);
  }

  dispose(): void {
    // The collection stays: a persistent one is what the next window starts with.
    this.subscription.dispose();
  }

  private apply(folder: vscode.WorkspaceFolder, environment: EnvironmentInfo | null): void {
    const byVariables = this.mode(folder, environment) === "env";
    const activation = byVariables ? activationOf(environment) : undefined;
    write(this.collection(folder), activation);
    if (activation) this.warnOfPythonHome();
  }

  private mode(
    folder: vscode.WorkspaceFolder,
    environment: EnvironmentInfo | null | undefined,
  ): ActivationMode {
    return this.parts.modeOf(folder, environment);
  }

  /** A collection can set variables and not remove them, as the scripts of environments do. */
  private warnOfPythonHome(): void {
    if (this.warned || !this.parts.inherited["PYTHONHOME"]) return;
    this.warned = true;
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        "PYTHONHOME is set, so the Python of an environment may not find its own library. Unset it, and start VS Code anew.",
      ),
    );
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
