/**
 * The tree of the Environments view: the environments of each folder, and the packages in them.
 * It asks the server when VS Code asks it, which is when a part of it is to be seen.
 */

import * as vscode from "vscode";

import type { EnvironmentLists } from "./environmentLists";
import {
  type EnvironmentNode,
  type GroupNode,
  type NoteNode,
  type PackageNode,
  type ViewNode,
  treeItem,
} from "./environmentsViewItems";
import { errorMessage } from "./errors";
import type { EnvironmentInfo, EnvironmentStatus, ProjectStatus } from "./protocol";
import { type ServerSession, ServerUnavailable } from "./session";
import type { Statuses } from "./statuses";

/** Whether it is known that there is nothing to show; package.json names it, too. */
const emptyContext = "pinwise.environmentsAreNone";

export interface TreeParts {
  readonly session: Pick<ServerSession, "execute">;
  readonly statuses: Pick<Statuses, "of">;
  readonly lists: Pick<EnvironmentLists, "list">;
}

export class EnvironmentsTree implements vscode.TreeDataProvider<ViewNode> {
  private readonly emitter = new vscode.EventEmitter<ViewNode | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly parts: TreeParts,
    /** Is told when it is known what there is, or why it is not. */
    private readonly onAnswered: () => void,
  ) {}

  /** Has what is shown asked for anew. */
  refresh(): void {
    this.emitter.fire(undefined);
  }

  dispose(): void {
    this.emitter.dispose();
  }

  getTreeItem(node: ViewNode): vscode.TreeItem {
    return treeItem(node);
  }

  async getChildren(node?: ViewNode): Promise<ViewNode[]> {
    const nodes = await this.nodesIn(node);
    // Folders alone say nothing yet of their environments.
    if (nodes.every(({ kind }) => kind !== "folder")) this.onAnswered();
    return nodes;
  }

  private async nodesIn(node: ViewNode | undefined): Promise<ViewNode[]> {
    try {
      switch (node?.kind) {
        case undefined: {
          const nodes = await this.roots();
          // The welcome text waits for this: an empty tree that is still looked for is no news.
          void vscode.commands.executeCommand("setContext", emptyContext, nodes.length === 0);
          return nodes;
        }
        case "folder": {
          const nodes = await this.environments(node.folder);
          return nodes.length > 0 ? nodes : [nothingIn(node.folder)];
        }
        case "group":
          return [...node.environments];
        case "environment":
          return await this.packages(node);
        case "package":
        case "note":
          return [];
      }
    } catch (error) {
      return [failure(error)];
    }
  }

  /** With one folder, its environments; nothing where it has none, for VS Code's welcome text. */
  private async roots(): Promise<ViewNode[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const [only] = folders;
    if (only && folders.length === 1) return this.environments(only);
    return folders.map((folder) => ({ kind: "folder", folder }));
  }

  private async environments(folder: vscode.WorkspaceFolder): Promise<ViewNode[]> {
    const cancellation = new vscode.CancellationTokenSource();
    try {
      const listed = await this.parts.lists.list(folder.uri, () => {}, cancellation.token);
      return environmentNodes(folder, listed, this.parts.statuses.of(folder));
    } finally {
      cancellation.dispose();
    }
  }

  private async packages({ folder, environment }: EnvironmentNode): Promise<ViewNode[]> {
    const problems = environment.problems.map((text): NoteNode => ({
      kind: "note",
      text,
      icon: "warning",
    }));
    const listed = await this.parts.session.execute("pinwise.listPackages", {
      folder: folder.uri.toString(),
      prefix: prefixOf(environment),
    });
    const nodes = listed.map((found): PackageNode => ({
      kind: "package",
      folder,
      environment,
      package: found,
    }));
    if (nodes.length + problems.length > 0) return [...problems, ...nodes];
    return [{ kind: "note", text: vscode.l10n.t("No packages are installed."), icon: "info" }];
  }
}

/** What the server takes for an environment: several base interpreters may share a prefix. */
export function prefixOf({ isBase, executable, prefix }: EnvironmentInfo): string {
  return isBase ? executable : prefix;
}

/**
 * The environments of a folder: the one in use first, then the project's own in the server's order,
 * then what is shared with other projects. Empty where the project has nothing of its own.
 */
export function environmentNodes(
  folder: vscode.WorkspaceFolder,
  listed: readonly EnvironmentInfo[],
  status: Pick<EnvironmentStatus, "explicit" | "projects"> | undefined,
): ViewNode[] {
  const node = (environment: EnvironmentInfo): EnvironmentNode => ({
    kind: "environment",
    folder,
    environment,
    projects: projectsUsing(environment, status?.projects ?? []),
  });
  const inUse = listed.filter(({ selected }) => selected);
  const others = listed.filter(({ selected }) => !selected);
  const own = others.filter(({ isBase, inWorkspace }) => !isBase && inWorkspace);
  const elsewhere = others.filter(({ isBase, inWorkspace }) => !isBase && !inWorkspace);
  const bases = others.filter(({ isBase }) => isBase);
  // An interpreter that is in use for want of an environment is no environment of the project.
  const chosen = inUse.some(({ isBase }) => !isBase) || status?.explicit === true;
  if (own.length === 0 && !chosen) return [];
  return [
    ...[...inUse, ...own].map(node),
    ...groupNodes(folder, "elsewhere", elsewhere.map(node)),
    ...groupNodes(folder, "bases", bases.map(node)),
  ];
}

/** The projects inside a folder that use an environment, by their paths in it. */
function projectsUsing(
  environment: EnvironmentInfo,
  projects: readonly ProjectStatus[],
): readonly string[] {
  return projects
    .filter((one) => one.environment && prefixOf(one.environment) === prefixOf(environment))
    .map(({ project }) => vscode.workspace.asRelativePath(vscode.Uri.parse(project), false));
}

function groupNodes(
  folder: vscode.WorkspaceFolder,
  group: GroupNode["group"],
  environments: readonly EnvironmentNode[],
): GroupNode[] {
  return environments.length === 0 ? [] : [{ kind: "group", folder, group, environments }];
}

/** The welcome text stands for the whole view, so that one folder of several says it here. */
function nothingIn(folder: vscode.WorkspaceFolder): NoteNode {
  if (!vscode.workspace.isTrusted) {
    return { kind: "note", text: vscode.l10n.t("No environment yet."), icon: "info" };
  }
  return {
    kind: "note",
    text: vscode.l10n.t("No environment yet. Create .venv"),
    icon: "add",
    command: {
      command: "pinwise.createVenv",
      title: vscode.l10n.t("Create .venv"),
      arguments: [folder.uri],
    },
  };
}

function failure(error: unknown): NoteNode {
  const chooses = error instanceof ServerUnavailable && error.state.kind === "noPython";
  return {
    kind: "note",
    text: errorMessage(error),
    icon: "error",
    command: chooses
      ? { command: "pinwise.chooseServerPython", title: vscode.l10n.t("Choose Python…") }
      : { command: "pinwise.showOutput", title: vscode.l10n.t("Show Output") },
  };
}
