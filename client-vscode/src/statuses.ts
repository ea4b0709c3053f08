/** The environment of each workspace folder and of the projects in it, as the server last told. */

import * as vscode from "vscode";

import type { EnvironmentStatus, ProjectStatus } from "./protocol";
import type { ServerSession } from "./session";

export interface StatusChange {
  readonly folder: vscode.WorkspaceFolder;
  readonly status: EnvironmentStatus;
}

/** Whether some folder has an environment that works; the walkthrough of package.json names it. */
const hasEnvironmentContext = "pinwise.hasEnvironment";

export class Statuses implements vscode.Disposable {
  private readonly byFolder = new Map<string, EnvironmentStatus>();
  private readonly emitter = new vscode.EventEmitter<StatusChange>();
  readonly onDidChange = this.emitter.event;

  private readonly folders: vscode.Disposable;

  constructor(session: Pick<ServerSession, "onNotification">) {
    session.onNotification("pinwise/environmentStatus", (status) => this.receive(status));
    this.folders = vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
      for (const { uri } of removed) this.byFolder.delete(key(uri));
      this.tellContext();
    });
  }

  of(folder: vscode.WorkspaceFolder | undefined): EnvironmentStatus | undefined {
    return folder && this.byFolder.get(key(folder.uri));
  }

  /**
   * What holds for a file, or a folder: the status of the innermost project around it, else that of
   * the workspace folder.
   */
  at(
    folder: vscode.WorkspaceFolder | undefined,
    file: vscode.Uri | undefined,
  ): ProjectStatus | undefined {
    const status = this.of(folder);
    if (!status || !file) return status;
    const place = `${key(file)}/`;
    const around = status.projects.filter(({ project }) =>
      place.startsWith(`${key(vscode.Uri.parse(project))}/`),
    );
    // Of those around a file, the innermost has the longest name.
    return around.toSorted((one, other) => other.project.length - one.project.length)[0] ?? status;
  }

  /** Whether some folder is a Python project: it has requirements, or an environment of its own. */
  get anyProject(): boolean {
    return [...this.byFolder.values()].some(
      ({ hasRequirements, explicit, environment }) =>
        hasRequirements || explicit || (environment?.inWorkspace && !environment.isBase),
    );
  }

  dispose(): void {
    this.folders.dispose();
    this.emitter.dispose();
  }

  private receive(status: EnvironmentStatus): void {
    const uri = vscode.Uri.parse(status.folder);
    const folder = vscode.workspace.workspaceFolders?.find((known) => key(known.uri) === key(uri));
    // A folder that was removed while the server looked at it.
    if (!folder) return;
    this.byFolder.set(key(uri), status);
    this.tellContext();
    this.emitter.fire({ folder, status });
  }

  /** Tells the menus whether there is an environment that can be worked with. */
  private tellContext(): void {
    const has = [...this.byFolder.values()].some(
      ({ environment }) => environment && !environment.isBase && !environment.broken,
    );
    void vscode.commands.executeCommand("setContext", hasEnvironmentContext, has);
  }
}

/** One spelling for each folder: servers differ in a final slash and in what they escape. */
function key(uri: vscode.Uri): string {
  return uri.toString().replace(/\/+$/, "");
}
