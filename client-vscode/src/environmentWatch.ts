/**
 * Watches the environments in use. The server has the workspace watched for the files of
 * environments, but not what lies outside of it, and of a folder that is deleted VS Code tells the
 * folder alone, not the files that were in it.
 */

import path from "node:path";

import * as vscode from "vscode";

import type { EnvironmentInfo, FileChange } from "./protocol";
import type { Statuses } from "./statuses";

/** The numbers that LSP has for them. */
const changeTypes = { created: 1, changed: 2, deleted: 3 } as const;

/** What watches an environment, by its prefix. */
type Watched = Map<string, readonly vscode.Disposable[]>;

export class EnvironmentWatch implements vscode.Disposable {
  /** By the URI of the workspace folder. */
  private readonly byFolder = new Map<string, Watched>();
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(
    statuses: Pick<Statuses, "onDidChange">,
    private readonly tell: (change: FileChange) => void,
  ) {
    this.subscriptions = [
      statuses.onDidChange(({ folder, status }) =>
        this.watch(
          folder.uri.toString(),
          [status, ...status.projects].map(({ environment }) => environment),
        ),
      ),
      vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        for (const { uri } of removed) this.forget(uri.toString());
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const folder of [...this.byFolder.keys()]) this.forget(folder);
  }

  private watch(folder: string, inUse: readonly (EnvironmentInfo | null)[]): void {
    // A base interpreter comes and goes with its installation, which is nobody's project.
    const own = inUse.flatMap((one) => (one && !one.isBase ? [one.prefix] : []));
    const prefixes = new Set(own);
    const watched: Watched = this.byFolder.get(folder) ?? new Map();
    for (const [prefix, subscriptions] of watched) {
      if (prefixes.has(prefix)) continue;
      for (const subscription of subscriptions) subscription.dispose();
      watched.delete(prefix);
    }
    for (const prefix of prefixes) {
      if (watched.has(prefix)) continue;
      watched.set(prefix, [
        ...this.tellOf(prefix, "pyvenv.cfg", false),
        // The name is no pattern: it may hold characters that mean something in one.
        ...this.tellOf(path.dirname(prefix), "*", true, prefix),
      ]);
    }
    this.byFolder.set(folder, watched);
  }

  /** Patterns without folders are watched without descending, wherever they are. */
  private tellOf(
    base: string,
    pattern: string,
    ignoreChanges: boolean,
    only?: string,
  ): vscode.Disposable[] {
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(base), pattern),
      false,
      ignoreChanges,
    );
    const tell = (type: FileChange["type"]) => (uri: vscode.Uri) => {
      const wanted = only === undefined || uri.toString() === vscode.Uri.file(only).toString();
      if (wanted) this.tell({ uri: uri.toString(), type });
    };
    return [
      watcher,
      watcher.onDidCreate(tell(changeTypes.created)),
      watcher.onDidChange(tell(changeTypes.changed)),
      watcher.onDidDelete(tell(changeTypes.deleted)),
    ];
  }

  private forget(folder: string): void {
    this.watch(folder, []);
    this.byFolder.delete(folder);
  }
}
