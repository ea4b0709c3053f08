/** What the user is told when a command fails. */

import * as vscode from "vscode";

import { ServerUnavailable } from "./session";

/** Codes of LSP for an answer that is no longer wanted. */
const cancelled = new Set([-32800, -32802]);

export function isCancellation(error: unknown): boolean {
  if (error instanceof vscode.CancellationError) return true;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "number" && cancelled.has(code);
}

/**
 * The server's errors are sentences for the user; anything else is shown as it is. Where it is
 * shown, backticks are no marks, and would only stand in the text.
 */
export function errorMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll("`", "");
}

/**
 * Runs what the user asked for and tells them if it fails, so that nobody else tells it, too. For
 * commands of the server that VS Code runs by itself, as those of quick fixes.
 */
export async function toldToUser<Answer>(
  run: () => Answer | PromiseLike<Answer>,
): Promise<Answer | undefined> {
  try {
    return await run();
  } catch (error) {
    void showError(error);
    return undefined;
  }
}

/** Tells the user, with the way out where there is one. Only for what the user asked for. */
export async function showError(error: unknown): Promise<void> {
  if (isCancellation(error)) return;
  if (error instanceof ServerUnavailable && error.state.kind === "noPython") {
    const choose = vscode.l10n.t("Choose Python…");
    if ((await vscode.window.showErrorMessage(error.message, choose)) === choose) {
      await vscode.commands.executeCommand("pinwise.chooseServerPython");
    }
    return;
  }
  const output = vscode.l10n.t("Show Output");
  if ((await vscode.window.showErrorMessage(errorMessage(error), output)) === output) {
    await vscode.commands.executeCommand("pinwise.showOutput");
  }
}
