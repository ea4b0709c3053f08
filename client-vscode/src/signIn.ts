/** Asks for the credentials of an index and hands them to the user's keyring. */

import * as vscode from "vscode";

import { type Run, run as runCommand } from "./keyring";
import type { SignIn } from "./protocol";

/**
 * Returns whether something changed, so that asking the index again may help.
 *
 * Only ever called for a quick fix that the user chose.
 */
export async function signIn(how: SignIn, run: Run = runCommand): Promise<boolean> {
  if (how.advice !== "" || !vscode.workspace.isTrusted) return explain(how);
  const title = vscode.l10n.t("Sign In to {0}", how.label);
  const user = await vscode.window.showInputBox({
    title: `${title} (1/2)`,
    prompt: vscode.l10n.t(
      "Your user name. Indexes that give out tokens often want __token__ here.",
    ),
    value: how.user,
    ignoreFocusOut: true,
    validateInput: userProblem,
  });
  if (user === undefined) return false;
  const secret = await vscode.window.showInputBox({
    title: `${title} (2/2)`,
    prompt: vscode.l10n.t("The password or token. It is kept in your keyring."),
    password: true,
    // Whoever fetches a token from another window comes back to this box.
    ignoreFocusOut: true,
    validateInput: (value) =>
      value === "" ? vscode.l10n.t("The keyring takes no empty password.") : undefined,
  });
  if (secret === undefined) return false;
  const name = user.trim();
  if ((await run(how.keyring, ["set", how.service, name], secret)) !== 0) {
    throw new Error(
      vscode.l10n.t(
        'The keyring did not take the password. "keyring set {0} {1}" in a terminal says why.',
        how.label,
        name,
      ),
    );
  }
  if (how.user === "" && !(await answersWithoutUser(how, run))) void tellOfUser(how, name);
  return true;
}

/** Why the command would not take a user name, or `undefined`. */
export function userProblem(user: string): string | undefined {
  const name = user.trim();
  if (name === "") return vscode.l10n.t("The index needs a user name.");
  // The command would take it for one of its options.
  if (name.startsWith("-")) return vscode.l10n.t("The user name cannot begin with a hyphen.");
  return undefined;
}

/** Tells what helps instead. */
async function explain({ label, advice }: SignIn): Promise<boolean> {
  const guide = vscode.l10n.t("Open Guide");
  const retry = vscode.l10n.t("Retry");
  const text =
    advice || vscode.l10n.t("Your password of {0} is used once you trust this workspace.", label);
  const chosen = await vscode.window.showInformationMessage(text, guide, retry);
  if (chosen === guide) {
    await vscode.commands.executeCommand("pinwise.openGuide", { section: "credentials" });
  }
  return chosen === retry;
}

/** Whether the keyring gives credentials to who does not know the user, as pip asks it. */
async function answersWithoutUser({ keyring, service }: SignIn, run: Run): Promise<boolean> {
  return (await run(keyring, ["--mode=creds", "--output=json", "get", service])) === 0;
}

async function tellOfUser({ label }: SignIn, user: string): Promise<void> {
  const guide = vscode.l10n.t("Open Guide");
  const text = vscode.l10n.t(
    "Your keyring gives the password only to who knows the user name. Write {0}@ before {1} in pip's configuration.",
    user,
    label,
  );
  if ((await vscode.window.showWarningMessage(text, guide)) === guide) {
    await vscode.commands.executeCommand("pinwise.openGuide", { section: "credentials" });
  }
}
