/**
 * Watches where the packages of the environments lie that the view shows, so that it follows what
 * is installed in a terminal.
 */

import path from "node:path";

import * as vscode from "vscode";

import type { EnvironmentInfo } from "./protocol";

/** An installer writes a package's folder first and its contents after; so long it is left alone. */
const settleDelay = 500;

export class PackageWatch implements vscode.Disposable {
  /** By the folder that is watched. */
  private readonly watchers = new Map<string, vscode.Disposable>();
  private waiting: NodeJS.Timeout | undefined;

  constructor(private readonly changed: () => void) {}

  /** Watches the packages of an environment until all are forgotten. */
  follow(environment: EnvironmentInfo): void {
    const folder = sitePackages(environment);
    if (folder === undefined || this.watchers.has(folder)) return;
    const watcher = vscode.workspace.createFileSystemWatcher(
      // Without folders in the pattern, nothing below is watched.
      new vscode.RelativePattern(vscode.Uri.file(folder), "*.dist-info"),
      false,
      true,
    );
    const tell = () => this.tellSoon();
    const subscriptions = [watcher, watcher.onDidCreate(tell), watcher.onDidDelete(tell)];
    this.watchers.set(folder, {
      dispose: () => {
        for (const subscription of subscriptions) subscription.dispose();
      },
    });
  }

  forgetAll(): void {
    for (const watcher of this.watchers.values()) watcher.dispose();
    this.watchers.clear();
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.forgetAll();
  }

  /** Each change begins the wait anew, so that a long installation is looked at when it is over. */
  private tellSoon(): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.changed(), settleDelay);
  }
}

/** Where virtual environments have their packages, by the layout of `sysconfig`. */
export function sitePackages(
  { prefix, version, isBase }: EnvironmentInfo,
  platform = process.platform,
): string | undefined {
  // What a base interpreter has changes with its installation, and where that is differs widely.
  if (isBase) return undefined;
  if (platform === "win32") return path.win32.join(prefix, "Lib", "site-packages");
  const minor = /^\d+\.\d+/.exec(version)?.[0];
  return minor && path.posix.join(prefix, "lib", `python${minor}`, "site-packages");
}
