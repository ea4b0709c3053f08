/**
 * What a command of the Environments view is about: a node of the view, or, in the palette, the
 * environment in use and the packages that the user picks.
 */

import * as vscode from "vscode";

import type { EnvironmentNode, PackageNode, ViewNode } from "./environmentsViewItems";
import { prefixOf } from "./environmentsViewTree";
import { fileForCommand, folderForCommand } from "./folders";
import type { EnvironmentInfo, EnvironmentTarget, PackageInfo } from "./protocol";
import type { ServerSession } from "./session";
import type { Statuses } from "./statuses";

export interface Target {
  readonly folder: vscode.WorkspaceFolder;
  readonly environment: EnvironmentInfo;
  /** The project that uses it, where that is not the whole folder. */
  readonly project: vscode.Uri;
  /** The folder and the environment as the server's commands take them. */
  readonly argument: Required<Pick<EnvironmentTarget, "folder" | "prefix">>;
}

export interface TargetParts {
  readonly session: Pick<ServerSession, "execute" | "check">;
  readonly statuses: Pick<Statuses, "of" | "at">;
}

/**
 * The environment of the node, else the one in use; `undefined` where the user was told why not.
 *
 * With `toChange`, a Python that is in use for want of an environment is none: all projects share
 * it. What the system manages the server refuses with its reason.
 */
export async function targetOf(
  parts: TargetParts,
  given: unknown,
  { toChange = false } = {},
): Promise<Target | undefined> {
  if (isNode(given) && (given.kind === "environment" || given.kind === "package")) {
    return target(given.folder, given.environment, projectAt(parts, given));
  }
  parts.session.check();
  const folder = await folderForCommand(isNode(given) ? folderUri(given) : given);
  if (!folder) {
    if (!vscode.workspace.workspaceFolders?.length) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("Open a folder first: environments belong to one."),
      );
    }
    return undefined;
  }
  // A folder of the view is meant as a whole, whichever file is in front.
  const file = isNode(given) ? undefined : fileForCommand(given, folder);
  const status = parts.statuses.at(folder, file);
  if (status?.environment) {
    const { environment, explicit, named } = status;
    const isShared = environment.isBase && !explicit && !named && !environment.externallyManaged;
    if (!(toChange && isShared)) {
      return target(folder, environment, vscode.Uri.parse(status.project));
    }
  }
  void offerCreation(file ?? folder.uri, status?.environment ? undefined : status?.reason);
  return undefined;
}

/** The packages among the nodes that a command was called on. */
export function packageNodes(given: unknown, selected: unknown): PackageNode[] {
  // The tree hands over all that is selected, if the node is part of it.
  const nodes: unknown[] = Array.isArray(selected) ? selected : [given];
  return nodes.filter(isNode).filter((node) => node.kind === "package");
}

export interface PackagePick {
  readonly title: string;
  readonly placeholder: string;
  readonly wanted: (found: PackageInfo) => boolean;
  /** What is said where no package is wanted. */
  readonly none: string;
  /** Whether a package is ticked to begin with. */
  readonly ticked?: (found: PackageInfo) => boolean;
}

interface PackageItem extends vscode.QuickPickItem {
  readonly package: PackageInfo;
}

/** Asks for packages of an environment; empty where the user picks none. */
export async function pickPackages(
  { session }: TargetParts,
  { argument }: Target,
  pick: PackagePick,
): Promise<PackageInfo[]> {
  const packages = (await session.execute("pinwise.listPackages", argument)).filter(pick.wanted);
  if (packages.length === 0) {
    void vscode.window.showInformationMessage(pick.none);
    return [];
  }
  const chosen = await vscode.window.showQuickPick(
    packages.map((found) => packageItem(found, pick.ticked?.(found))),
    { title: pick.title, placeHolder: pick.placeholder, matchOnDetail: true, canPickMany: true },
  );
  return (chosen ?? []).map((item) => item.package);
}

/** Asks for one package of an environment. */
export async function pickPackage(
  { session }: TargetParts,
  { argument, environment }: Target,
  title: string,
): Promise<PackageInfo | undefined> {
  const items = session
    .execute("pinwise.listPackages", argument)
    .then((packages) => packages.map((found) => packageItem(found)));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t("A package of {0}", environment.label),
    matchOnDetail: true,
  });
  return chosen?.package;
}

function packageItem(found: PackageInfo, ticked = false): PackageItem {
  const { name, version, latest, outdated, summary } = found;
  return {
    label: name,
    description: outdated && latest !== null ? `${version} → ${latest}` : version,
    detail: summary,
    picked: ticked,
    package: found,
  };
}

function target(
  folder: vscode.WorkspaceFolder,
  environment: EnvironmentInfo,
  project: vscode.Uri,
): Target {
  const argument = { folder: folder.uri.toString(), prefix: prefixOf(environment) };
  return { folder, environment, project, argument };
}

/** The project that an environment of the view lies in, or that uses it; else its folder. */
function projectAt(
  { statuses }: TargetParts,
  { folder, environment }: EnvironmentNode | PackageNode,
): vscode.Uri {
  if (environment.selected || environment.isBase) return folder.uri;
  const prefix = prefixOf(environment);
  const user = statuses
    .of(folder)
    ?.projects.find((one) => one.environment && prefixOf(one.environment) === prefix);
  const around = environment.inWorkspace && statuses.at(folder, vscode.Uri.file(prefix));
  const project = user ?? (around || undefined);
  return project ? vscode.Uri.parse(project.project) : folder.uri;
}

function folderUri(node: ViewNode): vscode.Uri | undefined {
  return node.kind === "note" ? undefined : node.folder.uri;
}

const kinds = new Set<unknown>(["folder", "environment", "group", "package", "note"]);

/** Whether VS Code handed over a node of the view, and not a file or nothing. */
export function isNode(given: unknown): given is ViewNode {
  return typeof given === "object" && given !== null && "kind" in given && kinds.has(given.kind);
}

/** `reason` is the server's: what a project names as its default may be what cannot be used. */
async function offerCreation(place: vscode.Uri, reason: string | undefined): Promise<void> {
  const create = vscode.l10n.t("Create .venv");
  const answer = await vscode.window.showWarningMessage(
    reason
      ? vscode.l10n.t("This folder uses no environment yet: {0}.", reason)
      : vscode.l10n.t("This folder uses no environment yet."),
    ...(vscode.workspace.isTrusted ? [create] : []),
  );
  if (answer === create) await vscode.commands.executeCommand("pinwise.createVenv", place);
}
