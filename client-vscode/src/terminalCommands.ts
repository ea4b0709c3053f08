/** The commands that activate and deactivate the environment in the terminal that is open. */

import { delimiter } from "node:path";

import * as vscode from "vscode";

import { activationOf } from "./activation";
import { openTerminal } from "./environmentsViewTerminal";
import { fileForCommand, folderForCommand } from "./folders";
import type { ServerCommands } from "./protocol";
import type { ServerSession } from "./session";
import type { Statuses } from "./statuses";
import { type FailedLine, type TerminalInput, folderOf, shellOf } from "./terminalInput";
import type { Terminals } from "./terminals";

export interface TerminalCommandsParts {
  readonly session: Pick<ServerSession, "execute">;
  readonly statuses: Pick<Statuses, "of" | "at">;
  readonly terminals: Pick<Terminals, "isActive" | "modeOf">;
  readonly input: Pick<
    TerminalInput,
    "asked" | "runAsked" | "isBusy" | "run" | "offer" | "onDidFail"
  >;
}

type Answer = ServerCommands["pinwise.activationCommand"]["answer"];

export class TerminalCommands implements vscode.Disposable {
  /** What a terminal was given, by its prefix: the folder may use another environment by now. */
  private readonly given = new WeakMap<vscode.Terminal, string>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly parts: TerminalCommandsParts) {
    this.subscriptions = [
      vscode.window.onDidOpenTerminal((terminal) => this.opened(terminal)),
      parts.input.onDidFail((failed) => void this.failed(failed)),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  async activate(given: unknown): Promise<void> {
    const folder = await folderForCommand(given);
    if (!folder) return;
    const file = fileForCommand(given, folder);
    const environment = this.parts.statuses.at(folder, file)?.environment;
    if (!environment || environment.isBase) {
      await explain(vscode.l10n.t("This folder uses no environment that could be activated."));
      return;
    }
    const { prefix } = environment;
    const terminal = vscode.window.activeTerminal;
    if (terminal) {
      const asked = this.parts.input.asked(terminal);
      const { command } = await this.ask(folder, { prefix, shell: shellOf(terminal) });
      const ran =
        command !== null &&
        (await this.parts.input.runAsked(asked, command, vscode.l10n.t("Activate")));
      if (ran) {
        this.given.set(terminal, prefix);
        terminal.show();
      }
      // Who did not press the button wants no other terminal either.
      if (ran !== false) return;
    }
    if (this.parts.statuses.of(folder)?.environment?.prefix !== prefix) {
      // New terminals begin with the environment of the folder, which is another one.
      const argument = { folder: folder.uri.toString(), prefix };
      await openTerminal(this.parts, { folder, environment, argument });
      return;
    }
    // Where nothing can be typed safely, a new terminal has the environment from its first prompt.
    const { environment: variables, refused } = await this.ask(folder, { prefix });
    if (refused) await explain(refused);
    else this.openTerminal(folder, prefix, variables);
  }

  async deactivate(given: unknown): Promise<void> {
    const folder = await folderForCommand(given);
    if (!folder) return;
    const terminal = vscode.window.activeTerminal;
    if (!terminal) {
      void vscode.window.showInformationMessage(vscode.l10n.t("No terminal is open."));
      return;
    }
    const used = this.parts.statuses.at(folder, fileForCommand(given, folder))?.environment;
    const prefix = this.given.get(terminal) ?? (used?.isBase === false ? used.prefix : undefined);
    if (prefix === undefined) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("No environment is active in this terminal."),
      );
      return;
    }
    const shell = shellOf(terminal);
    const asked = this.parts.input.asked(terminal);
    const { command, refused } = await this.ask(folder, { prefix, shell, deactivate: true });
    if (command === null) {
      void vscode.window.showWarningMessage(refused);
      return;
    }
    const ran = await this.parts.input.runAsked(asked, command, vscode.l10n.t("Deactivate"));
    if (ran) {
      this.given.delete(terminal);
      terminal.show();
    } else if (ran === false) {
      void vscode.window.showInformationMessage(
        this.parts.input.isBusy(terminal)
          ? vscode.l10n.t("The terminal is busy. Deactivate when its command has ended.")
          : vscode.l10n.t(
              "VS Code cannot tell when this shell is ready for input, so nothing was typed into it.",
            ),
      );
    }
  }

  private async ask(
    folder: vscode.WorkspaceFolder,
    argument: { prefix: string; shell?: string; deactivate?: boolean },
  ): Promise<Answer> {
    return this.parts.session.execute("pinwise.activationCommand", {
      folder: folder.uri.toString(),
      ...argument,
    });
  }

  private openTerminal(
    folder: vscode.WorkspaceFolder,
    prefix: string,
    { set, prepend }: Answer["environment"],
  ): void {
    const options: vscode.TerminalOptions = { cwd: folder.uri };
    const { terminals } = this.parts;
    // Otherwise it gets them as every new terminal does.
    if (!terminals.isActive(folder) && terminals.modeOf(folder) !== "command") {
      const path = [prepend["PATH"], process.env["PATH"]].filter(Boolean).join(delimiter);
      options.env = { ...set, PATH: path };
    }
    const terminal = vscode.window.createTerminal(options);
    this.given.set(terminal, prefix);
    terminal.show();
  }

  /**
   * Says that a shell was not content with a line, as a PowerShell that may run no scripts is not:
   * its prompt alone does not always tell.
   */
  private async failed({ terminal, exitCode }: FailedLine): Promise<void> {
    const told = vscode.l10n.t(
      "The shell reports an error (exit code {0}) for the line that Pinwise ran in it. `python` there may be another one than that of the environment.",
      exitCode,
    );
    const folder = folderOf(terminal);
    // Where new terminals begin with the variables, no line has to be run.
    const buttons =
      folder && this.parts.terminals.isActive(folder) ? [vscode.l10n.t("New Terminal")] : [];
    const answer = await vscode.window.showWarningMessage(told, ...buttons);
    if (folder && answer !== undefined) vscode.window.createTerminal({ cwd: folder.uri }).show();
  }

  /** Remembers which environment a terminal begins with, by its variables. */
  private opened(terminal: vscode.Terminal): void {
    const folder = folderOf(terminal);
    const environment = this.parts.statuses.of(folder)?.environment;
    if (!folder || !environment || !activationOf(environment)) return;
    if (this.parts.terminals.modeOf(folder) === "off") return;
    this.given.set(terminal, environment.prefix);
  }
}

/** Says why nothing can be activated, and what would help. */
async function explain(reason: string): Promise<void> {
  const select = vscode.l10n.t("Select Interpreter…");
  const create = vscode.l10n.t("Create .venv");
  const answer = await vscode.window.showWarningMessage(reason, select, create);
  if (answer === select) await vscode.commands.executeCommand("pinwise.selectInterpreter");
  if (answer === create) await vscode.commands.executeCommand("pinwise.createVenv");
}
