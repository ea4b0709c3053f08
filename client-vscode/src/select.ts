/** The command "Select Interpreter…": asks, then tells the server. */

import * as vscode from "vscode";

import type { EnvironmentLists } from "./environmentLists";
import { errorMessage, showError } from "./errors";
import { fileForCommand, folderForCommand } from "./folders";
import { absolutePath, browseForInterpreter, enterPath } from "./pathInput";
import { pickInterpreter } from "./picker";
import type { ProjectStatus } from "./protocol";
import type { ServerSession } from "./session";
import type { Statuses } from "./statuses";

/** How long the picker waits to learn which project a file is in. In milliseconds. */
const patience = 300;

export interface SelectParts {
  readonly session: ServerSession;
  readonly statuses: Statuses;
  readonly lists: EnvironmentLists;
  readonly createEnvironment: (folder: vscode.WorkspaceFolder, file?: vscode.Uri) => Promise<void>;
}

export async function selectInterpreter(parts: SelectParts, given: unknown): Promise<void> {
  parts.session.check();
  const folder = await folderForCommand(given);
  if (!folder && (vscode.workspace.workspaceFolders?.length ?? 0) > 0) return;
  const file = fileForCommand(given, folder);
  const status = (await projectStatus(parts, folder, file)) ?? parts.statuses.at(folder, file);
  const title = titleFor(folder, status);

  const choice = await pickInterpreter(parts.lists, {
    title,
    folder: folder?.uri,
    file,
    status,
    canCreate: folder !== undefined && vscode.workspace.isTrusted,
    onError: (error) => void showError(error),
  });
  const select = async (path: string | null): Promise<void> => {
    await parts.session.execute("pinwise.selectEnvironment", {
      ...(folder && { folder: folder.uri.toString() }),
      ...(file && { file: file.toString() }),
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
      if (folder) await parts.createEnvironment(folder, file);
  }
}

/**
 * What the server says of the project that a file is in. A server that is at work elsewhere is not
 * waited for: then the picker goes by what it told last.
 */
async function projectStatus(
  parts: SelectParts,
  folder: vscode.WorkspaceFolder | undefined,
  file: vscode.Uri | undefined,
): Promise<ProjectStatus | undefined> {
  if (!folder || !file) return undefined;
  const argument = { folder: folder.uri.toString(), file: file.toString() };
  const tooLate = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), patience);
  });
  const answer = parts.session.execute("pinwise.environmentStatus", argument);
  return Promise.race([answer.catch(() => undefined), tooLate]);
}

/** Says for which project the choice will be, where there could be a doubt. */
function titleFor(
  folder: vscode.WorkspaceFolder | undefined,
  status: ProjectStatus | undefined,
): string {
  if (!folder) return vscode.l10n.t("Python Interpreter");
  const project = status && vscode.Uri.parse(status.project).path.replace(/\/+$/, "");
  if (project?.startsWith(`${folder.uri.path}/`)) {
    return vscode.l10n.t("Python for {0}", project.slice(folder.uri.path.length + 1));
  }
  const severalFolders = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  return severalFolders
    ? vscode.l10n.t("Python for {0}", folder.name)
    : vscode.l10n.t("Python Interpreter");
}
