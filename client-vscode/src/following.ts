/**
 * Uses the environments that Microsoft's Python extensions use, while one of them is active, and
 * tells them what the user chooses in Pinwise. Without them, Pinwise goes by its own selection.
 *
 * What keeps two sides that follow each other from going in circles: they are told of what the
 * user chose here and of nothing else, least of all in answer to an event; what comes back of
 * that is recognised; and what is in use already is no change. None of their settings is written.
 */

import { realpath } from "node:fs/promises";
import path from "node:path";

import * as vscode from "vscode";

import type { Logger } from "./log";
import type { EnvironmentInfo } from "./protocol";
import { type PythonExtension, type UsedEnvironment, activeExtensions } from "./pythonExtensions";
import type { ExecutedCommand, ServerSession } from "./session";
import type { Statuses } from "./statuses";

/** For how long an event may be the echo of what was chosen here. In milliseconds. */
const echoTime = 1_000;

/** When to look for extensions that were not active yet: nobody tells when they become so. */
const looks = [1_000, 3_000, 10_000, 30_000] as const;

export interface FollowingParts {
  readonly session: Pick<ServerSession, "execute" | "onDidChangeState">;
  readonly statuses: Pick<Statuses, "of">;
  readonly log: Pick<Logger, "debug">;
  /** What else depends on whether another extension leads. */
  readonly onDidChange: () => void;
}

export class Following implements vscode.Disposable {
  private leader: { extension: PythonExtension; subscription: vscode.Disposable } | undefined;
  /** What the leader last said of each folder, by the folder's URI. */
  private readonly said = new Map<string, { key: string; environment: UsedEnvironment }>();
  /** What the user chose here a moment ago, likewise. */
  private readonly chosen = new Map<string, { key: string; at: number }[]>();
  private readonly subscriptions: readonly vscode.Disposable[];
  private readonly timers: readonly NodeJS.Timeout[];

