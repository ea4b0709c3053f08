/** Opens a terminal in which any environment of the view is active, not only the one in use. */

import * as vscode from "vscode";

import type { Target } from "./environmentsViewTarget";
import type { ServerSession } from "./session";
import { shellName, tellsWhenReady } from "./shells";
import type { Statuses } from "./statuses";
import { type TerminalInput, isInteractedWith } from "./terminalInput";
import type { Terminals } from "./terminals";

/** Shells may be kept from telling that they are ready; a new one has read its files by then. */
const patience = 5_000;

export interface TerminalParts {
  readonly session: Pick<ServerSession, "execute">;
  readonly statuses: Pick<Statuses, "of">;
  readonly terminals: Pick<Terminals, "isActive">;
  readonly input: Pick<TerminalInput, "run" | "offer">;
}

export async function openTerminal(
  parts: TerminalParts,
  target: Omit<Target, "project">,
): Promise<void> {
  const { folder, environment, argument } = target;
  const ofFolder = parts.statuses.of(folder)?.environment?.prefix === environment.prefix;
  const inUse = ofFolder && parts.terminals.isActive(folder);
  // New terminals have the environment of the folder by themselves, and a base interpreter adds nothing.
  if (inUse || environment.isBase) {
    vscode.window.createTerminal({ cwd: folder.uri }).show();
    return;
  }
  const shell = shellName(vscode.env.shell);
  const { command, refused } = await parts.session.execute("pinwise.activationCommand", {
    ...argument,
    shell,
  });
  if (command === null)
    throw new Error(refused || vscode.l10n.t("{0} cannot be activated here.", environment.label));
  const terminal = vscode.window.createTerminal({ cwd: folder.uri, name: environment.name });
  terminal.show();
  const run = () => {
    // Whoever has typed into it comes first.
    if (isInteractedWith(terminal) || !parts.input.run(terminal, command))
      void parts.input.offer(terminal, command, vscode.l10n.t("Activate"));
  };
  // The input of one that never tells waits until the shell reads it.
  if (tellsWhenReady(shell)) whenReady(terminal, run);
  else run();
}

/** Calls back once, when the shell is ready for a line; not at all if the terminal is closed. */
function whenReady(terminal: vscode.Terminal, run: () => void): void {
  const subscriptions: vscode.Disposable[] = [];
  const end = () => {
    clearTimeout(timer);
    for (const subscription of subscriptions) subscription.dispose();
  };
  const ready = () => {
    end();
    run();
  };
  const timer = setTimeout(ready, patience);
  subscriptions.push(
    vscode.window.onDidChangeTerminalShellIntegration((changed) => {
      if (changed.terminal === terminal) ready();
    }),
    vscode.window.onDidCloseTerminal((closed) => {
      if (closed === terminal) end();
    }),
  );
}
