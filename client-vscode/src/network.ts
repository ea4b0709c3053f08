/**
 * Shows what the server's commands about what was not checked answer, and the notice at the first
 * look-up ever. The server says what there is to show, because `networkDialogs` is set.
 */

import * as vscode from "vscode";

import { goOffline, goOnline } from "./offline";
import type { Notifications, ServerCommands } from "./protocol";
import { signIn } from "./signIn";

type NetworkCommand =
  | "pinwise.signIn"
  | "pinwise.workOnline"
  | "pinwise.manageTrust"
  | "pinwise.openGuide";

type Shower<Name extends NetworkCommand> = (
  answer: ServerCommands[Name]["answer"],
  retry: () => Thenable<unknown>,
  argument: Partial<ServerCommands[Name]["argument"]>,
) => Promise<void>;

const showers: { [Name in NetworkCommand]: Shower<Name> } = {
  "pinwise.signIn": async (how, retry) => {
    // An index that asks for nothing any more is asked again.
    if (!how || (await signIn(how))) await retry();
  },
  "pinwise.workOnline": async (where, _retry, { uri }) => {
    if (where?.file) await vscode.window.showTextDocument(vscode.Uri.parse(where.file));
    else if (where) await goOnline(uri === undefined ? undefined : vscode.Uri.parse(uri));
  },
  "pinwise.manageTrust": async () => {
    await vscode.commands.executeCommand("workbench.trust.manage");
  },
  "pinwise.openGuide": async (answer) => {
    if (answer) await openPage(answer.page);
  },
};

/** Shows the answer of a command of the server, where it is one of these. */
export async function showAnswer(
  command: string,
  given: readonly unknown[],
  answer: unknown,
  retry: () => Thenable<unknown>,
): Promise<void> {
  if (!isNetworkCommand(command)) return;
  // The contract says what the argument and the answer are, and the server is ours.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const show = showers[command] as (...all: unknown[]) => Promise<void>;
  await show(answer, retry, given[0] ?? {});
}

/** Says once that indexes are asked, beside the way to stop it. Nothing waits for an answer. */
export async function showNetworkNotice({
  page,
}: Notifications["pinwise/networkNotice"]): Promise<void> {
  const offline = vscode.l10n.t("Offline");
  const more = vscode.l10n.t("What Is Sent");
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      "Pinwise asks the indexes that pip would ask about the packages in your requirements files.",
    ),
    // The first one is drawn as what most people should press.
    ...(page === "" ? [] : [more]),
    offline,
  );
  if (chosen === offline) await goOffline();
  else if (chosen === more) await openPage(page);
}

function isNetworkCommand(command: string): command is NetworkCommand {
  return command in showers;
}

/** Opens a page of the guide as it is meant to be read. */
async function openPage(page: string): Promise<void> {
  await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.parse(page));
}
