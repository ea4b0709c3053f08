/** The life of the server: starts it, restarts it when that changes something, ends it. */

import type { CancellationToken, Disposable, Event } from "vscode";
import * as vscode from "vscode";

import type { Logger } from "./log";
import type { NotificationMethod, Notifications, ServerCommand, ServerCommands } from "./protocol";
import type { Rejection } from "./python";
import { type ServerLaunch, type ServerResolution, isSameLaunch } from "./server";

/** What the session needs of a language client. */
export interface ServerClient {
  start(): Promise<void>;
  stop(): Promise<void>;
  sendRequest(method: string, params: unknown, token?: CancellationToken): Promise<unknown>;
  sendNotification(method: string, params: unknown): Promise<void>;
  onNotification(method: string, handler: NotificationHandler): Disposable;
  /** Tells when the process ends or comes back without the session's doing. */
  onDidChangeRunning(listener: (running: boolean) => void): Disposable;
}

type NotificationHandler = (params: unknown) => void;

export type SessionState =
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly launch: ServerLaunch }
  | { readonly kind: "noPython"; readonly rejections: readonly Rejection[] }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "stopped" };

/** The server cannot answer; the message says why, in a sentence for the user. */
export class ServerUnavailable extends Error {
  constructor(readonly state: SessionState) {
    super(
      state.kind === "noPython"
        ? vscode.l10n.t("Pinwise found no Python that can run its server.")
        : vscode.l10n.t("The Pinwise server is not running."),
    );
  }
}

/** A command of the server that was run to its end, from here or from a code action. */
export interface ExecutedCommand {
  readonly command: string;
  readonly argument: object;
  readonly answer: unknown;
}

export interface SessionParts {
  /** Finds out anew how the server is to be started. */
  readonly resolve: () => Promise<ServerResolution>;
  readonly connect: (launch: ServerLaunch) => ServerClient | Promise<ServerClient>;
  readonly log: Logger;
}

export class ServerSession implements Disposable {
  private readonly stateEmitter = new vscode.EventEmitter<SessionState>();
  readonly onDidChangeState: Event<SessionState> = this.stateEmitter.event;

  private readonly executedEmitter = new vscode.EventEmitter<ExecutedCommand>();
  readonly onDidExecute: Event<ExecutedCommand> = this.executedEmitter.event;

  private current: SessionState = { kind: "starting" };
  private client: ServerClient | undefined;
  private launch: ServerLaunch | undefined;
  private readonly handlers = new Map<string, NotificationHandler>();

  /** The round under way and the one that waits for it; it never rejects. */
  private work: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;
  private mustRestart = false;
  private disposed = false;

  constructor(private readonly parts: SessionParts) {}

  get state(): SessionState {
    return this.current;
  }

  /**
   * Brings the server into line with the settings, the trust and the interpreters of this moment.
   * A server that would be started the same way goes on running.
   *
   * Calls that come while one waits join it, so that a burst of changes costs one restart.
   */
  refresh(): Promise<void> {
    this.waiting ??= this.work = this.work.then(() => {
      this.waiting = undefined;
      return this.round();
    });
    return this.waiting;
  }

  /** As `refresh`, but ends a running server in any case. */
  restart(): Promise<void> {
    this.mustRestart = true;
    return this.refresh();
  }

  /** Throws where it is clear already that no command can be answered, before the user is asked. */
  check(): void {
    const { kind } = this.current;
    if (kind === "noPython" || kind === "failed") throw new ServerUnavailable(this.current);
  }

  /** Runs a command of the server, waiting for its start. */
  async execute<Name extends ServerCommand>(
    command: Name,
    argument: ServerCommands[Name]["argument"],
    token?: CancellationToken,
  ): Promise<ServerCommands[Name]["answer"]> {
    await this.work;
    if (!this.client) throw new ServerUnavailable(this.current);
    const params = { command, arguments: [argument] };
    const answer = await this.client.sendRequest("workspace/executeCommand", params, token);
    this.executed({ command, argument, answer });
    // The contract says what the answer is, and the server is ours.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return answer as ServerCommands[Name]["answer"];
  }

  /** Tells of a command that was run; those that the language client runs pass by this class. */
  executed(executed: ExecutedCommand): void {
    this.executedEmitter.fire(executed);
  }

  /** Sends a notification if there is a server; one that starts later is told by `initialize`. */
  async notify<Method extends NotificationMethod>(
    method: Method,
    params: Notifications[Method],
  ): Promise<void> {
    await this.work;
    await this.client?.sendNotification(method, params);
  }

  /** Receives a notification from this server and from all that follow it. */
  onNotification<Method extends NotificationMethod>(
    method: Method,
    handler: (params: Notifications[Method]) => void,
  ): void {
    // The contract says which parameters come with the method, and the server is ours.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const receive = (params: unknown) => handler(params as Notifications[Method]);
    this.handlers.set(method, receive);
    this.client?.onNotification(method, receive);
  }

  /** Ends the server. `deactivate` waits for it, `dispose` cannot. */
  async end(): Promise<void> {
    this.disposed = true;
    await this.work;
    await this.stop();
  }

  dispose(): void {
    void this.end();
    this.stateEmitter.dispose();
    this.executedEmitter.dispose();
  }

  private async round(): Promise<void> {
    const restart = this.mustRestart;
    this.mustRestart = false;
    if (this.disposed) return;
    try {
      const resolution = await this.parts.resolve();
      this.report(resolution);
      if (resolution.kind === "noPython") {
        await this.stop();
        this.change({ kind: "noPython", rejections: resolution.rejections });
        return;
      }
      const { launch } = resolution;
      const runs = this.current.kind === "running" && this.launch !== undefined;
      if (runs && !restart && this.launch && isSameLaunch(this.launch, launch)) return;
      await this.stop();
      await this.start(launch);
    } catch (error) {
      await this.stop();
      const reason = error instanceof Error ? error.message : String(error);
      this.parts.log.error(`The server could not be started: ${reason}`);
      this.change({ kind: "failed", reason });
    }
  }

  private async start(launch: ServerLaunch): Promise<void> {
    this.change({ kind: "starting" });
    const { executable, version } = launch.python;
    this.parts.log.info(`Starting the server with Python ${version} (${executable}).`);
    const client = await this.parts.connect(launch);
    for (const [method, handler] of this.handlers) client.onNotification(method, handler);
    this.client = client;
    this.launch = launch;
    await client.start();
    client.onDidChangeRunning((running) => {
      // A client that was replaced still reports its own end.
      if (this.client !== client) return;
      this.change(running ? { kind: "running", launch } : { kind: "stopped" });
    });
    this.change({ kind: "running", launch });
  }

  private async stop(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    this.launch = undefined;
    try {
      await client?.stop();
    } catch (error) {
      // A server that crashed or hangs is ended by the language client itself.
      this.parts.log.warn(`The server did not stop cleanly: ${String(error)}`);
    }
  }

  private change(state: SessionState): void {
    if (this.disposed) return;
    this.current = state;
    this.stateEmitter.fire(state);
  }

  private report({ kind, rejections }: ServerResolution): void {
    const { log } = this.parts;
    for (const { origin, program, reason } of rejections) {
      // What the user named must be explained; the others matter only where nothing was found.
      const level = origin === "setting" || kind === "noPython" ? "warn" : "debug";
      log[level](`Python for the server: ${program} cannot be used: ${reason}.`);
    }
    if (kind === "noPython") log.error("No Python was found that can run the server.");
  }
}
