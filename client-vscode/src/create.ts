/** The command "Create Environment…": asks for the interpreter and the name, the server makes it. */

import * as vscode from "vscode";

import type { EnvironmentLists } from "./environmentLists";
import { showError } from "./errors";
import { withEnvironment } from "./pickerItems";
import type { EnvironmentInfo } from "./protocol";
import type { ServerSession } from "./session";

const title = vscode.l10n.t("Create Environment");
export const defaultName = ".venv";

/** `base` is missing where the server is to choose: the newest that fits the project. */
interface BaseItem extends vscode.QuickPickItem {
  readonly base?: string;
}

export async function createEnvironment(
  session: ServerSession,
  lists: EnvironmentLists,
  folder: vscode.WorkspaceFolder,
  file?: vscode.Uri,
): Promise<EnvironmentInfo | null> {
  session.check();
  const known: EnvironmentInfo[] = [];
  const picked = await pickBase(lists, folder, known);
  if (!picked) return null;
  const name = await askForName(await projectOf(session, folder, file), known);
  if (name === undefined) return null;
  return session.execute("pinwise.createEnvironment", {
    folder: folder.uri.toString(),
    ...(file && { file: file.toString() }),
    name,
    ...(picked.base !== undefined && { base: picked.base }),
  });
}

/** The interpreters that an environment can be made from, in the server's order. */
export function baseItems(environments: readonly EnvironmentInfo[]): BaseItem[] {
  const bases = environments.filter(({ isBase, broken }) => isBase && !broken);
  return [
    {
      label: `$(sparkle) ${vscode.l10n.t("Choose automatically")}`,
      description: vscode.l10n.t("the newest that fits the project"),
    },
    ...bases.map(({ label, description, executable }) => ({
      // The blank icon keeps the labels in a column.
      label: `$(blank) ${label}`,
      description,
      base: executable,
    })),
  ];
}

/**
 * Why an environment cannot have this name, or `undefined`. One that is there is a warning alone:
 * the server offers to use it, or to make it anew.
 */
export function nameProblem(
  name: string,
  taken: readonly string[],
  there: readonly EnvironmentInfo[] = [],
): string | vscode.InputBoxValidationMessage | undefined {
  const trimmed = name.trim();
  if (trimmed === "") return vscode.l10n.t("The environment needs a name.");
  if (/[\\/:*?"<>|]/.test(trimmed) || trimmed === "." || trimmed === "..") {
    return vscode.l10n.t(
      "The name is that of a folder: it cannot hold path separators or special characters.",
    );
  }
  const environment = there.find((one) => one.name === trimmed);
  if (environment) {
    const { broken, version } = environment;
    const python = version === "" ? "Python" : `Python ${version}`;
    return {
      message: broken
        ? vscode.l10n.t(
            "“{0}” is a broken environment with {1} already. It can be recreated.",
            trimmed,
            python,
          )
        : vscode.l10n.t(
            "“{0}” is an environment with {1} already. It can be used as it is, or recreated.",
            trimmed,
            python,
          ),
      severity: vscode.InputBoxValidationSeverity.Warning,
    };
  }
  if (taken.includes(trimmed))
    return vscode.l10n.t("“{0}” exists already in this folder.", trimmed);
  return undefined;
}

/** Adds to `known` what was found meanwhile that is no base interpreter. */
function pickBase(
  lists: EnvironmentLists,
  folder: vscode.WorkspaceFolder,
  known: EnvironmentInfo[],
): Promise<BaseItem | undefined> {
  const box = vscode.window.createQuickPick<BaseItem>();
  const search = new vscode.CancellationTokenSource();
  box.title = title;
  box.step = 1;
  box.totalSteps = 2;
  box.placeholder = vscode.l10n.t("Which Python?");
  box.matchOnDescription = true;
  box.keepScrollPosition = true;
  box.busy = true;

  const draw = (environments: readonly EnvironmentInfo[]) => {
    const before = box.activeItems[0];
    box.items = baseItems(environments);
    const active = before && box.items.find(({ base }) => base === before.base);
    if (active) box.activeItems = [active];
  };
  let found: EnvironmentInfo[] = [];
  const add = (environment: EnvironmentInfo) => {
    if (!environment.isBase) {
      known.push(environment);
      return;
    }
    found = withEnvironment(found, environment);
    draw(found);
  };
  const fill = async () => {
    try {
      draw(await lists.list(folder.uri, add, search.token));
    } catch (error) {
      if (!search.token.isCancellationRequested) void showError(error);
    } finally {
      box.busy = false;
    }
  };

  return new Promise((resolve) => {
    box.onDidAccept(() => {
      resolve(box.selectedItems[0]);
      box.hide();
    });
    box.onDidHide(() => {
      search.cancel();
      search.dispose();
      box.dispose();
      resolve(undefined);
    });
    draw([]);
    box.show();
    void fill();
  });
}

/** The folder in which the server will make it: that of the project that the file is in. */
async function projectOf(
  session: ServerSession,
  folder: vscode.WorkspaceFolder,
  file: vscode.Uri | undefined,
): Promise<vscode.Uri> {
  if (!file) return folder.uri;
  const argument = { folder: folder.uri.toString(), file: file.toString() };
  const { project } = await session.execute("pinwise.environmentStatus", argument);
  return vscode.Uri.parse(project);
}

async function askForName(
  project: vscode.Uri,
  known: readonly EnvironmentInfo[],
): Promise<string | undefined> {
  const taken = await namesIn(project);
  const there = known.filter(
    ({ prefix, name }) => prefix === vscode.Uri.joinPath(project, name).fsPath,
  );
  const name = await vscode.window.showInputBox({
    title: `${title} (2/2)`,
    prompt: vscode.l10n.t("The name of the environment's folder"),
    value: taken.includes(defaultName) ? freeName(taken) : defaultName,
    validateInput: (value) => nameProblem(value, taken, there),
  });
  return name?.trim();
}

/** `.venv2`, or the first number after it that is free. */
export function freeName(taken: readonly string[]): string {
  let number = 2;
  while (taken.includes(`${defaultName}${number}`)) number += 1;
  return `${defaultName}${number}`;
}

async function namesIn(folder: vscode.Uri): Promise<string[]> {
  try {
    return (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
  } catch {
    // The server will say what is wrong with the folder.
    return [];
  }
}
