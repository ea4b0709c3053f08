/** What is known of terminals that others type into, and the only place that types into them. */

import * as vscode from "vscode";

import { shellName } from "./shells";

export class TerminalInput implements vscode.Disposable {
  /** The terminals in which a program runs that would take what is typed for its own input. */
  private readonly busy = new Map<vscode.Terminal, number>();
  private readonly subscriptions: vscode.Disposable[];

  constructor() {
    this.subscriptions = [
      vscode.window.onDidStartTerminalShellExecution(({ terminal }) => this.count(terminal, 1)),
      vscode.window.onDidEndTerminalShellExecution(({ terminal }) => this.count(terminal, -1)),
      vscode.window.onDidCloseTerminal((terminal) => this.busy.delete(terminal)),
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
    if (this.isBusy(terminal) || terminal.exitStatus) return false;
    const { shellIntegration } = terminal;
    if (!shellIntegration && (isInteractedWith(terminal) || !isShell(terminal))) return false;
    terminal.show(true);
    if (shellIntegration) shellIntegration.executeCommand(line);
    // The blank keeps it out of the history of the shells that are told to leave such lines out.
    else terminal.sendText(` ${line}`);
    return true;
  }

  private count(terminal: vscode.Terminal, change: number): void {
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
