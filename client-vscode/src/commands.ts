/**
 * The commands of the palette. They have names of their own: the language client registers those of
 * the server by itself, with the server's names.
 */

import * as vscode from "vscode";

import { createEnvironment, defaultName } from "./create";
import type { EnvironmentLists } from "./environmentLists";
import { type ViewCommandParts, viewCommands } from "./environmentsViewCommands";
import { showError } from "./errors";
import { fileForCommand, folderForCommand } from "./folders";
import { isRequirements } from "./requirementsFiles";
import { selectInterpreter } from "./select";
import { chooseServerPython } from "./serverPython";
import type { ServerSession } from "./session";
import type { Statuses } from "./statuses";
import type { TerminalCommands } from "./terminalCommands";

export interface CommandParts {
  readonly environments: ViewCommandParts;
  readonly session: ServerSession;
  readonly statuses: Statuses;
  readonly lists: EnvironmentLists;
  readonly terminals: TerminalCommands;
  readonly log: Pick<vscode.LogOutputChannel, "show">;
}

/** Each takes what it was called on, if anything: a file, a folder, or what a view has selected. */
type Command = (given: unknown, selected: unknown) => unknown;

export function registerCommands(parts: CommandParts): vscode.Disposable[] {
  const { session, lists, terminals } = parts;
  const create = async (folder: vscode.WorkspaceFolder, file?: vscode.Uri) => {
    await createEnvironment(session, lists, folder, file);
  };
  const commands: Record<string, Command> = {
    "pinwise.createEnvironmentFrom": inFolder(create),
    "pinwise.createVenv": inFolder(async ({ uri }, file) => {
      const about = file && { file: file.toString() };
      const argument = { folder: uri.toString(), ...about, name: defaultName };
      await session.execute("pinwise.createEnvironment", argument);
    }),
    "pinwise.install": (given) => install(session, given),
    "pinwise.compileAgain": () => compile(session),
    "pinwise.selectInterpreter": (given) =>
      selectInterpreter({ ...parts, createEnvironment: create }, given),
    "pinwise.activateTerminal": (given) => terminals.activate(given),
    "pinwise.deactivateTerminal": (given) => terminals.deactivate(given),
    "pinwise.chooseServerPython": () => chooseServerPython(session),
    "pinwise.restartServer": () => session.restart(),
    "pinwise.showOutput": () => parts.log.show(),
    ...viewCommands(parts.environments),
  };
  return Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, async (given: unknown, selected: unknown) => {
      try {
        await run(given, selected);
      } catch (error) {
        void showError(error);
      }
    }),
  );
}

/** All requirements of the project in front, or the file that the command was called on. */
async function install(session: ServerSession, given: unknown): Promise<void> {
  const folder = await folderForCommand(given);
  if (!folder) return noFolder();
  const file = given instanceof vscode.Uri && (await isRequirementsFile(given)) ? given : undefined;
  const inFront = fileForCommand(given, folder);
  const about = inFront && { file: inFront.toString() };
  await session.execute("pinwise.installRequirements", {
    folder: folder.uri.toString(),
    ...(file ? { files: [file.toString()] } : about),
  });
}

/** The file in the editor, or what was compiled from it. The server tells what it cannot do. */
async function compile(session: ServerSession): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri) await session.execute("pinwise.compile", { uri: uri.toString() });
}

async function isRequirementsFile(uri: vscode.Uri): Promise<boolean> {
  const { type } = await vscode.workspace.fs.stat(uri);
  if ((type & vscode.FileType.File) === 0) return false;
  return isRequirements(await vscode.workspace.openTextDocument(uri));
}

/** Runs for a folder, and for the file in it that says which project is meant. */
function inFolder(
  run: (folder: vscode.WorkspaceFolder, file: vscode.Uri | undefined) => Promise<void>,
): Command {
  return async (given) => {
    const folder = await folderForCommand(given);
    if (folder) await run(folder, fileForCommand(given, folder));
    else noFolder();
  };
}

/** Where several folders are open, no folder means that the user left the question. */
function noFolder(): void {
  if (vscode.workspace.workspaceFolders?.length) return;
  void vscode.window.showInformationMessage(
    vscode.l10n.t("Open a folder first: environments belong to one."),
  );
}
