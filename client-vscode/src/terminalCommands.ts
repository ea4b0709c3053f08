/** The commands that activate and deactivate the environment in the terminal that is open. */

import * as vscode from "vscode";

import { activationOf } from "./activation";
import { folderForCommand } from "./folders";
import type { EnvironmentInfo } from "./protocol";
import { activationLine, deactivationLine, shellName } from "./shells";
import type { Statuses } from "./statuses";
import type { Terminals } from "./terminals";

export class TerminalCommands implements vscode.Disposable {
  /** The terminals in which a program runs that would take what is typed for its own input. */
  private readonly busy = new Map<vscode.Terminal, number>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly statuses: Statuses,
    private readonly terminals: Terminals,
  ) {
    this.subscriptions = [
      vscode.window.onDidStartTerminalShellExecution(({ terminal }) => this.count(terminal, 1)),
      vscode.window.onDidEndTerminalShellExecution(({ terminal }) => this.count(terminal, -1)),
      vscode.window.onDidCloseTerminal((terminal) => this.busy.delete(terminal)),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  async activate(given: unknown): Promise<void> {
    const found = await this.environmentFor(given);
    if (!found) return;
    const { folder, environment } = found;
    const terminal = vscode.window.activeTerminal;
    const integration = terminal && this.idleIntegration(terminal);
    const line = terminal && (await activationLine(shellOf(terminal), environment, exists));
    if (terminal && integration && line !== undefined) {
      terminal.show();
      integration.executeCommand(line);
      return;
    }
    // Where nothing can be typed safely, a new terminal has the environment from its first prompt.
    this.openTerminal(folder, environment);
  }

  async deactivate(given: unknown): Promise<void> {
    const found = await this.environmentFor(given);
    if (!found) return;
    const terminal = vscode.window.activeTerminal;
    if (!terminal) {
      void vscode.window.showInformationMessage("No terminal is open.");
      return;
    }
    const integration = this.idleIntegration(terminal);
    const line = deactivationLine(shellOf(terminal), found.environment);
    if (integration && line !== undefined) {
      terminal.show();
      integration.executeCommand(line);
      return;
    }
    void vscode.window.showInformationMessage(
      this.isBusy(terminal)
        ? "The terminal is busy. Deactivate when its command has ended."
        : "VS Code cannot tell when this shell is ready for input, so nothing was typed into it.",
    );
  }

  private async environmentFor(
    given: unknown,
  ): Promise<{ folder: vscode.WorkspaceFolder; environment: EnvironmentInfo } | undefined> {
    const folder = await folderForCommand(given);
    if (!folder) return undefined;
    const environment = this.statuses.of(folder)?.environment;
    if (environment && activationOf(environment)) return { folder, environment };
    const select = "Select Interpreter…";
    const create = "Create .venv";
    const reason = environment?.broken
      ? `${environment.label} cannot be activated: ${environment.problems.join(" ")}`
      : "This folder uses no environment that could be activated.";
    const answer = await vscode.window.showWarningMessage(reason, select, create);
    if (answer === select) await vscode.commands.executeCommand("pinwise.selectInterpreter");
    if (answer === create) await vscode.commands.executeCommand("pinwise.createVenv");
    return undefined;
  }

  /** What can run a line in the terminal, unless a program is running there. */
  private idleIntegration(terminal: vscode.Terminal): vscode.TerminalShellIntegration | undefined {
    return this.isBusy(terminal) ? undefined : terminal.shellIntegration;
  }

  private isBusy(terminal: vscode.Terminal): boolean {
    return (this.busy.get(terminal) ?? 0) > 0;
  }

  private count(terminal: vscode.Terminal, change: number): void {
    // A command that began before this extension did ends without having been counted.
    this.busy.set(terminal, Math.max(0, (this.busy.get(terminal) ?? 0) + change));
  }

  private openTerminal(folder: vscode.WorkspaceFolder, environment: EnvironmentInfo): void {
    const activation = activationOf(environment);
    const options: vscode.TerminalOptions = { cwd: folder.uri };
    if (activation && !this.terminals.isActive(folder)) {
      const path = activation.prependPath + (process.env["PATH"] ?? "");
      options.env = { ...activation.replace, PATH: path };
    }
    vscode.window.createTerminal(options).show();
  }
}

function shellOf(terminal: vscode.Terminal): string {
  if (terminal.state.shell) return terminal.state.shell;
  const options = terminal.creationOptions;
  return shellName(("shellPath" in options && options.shellPath) || vscode.env.shell);
}

async function exists(file: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(file));
    return true;
  } catch {
    return false;
  }
}
