/** The command "Select Interpreter…": asks, then tells the server. */

import * as vscode from "vscode";

import type { EnvironmentLists } from "./environmentLists";
import { errorMessage, showError } from "./errors";
import { folderForCommand } from "./folders";
import { absolutePath, browseForInterpreter, enterPath } from "./pathInput";
import { pickInterpreter } from "./picker";
import type { ServerSession } from "./session";
import type { Statuses } from "./statuses";

export interface SelectParts {
  readonly session: ServerSession;
  readonly statuses: Statuses;
  readonly lists: EnvironmentLists;
  readonly createEnvironment: (folder: vscode.WorkspaceFolder) => Promise<void>;
}

export async function selectInterpreter(parts: SelectParts, given: unknown): Promise<void> {
  parts.session.check();
  const folder = await folderForCommand(given);
  if (!folder && (vscode.workspace.workspaceFolders?.length ?? 0) > 0) return;
  const severalFolders = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const title = folder && severalFolders ? `Python for ${folder.name}` : "Python Interpreter";

  const choice = await pickInterpreter(parts.lists, {
    title,
    folder: folder?.uri,
    status: parts.statuses.of(folder),
    canCreate: folder !== undefined && vscode.workspace.isTrusted,
    onError: (error) => void showError(error),
  });
  const select = async (path: string | null): Promise<void> => {
    await parts.session.execute("pinwise.selectEnvironment", {
      ...(folder && { folder: folder.uri.toString() }),
      path,
    });
  };
  switch (choice?.kind) {
    case undefined:
      return;
    case "environment": {
      const { isBase, executable, prefix } = choice.environment;
      // Several base interpreters may share a prefix; a broken environment has no interpreter.
      await select(isBase ? executable : prefix);
      return;
    }
    case "path":
      await select(absolutePath(choice.path, folder?.uri));
      return;
    case "automatic":
      await select(null);
      return;
    case "enterPath":
      await enterPath(title, (typed) => select(absolutePath(typed, folder?.uri)), errorMessage);
      return;
    case "browse": {
      const path = await browseForInterpreter(title, folder?.uri);
      if (path !== undefined) await select(path);
      return;
    }
    case "create":
      if (folder) await parts.createEnvironment(folder);
  }
}