  constructor(private readonly parts: FollowingParts) {
    const look = () => this.look();
    this.subscriptions = [
      vscode.extensions.onDidChange(look),
      vscode.window.onDidChangeActiveTextEditor(look),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.askAll()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("python.useEnvironmentsExtension")) look();
      }),
      // A server that was started anew knows nothing of what the old one was told.
      parts.session.onDidChangeState(({ kind }) => {
        if (kind === "running") this.tellAgain();
      }),
    ];
    this.timers = looks.map((delay) => setTimeout(look, delay));
    look();
  }

  /** Whether another extension says which environment the folder uses. */
  isFollowed(folder: vscode.WorkspaceFolder | undefined): boolean {
    return folder !== undefined && this.said.has(folder.uri.toString());
  }

  /** A command of the server was run. Where the user chose by it, the leader is told. */
  async executed({ command, argument, answer }: ExecutedCommand): Promise<void> {
    const environment = chosenBy(command, argument, answer);
    const folder = environment && folderOf(argument);
    if (!folder) return;
    const inUse = this.parts.statuses.of(folder)?.environment;
    // The choice may be for a project inside the folder, of which the leader knows nothing.
    if (inUse && (await keyOf(inUse)) !== (await keyOf(environment))) return;
    await this.choose(folder, environment);
  }

  private async choose(
    folder: vscode.WorkspaceFolder,
    environment: EnvironmentInfo,
  ): Promise<void> {
    const { leader } = this;
    // What does not work is of no use to anybody.
    if (!leader || environment.broken) return;
    const id = folder.uri.toString();
    const key = await keyOf(environment);
    this.chosen.set(id, [...this.recent(id), { key, at: Date.now() }]);
    try {
      await leader.extension.choose(folder.uri, environment.executable);
    } catch (error) {
      // The choice holds in Pinwise all the same.
      this.parts.log.debug(`${leader.extension.name} did not take the choice: ${String(error)}`);
    }
  }

  dispose(): void {
    for (const timer of this.timers) clearTimeout(timer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.leader?.subscription.dispose();
  }

  /** Finds out who leads now. */
  private look(): void {
    const [extension] = activeExtensions();
    if (extension?.api === this.leader?.extension.api) return;
    this.leader?.subscription.dispose();
    this.leader = undefined;
    // What the former leader said does not count any more, until the new one says the same.
    for (const folder of vscode.workspace.workspaceFolders ?? []) this.forget(folder);
    if (extension) {
      const subscription = extension.onDidChange((uri) => this.changed(extension, uri));
      this.leader = { extension, subscription };
      this.askAll();
    }
    this.parts.onDidChange();
  }

  private changed(extension: PythonExtension, uri: vscode.Uri | undefined): void {
    const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
    if (folder) void this.ask(extension, folder);
    // Without a place, it may be about any folder.
    else if (!uri) this.askAll();
  }

  private askAll(): void {
    const extension = this.leader?.extension;
    if (!extension) return;
    for (const folder of vscode.workspace.workspaceFolders ?? []) void this.ask(extension, folder);
  }

  private async ask(extension: PythonExtension, folder: vscode.WorkspaceFolder): Promise<void> {
    const environment = await extension.environmentOf(folder.uri);
    const key = environment && (await keyOf(environment));
    // The leader may have changed while it answered.
    if (this.leader?.extension !== extension) return;
    const id = folder.uri.toString();
    const before = this.said.get(id)?.key;
    if (!environment || key === undefined) {
      if (before === undefined) return;
      this.forget(folder);
    } else {
      this.said.set(id, { key, environment });
      if (key === before) return;
      const isEcho = this.recent(id).some((choice) => choice.key === key);
      const inUse = this.parts.statuses.of(folder)?.environment;
      const isInUse = inUse !== undefined && inUse !== null && (await keyOf(inUse)) === key;
      // The first word of an extension is what it found, each later one what the user did there.
      await this.tell(folder, environment, before !== undefined && !isEcho && !isInUse);
    }
    this.parts.onDidChange();
  }

  private tellAgain(): void {
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const known = this.said.get(folder.uri.toString());
      if (known) void this.tell(folder, known.environment, false);
    }
  }

  private forget(folder: vscode.WorkspaceFolder): void {
    if (this.said.delete(folder.uri.toString())) void this.tell(folder, undefined, false);
  }

  private async tell(
    folder: vscode.WorkspaceFolder,
    environment: UsedEnvironment | undefined,
    chosenNow: boolean,
  ): Promise<void> {
    try {
      await this.parts.session.execute("pinwise.followEnvironment", {
        folder: folder.uri.toString(),
        path: environment?.executable ?? null,
        by: this.leader?.extension.name ?? "",
        chosenNow,
      });
    } catch (error) {
      // A server that is not there is told when it comes back.
      this.parts.log.debug(`The server was not told of an environment: ${String(error)}`);
    }
  }

  private recent(id: string): { key: string; at: number }[] {
    return (this.chosen.get(id) ?? []).filter(({ at }) => Date.now() - at <= echoTime);
  }
}

/** The environment that the user chose by a command; taking a choice back is none. */
function chosenBy(command: string, argument: object, answer: unknown): EnvironmentInfo | undefined {
  const selects = command === "pinwise.selectEnvironment" && "path" in argument && argument.path;
  if (!selects && command !== "pinwise.createEnvironment") return undefined;
  // The contract says what these two answer, and the server is ours.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (answer as EnvironmentInfo | null | undefined) ?? undefined;
}

function folderOf(argument: object): vscode.WorkspaceFolder | undefined {
  return "folder" in argument && typeof argument.folder === "string"
    ? vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(argument.folder))
    : vscode.workspace.workspaceFolders?.[0];
}

/** What makes two descriptions the same environment: the real interpreter and the real prefix. */
async function keyOf({ executable, prefix }: UsedEnvironment): Promise<string> {
  const folder = prefix ?? path.dirname(path.dirname(executable));
  return (await Promise.all([real(executable), real(folder)])).join("\n");
}

async function real(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    return file;
  }
}
