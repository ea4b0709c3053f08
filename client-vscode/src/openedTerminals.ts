/**
 * Activates the environment in terminals as they are opened, by the line of its own script: for
 * conda's environments, and for those who prefer a line to variables.
 *
 * Whoever is at the keyboard comes first: where anybody has typed, nothing is.
 */

import * as vscode from "vscode";

import { activationOf } from "./activation";
import type { Logger } from "./log";
import type { ServerSession } from "./session";
import { tellsWhenReady } from "./shells";
import type { Statuses } from "./statuses";
import { type TerminalInput, folderOf, isInteractedWith, isShell, shellOf } from "./terminalInput";
import type { Terminals } from "./terminals";

export interface OpenedTerminalsParts {
  readonly session: Pick<ServerSession, "execute">;
  readonly statuses: Pick<Statuses, "of">;
  readonly terminals: Pick<Terminals, "modeOf">;
  readonly input: Pick<TerminalInput, "run">;
  readonly log: Pick<Logger, "info">;
}

export class OpenedTerminals implements vscode.Disposable {
  /** Those that get a line once their shell says that it is ready. */
  private readonly waiting = new Map<vscode.Terminal, vscode.WorkspaceFolder>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly parts: OpenedTerminalsParts) {
    this.subscriptions = [
      vscode.window.onDidOpenTerminal((terminal) => this.opened(terminal)),
      vscode.window.onDidChangeTerminalShellIntegration(({ terminal }) => this.ready(terminal)),
      vscode.window.onDidCloseTerminal((terminal) => this.waiting.delete(terminal)),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private opened(terminal: vscode.Terminal): void {
    const folder = folderOf(terminal);
    if (!folder || !isShell(terminal)) return;
    // A terminal that VS Code brings back from the last session, with whatever runs in it, is there
    // before the server has told anything.
    const environment = this.parts.statuses.of(folder)?.environment;
    if (!activationOf(environment) || this.parts.terminals.modeOf(folder) !== "command") return;
    this.waiting.set(terminal, folder);
    // One that never says so gets the line at once: its input waits for the shell to read it.
    if (terminal.shellIntegration || !tellsWhenReady(shellOf(terminal))) this.ready(terminal);
  }

  private ready(terminal: vscode.Terminal): void {
    const folder = this.waiting.get(terminal);
    if (!folder) return;
    this.waiting.delete(terminal);
    void this.activate(terminal, folder);
  }

  private async activate(terminal: vscode.Terminal, folder: vscode.WorkspaceFolder): Promise<void> {
    const { log, session, input } = this.parts;
    try {
      const { command, refused } = await session.execute("pinwise.activationCommand", {
        folder: folder.uri.toString(),
        shell: shellOf(terminal),
      });
      if (command === null) log.info(`A new terminal is left as it is: ${refused}`);
      else if (isInteractedWith(terminal)) log.info("Somebody typed first: nothing is activated.");
      else input.run(terminal, command);
    } catch (error) {
      log.info(`A new terminal is left as it is: ${String(error)}`);
    }
  }
}
