/** The entry point: makes the parts and connects them. */

import * as vscode from "vscode";

import { activationMode } from "./activation";
import { registerCommands } from "./commands";
import { EnvironmentLists } from "./environmentLists";
import { EnvironmentWatch } from "./environmentWatch";
import { EnvironmentsView } from "./environmentsView";
import { PackagePages } from "./environmentsViewDetails";
import { toldToUser } from "./errors";
import { activeFolder, folderPaths } from "./folders";
import { Following } from "./following";
import { showNetworkNotice } from "./network";
import { OpenedTerminals } from "./openedTerminals";
import { anotherExtensionActivatesTerminals, interpretersOfExtensions } from "./otherExtensions";
import { probe } from "./probe";
import type { FileChange } from "./protocol";
import { findPython } from "./python";
import { PythonNotice } from "./pythonNotice";
import { type ServerResolution, resolveServer } from "./server";
import { ServerSession } from "./session";
import { onDidChangeSetting, serverInterpreter, terminalActivation } from "./settings";
import { StatusItem } from "./status";
import { Statuses } from "./statuses";
import { TerminalCommands } from "./terminalCommands";
import { TerminalInput } from "./terminalInput";
import { Terminals } from "./terminals";
import { followTrust } from "./trust";

let session: ServerSession | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Pinwise", { log: true });
  session = new ServerSession({
    resolve: () => resolve(context),
    connect: async (launch) => {
      // Most of the bundle is the language client, which nobody needs before there is a Python:
      // loaded here, it does not count for the time that VS Code waits for this extension.
      const { connect } = await import("./client");
      return connect(launch, log, (executed) => session?.executed(executed));
    },
    log,
  });
  session.onNotification(
    "pinwise/networkNotice",
    (notice) => void toldToUser(() => showNetworkNotice(notice)),
  );
  const statuses = new Statuses(session);
  const terminals = new Terminals({
    collections: context.environmentVariableCollection,
    statuses,
    modeOf: (folder, environment) =>
      vscode.workspace.isTrusted
        ? activationMode(
            terminalActivation(folder.uri),
            environment,
            anotherExtensionActivatesTerminals,
          )
        : "off",
    inherited: process.env,
  });
  const input = new TerminalInput();
  const terminalCommands = new TerminalCommands({ session, statuses, terminals, input });
  const lists = new EnvironmentLists(session);
  let following: Following | undefined = undefined;
  const isFollowed = (folder: vscode.WorkspaceFolder | undefined): boolean =>
    following?.isFollowed(folder) ?? false;
  const item = new StatusItem(session, statuses, isFollowed);
  following = new Following({
    session,
    statuses,
    log,
    onDidChange: () => {
      terminals.update();
      item.update();
    },
  });
  const view = new EnvironmentsView({ session, statuses, lists });
  const pages = new PackagePages(session);
  const environments = { session, statuses, terminals, input, view, pages };

  context.subscriptions.push(
    log,
    session,
    statuses,
    terminals,
    input,
    terminalCommands,
    new OpenedTerminals({ session, statuses, terminals, input, log }),
    item,
    following,
    session.onDidExecute((executed) => void following?.executed(executed)),
    new EnvironmentWatch(statuses, (change) => void tellOfChange(change)),
    new PythonNotice(session),
    view,
    pages,
    ...registerCommands({
      session,
      statuses,
      lists,
      terminals: terminalCommands,
      environments,
      log,
    }),
    followTrust(session),
    onDidChangeSetting("interpreter", () => void session?.refresh()),
    onDidChangeSetting("terminal.activation", () => terminals.update()),
    vscode.extensions.onDidChange(() => terminals.update()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => terminals.update()),
  );
  terminals.update();
  // Not awaited: the commands are there at once and wait for the server themselves.
  void session.refresh();
}

export async function deactivate(): Promise<void> {
  await session?.end();
}

async function tellOfChange(change: FileChange): Promise<void> {
  try {
    await session?.notify("workspace/didChangeWatchedFiles", { changes: [change] });
  } catch {
    // A server that is not there looks anew when it comes back.
  }
}

async function resolve(context: vscode.ExtensionContext): Promise<ServerResolution> {
  const search = await findPython(
    {
      setting: serverInterpreter(),
      extensionFolder: context.extensionPath,
      development: context.extensionMode !== vscode.ExtensionMode.Production,
      fromExtensions: () => interpretersOfExtensions(activeFolder()?.uri),
      searchPath: process.env["PATH"] ?? "",
      workspaceFolders: folderPaths(),
      trusted: vscode.workspace.isTrusted,
    },
    probe,
  );
  return resolveServer(search, {
    extensionFolder: context.extensionPath,
    storageFolder: context.globalStorageUri.fsPath,
  });
}
