/** Asks for the path of an interpreter, by typing or by browsing. */

import path from "node:path";

import * as vscode from "vscode";

import { expandHome } from "./paths";

/**
 * A box for a path that stays open until `use` accepts what was entered, and says why it does not.
 */
export function enterPath(
  title: string,
  use: (path: string) => Promise<void>,
  explain: (error: unknown) => string,
): Promise<void> {
  const box = vscode.window.createInputBox();
  box.title = title;
  box.placeholder = vscode.l10n.t("Path of an interpreter or of an environment's folder");
  box.ignoreFocusOut = true;
  return new Promise((resolve) => {
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidAccept(() => {
      const entered = box.value.trim();
      if (entered === "" || box.busy) return;
      box.busy = true;
      use(entered).then(
        () => box.hide(),
        (error: unknown) => {
          box.validationMessage = explain(error);
          box.busy = false;
        },
      );
    });
    box.onDidHide(() => {
      box.dispose();
      resolve();
    });
    box.show();
  });
}

/** The file dialog for an interpreter. */
export async function browseForInterpreter(
  title: string,
  folder: vscode.Uri | undefined,
): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title,
    openLabel: vscode.l10n.t("Use Interpreter"),
    canSelectMany: false,
    ...(folder && { defaultUri: folder }),
    ...(process.platform === "win32" && { filters: { [vscode.l10n.t("Programs")]: ["exe"] } }),
  });
  return picked?.[0]?.fsPath;
}

/** What the user typed, as an absolute path: `~` and paths relative to the folder are understood. */
export function absolutePath(typed: string, folder: vscode.Uri | undefined): string {
  // People paste paths in the quotes that a shell or the Explorer of Windows put around them.
  const bare = typed.trim().replace(/^(["'])(.*)\1$/, "$2");
  const expanded = expandHome(bare);
  return folder ? path.resolve(folder.fsPath, expanded) : path.resolve(expanded);
}
