/** What is known of terminals that others type into, and the only place that types into them. */

import * as vscode from "vscode";

import { shellName } from "./shells";

/** After how long nobody expects a line any more, in milliseconds: they may be typing again. */
const patience = 1_000;

/** A terminal as it was when the user asked for something to be run in it. */
export interface Asked {
  readonly terminal: vscode.Terminal;
  readonly at: number;
  readonly takesLines: boolean;
  readonly typedInto: boolean;
  readonly begun: number;
}

/** A line that was run here, and with which its shell was not content. */
export interface FailedLine {
  readonly terminal: vscode.Terminal;
  readonly exitCode: number;
}

export class TerminalInput implements vscode.Disposable {
  private readonly failed = new vscode.EventEmitter<FailedLine>();
  /** Tells of lines that were run here and failed, where the shell tells how its commands end. */
  readonly onDidFail = this.failed.event;
  /** The terminals in which a program runs that would take what is typed for its own input. */
  private readonly busy = new Map<vscode.Terminal, number>();
  /** How many commands have begun in each. */
  private readonly begun = new WeakMap<vscode.Terminal, number>();
  /** What runs that was typed here, as opposed to by the user. */
  private readonly own = new WeakSet<vscode.TerminalShellExecution>();
  private readonly subscriptions: vscode.Disposable[];

  constructor() {
    this.subscriptions = [
      vscode.window.onDidStartTerminalShellExecution(({ terminal }) => this.count(terminal, 1)),
      vscode.window.onDidEndTerminalShellExecution((ended) => this.ended(ended)),
      vscode.window.onDidCloseTerminal((terminal) => this.busy.delete(terminal)),
      this.failed,
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Whether a command runs in the terminal. */
  isBusy(terminal: vscode.Terminal): boolean {
    return (this.busy.get(terminal) ?? 0) > 0;
  }

  /**
   * Runs a line where nothing but the shell can get it, and says whether it did. A shell that tells
   * nothing of itself is waiting for its first line if nobody has typed any.
   */
  run(terminal: vscode.Terminal, line: string): boolean {
    if (!this.takesLines(terminal)) return false;
    this.send(terminal, line);
    return true;
  }

  /** Notes how the terminal is while the line is still to be found out, for `runAsked`. */
  asked(terminal: vscode.Terminal): Asked {
    return {
      terminal,
      at: Date.now(),
      takesLines: this.takesLines(terminal),
      typedInto: isInteractedWith(terminal),
      begun: this.begun.get(terminal) ?? 0,
    };
  }

  /**
   * Runs a line that the user asked for at that moment, as `run` does. If it comes so late that
   * they may be typing something else by now, it is offered on a button instead.
   *
   * Answers false where it cannot be run, and `undefined` where the user did not want it any more.
   */
  async runAsked(asked: Asked, line: string, button: string): Promise<boolean | undefined> {
    const { terminal, takesLines } = asked;
    if (!takesLines) return false;
    return this.isLate(asked) ? this.offer(terminal, line, button) : this.run(terminal, line);
  }

  /** Runs the line once the user presses the button, who sees what stands in the terminal. */
  async offer(
    terminal: vscode.Terminal,
    line: string,
    button: string,
  ): Promise<boolean | undefined> {
    if (this.isBusy(terminal) || terminal.exitStatus) return false;
    const question = vscode.l10n.t(
      "You may have typed into the terminal meanwhile. {0} in it now?",
      button,
    );
    if ((await vscode.window.showInformationMessage(question, button)) !== button) return undefined;
    if (this.isBusy(terminal) || terminal.exitStatus) return false;
    this.send(terminal, line);
    return true;
  }

  private send(terminal: vscode.Terminal, line: string): void {
    terminal.show(true);
    if (terminal.shellIntegration) {
      this.own.add(terminal.shellIntegration.executeCommand(line));
      return;
    }
    // The blank keeps it out of the history of the shells that are told to leave such lines out.
    terminal.sendText(` ${line}`);
  }

  private ended({ terminal, execution, exitCode }: vscode.TerminalShellExecutionEndEvent): void {
    this.count(terminal, -1);
    // No exit code: the shell tells none, or the user stopped it.
    if (this.own.has(execution) && exitCode) this.failed.fire({ terminal, exitCode });
  }

  private takesLines(terminal: vscode.Terminal): boolean {
    if (this.isBusy(terminal) || terminal.exitStatus) return false;
    if (terminal.shellIntegration) return true;
    return !isInteractedWith(terminal) && isShell(terminal);
  }

  private isLate({ terminal, at, typedInto, begun }: Asked): boolean {
    const typed = isInteractedWith(terminal) && !typedInto;
    const ran = (this.begun.get(terminal) ?? 0) !== begun;
    return typed || ran || Date.now() - at > patience;
  }

  private count(terminal: vscode.Terminal, change: number): void {
    if (change > 0) this.begun.set(terminal, (this.begun.get(terminal) ?? 0) + 1);
    // A command that began before this extension did ends without having been counted.
    this.busy.set(terminal, Math.max(0, (this.busy.get(terminal) ?? 0) + change));
  }
}

/** Whether somebody, or another extension, has sent anything to the terminal. */
export function isInteractedWith(terminal: vscode.Terminal): boolean {
  return terminal.state.isInteractedWith;
}

/** The options with which shells run one command and end, as those of tasks do. */
const commandOption = /^(-\w*c|\/d?c|-command|-encodedcommand|-file)$/i;

/** Whether a shell waits there for lines, and no task's command, pseudoterminal or hidden helper. */
export function isShell({ creationOptions }: vscode.Terminal): boolean {
  if ("pty" in creationOptions) return false;
  const { hideFromUser, shellArgs } = creationOptions;
  const words = typeof shellArgs === "string" ? shellArgs.split(/\s+/) : (shellArgs ?? []);
  return hideFromUser !== true && !words.some((word) => commandOption.test(word));
}

/** The shell of a terminal; the user's default where VS Code has not recognised it. */
export function shellOf(terminal: vscode.Terminal): string {
  if (terminal.state.shell) return terminal.state.shell;
  const options = terminal.creationOptions;
  return shellName(("shellPath" in options && options.shellPath) || vscode.env.shell);
}

/** The workspace folder that a terminal was opened for: as VS Code does, the first if none is named. */
export function folderOf(terminal: vscode.Terminal): vscode.WorkspaceFolder | undefined {
  const options = terminal.creationOptions;
  const named = "cwd" in options ? options.cwd : undefined;
  const uri = typeof named === "string" ? vscode.Uri.file(named) : named;
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  return folder ?? vscode.workspace.workspaceFolders?.[0];
}
