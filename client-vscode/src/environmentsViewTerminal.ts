/** Opens a terminal in which any environment of the view is active, not only the one in use. */

import * as vscode from "vscode";

import type { Target } from "./environmentsViewTarget";
import type { ServerSession } from "./session";
import { shellName } from "./shells";
import type { Terminals } from "./terminals";

/** Some shells never tell that they are ready; a new one has read its files by then. */
const patience = 5000;

export interface TerminalParts {
  readonly session: Pick<ServerSession, "execute">;
  readonly terminals: Pick<Terminals, "isActive">;
}

export async function openTerminal(parts: TerminalParts, target: Target): Promise<void> {
  const { folder, environment, argument } = target;
  const inUse = environment.selected && parts.terminals.isActive(folder);
  // New terminals have the environment in use by themselves, and a base interpreter adds nothing.
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
    throw new Error(refused || `${environment.label} cannot be activated here.`);
  const terminal = vscode.window.createTerminal({ cwd: folder.uri, name: environment.name });
  terminal.show();
  runWhenReady(terminal, command);
}

/** Runs the line when the shell is ready for it, so that nothing gets in its way. */
function runWhenReady(terminal: vscode.Terminal, line: string): void {
  const subscriptions: vscode.Disposable[] = [];
  const run = (start: () => void) => {
    clearTimeout(timer);
    for (const subscription of subscriptions) subscription.dispose();
    start();
  };
  // Nobody has typed into it yet: it has just been opened for this line.
  const timer = setTimeout(() => run(() => terminal.sendText(line)), patience);
  subscriptions.push(
    vscode.window.onDidChangeTerminalShellIntegration(({ terminal: ready, shellIntegration }) => {
      if (ready === terminal) run(() => shellIntegration.executeCommand(line));
    }),
    vscode.window.onDidCloseTerminal((closed) => {
      if (closed === terminal) run(() => {});
    }),
  );
}
