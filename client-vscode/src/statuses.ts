/** The environment of each workspace folder, as the server last told it. */

import * as vscode from "vscode";

import type { EnvironmentStatus } from "./protocol";
import type { ServerSession } from "./session";

export interface StatusChange {
  readonly folder: vscode.WorkspaceFolder;
  readonly status: EnvironmentStatus;
}

export class Statuses implements vscode.Disposable {
  private readonly byFolder = new Map<string, EnvironmentStatus>();
  private readonly emitter = new vscode.EventEmitter<StatusChange>();
  readonly onDidChange = this.emitter.event;

  constructor(session: Pick<ServerSession, "onNotification">) {
    session.onNotification("pinwise/environmentStatus", (status) => this.receive(status));
  }

  of(folder: vscode.WorkspaceFolder | undefined): EnvironmentStatus | undefined {
    return folder && this.byFolder.get(key(folder.uri));
  }

  get anyRequirements(): boolean {
    return [...this.byFolder.values()].some(({ hasRequirements }) => hasRequirements);
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private receive(status: EnvironmentStatus): void {
    const uri = vscode.Uri.parse(status.folder);
    const folder = vscode.workspace.workspaceFolders?.find((known) => key(known.uri) === key(uri));
    // A folder that was removed while the server looked at it.
    if (!folder) return;
    this.byFolder.set(key(uri), status);
    this.emitter.fire({ folder, status });
  }
}

/** One spelling for each folder: servers differ in a final slash and in what they escape. */
function key(uri: vscode.Uri): string {
  return uri.toString().replace(/\/+$/, "");
}
