/**
 * The commands of the Environments view. In the view they are about what they were called on, in
 * the palette about the environment in use. The server does the work, shows its progress and asks
 * what must be asked.
 */

import * as vscode from "vscode";

import type { EnvironmentsView } from "./environmentsView";
import type { PackagePages } from "./environmentsViewDetails";
import { askForRequirement } from "./environmentsViewInstall";
import type { ViewNode } from "./environmentsViewItems";
import {
  type Target,
  type TargetParts,
  isNode,
  packageNodes,
  pickPackage,
  pickPackages,
  targetOf,
} from "./environmentsViewTarget";
import { type TerminalParts, openTerminal } from "./environmentsViewTerminal";
import { isInside } from "./paths";
import type { PackageInfo } from "./protocol";

export interface ViewCommandParts {
  readonly session: TargetParts["session"];
  readonly statuses: TargetParts["statuses"];
  readonly terminals: TerminalParts["terminals"];
  readonly input: TerminalParts["input"];
  readonly view: Pick<EnvironmentsView, "focus" | "refresh" | "selection">;
  readonly pages: Pick<PackagePages, "show">;
}

/** Takes the node that it was called on, and all that are selected beside it. */
export type ViewCommand = (given: unknown, selected: unknown) => unknown;

export function viewCommands(parts: ViewCommandParts): Record<string, ViewCommand> {
  const { session, view } = parts;

  /** For what is about an environment: runs it, and has the view show what came of it. */
  const change =
    (run: (target: Target, given: unknown, selected: unknown) => Promise<unknown>): ViewCommand =>
    async (given, selected) => {
      const target = await targetOf(parts, given, { toChange: true });
      if (!target) return;
      try {
        await run(target, given, selected);
      } finally {
        view.refresh();
      }
    };

  /** The packages that a command was called on, else those that the user picks. */
  const packagesFor = async (
    target: Target,
    given: unknown,
    selected: unknown,
    pick: Parameters<typeof pickPackages>[2],
  ): Promise<PackageInfo[]> => {
    const nodes = packageNodes(given, selected);
    // Of several environments, only one can be changed at once: that of the first.
    const same = nodes.filter(({ environment }) => environment === nodes[0]?.environment);
    const named = same.map((node) => node.package).filter(pick.wanted);
    return nodes.length > 0 ? named : pickPackages(parts, target, pick);
  };

  const installWith = async (target: Target, title: string, value?: string) => {
    const { folder, argument } = target;
    const requirement = await askForRequirement(session, {
      title,
      folder,
      ...(value !== undefined && { value }),
    });
    if (requirement === undefined) return;
    await session.execute("pinwise.installPackages", { ...argument, requirements: [requirement] });
  };

  const upgrade = change(async (target, given, selected) => {
    const packages = await packagesFor(target, given, selected, {
      title: vscode.l10n.t("Upgrade Packages"),
      placeholder: vscode.l10n.t("Packages with newer versions"),
      wanted: ({ outdated }) => outdated,
      none: vscode.l10n.t(
        "No newer version is known for what is in {0}.",
        target.environment.label,
      ),
      ticked: () => true,
    });
    if (packages.length === 0) return;
    await session.execute("pinwise.installPackages", {
      ...target.argument,
      // The version that was shown, which a cooldown or another package may hold below the newest.
      requirements: packages.map(({ name, latest }) => (latest ? `${name}==${latest}` : name)),
      upgrade: true,
    });
  });

  const uninstall = change(async (target, given, selected) => {
    const packages = await packagesFor(target, given, selected, {
      title: vscode.l10n.t("Uninstall Packages"),
      placeholder: vscode.l10n.t("Packages of {0}", target.environment.label),
      wanted: () => true,
      none: vscode.l10n.t("Nothing is installed in {0}.", target.environment.label),
    });
    const names = packages.map(({ name }) => name);
    if (names.length === 0) return;
    await session.execute("pinwise.uninstallPackages", { ...target.argument, names });
  });

  const removeEnvironment = change(async ({ argument }) => {
    await session.execute("pinwise.deleteEnvironment", argument);
  });

  return {
    "pinwise.showEnvironments": () => view.focus(),
    "pinwise.refreshEnvironments": () => view.refresh(),
    "pinwise.createEnvironmentHere": async (given) => {
      const folder = isNode(given) && given.kind !== "note" ? given.folder.uri : undefined;
      await vscode.commands.executeCommand("pinwise.createEnvironmentFrom", folder);
      view.refresh();
    },
    "pinwise.useEnvironment": change(async ({ argument: { folder, prefix }, environment }) => {
      // One that lies in a project inside the folder is meant for that project.
      const { isBase, inWorkspace } = environment;
      const about = inWorkspace && !isBase && { file: vscode.Uri.file(prefix).toString() };
      await session.execute("pinwise.selectEnvironment", { folder, ...about, path: prefix });
    }),
    "pinwise.installPackage": change((target) =>
      installWith(target, vscode.l10n.t("Install into {0}", target.environment.name)),
    ),
    "pinwise.changePackageVersion": change(async (target, given, selected) => {
      const [node] = packageNodes(given, selected);
      const title = vscode.l10n.t("Install Another Version");
      const found = node?.package ?? (await pickPackage(parts, target, title));
      const where = vscode.l10n.t("Install Another Version into {0}", target.environment.name);
      if (found) await installWith(target, where, `${found.name}==`);
    }),
    "pinwise.upgradePackages": upgrade,
    "pinwise.removePackages": uninstall,
    "pinwise.showPackageDetails": async (given, selected) => {
      const target = await targetOf(parts, given);
      if (!target) return;
      const [node] = packageNodes(given, selected);
      const found =
        node?.package ?? (await pickPackage(parts, target, vscode.l10n.t("Show Package")));
      if (found) await parts.pages.show(target, found.name);
    },
    "pinwise.syncWithRequirements": change(async ({ argument }) => {
      await session.execute("pinwise.syncEnvironment", { ...argument, uninstall: true });
    }),
    "pinwise.freezeEnvironment": async (given) => {
      const target = await targetOf(parts, given);
      if (target) await freeze(parts, target);
    },
    "pinwise.openEnvironmentFolder": async (given) => {
      const target = await targetOf(parts, given);
      if (target) await openFolder(target);
    },
    "pinwise.openEnvironmentTerminal": async (given) => {
      const target = await targetOf(parts, given);
      if (target) await openTerminal(parts, target);
    },
    "pinwise.repairEnvironment": change(async ({ argument }) => {
      await session.execute("pinwise.recreateEnvironment", argument);
    }),
    "pinwise.removeEnvironment": removeEnvironment,
    "pinwise.removeSelected": async () => {
      const [first] = view.selection;
      if (first?.kind === "package") await uninstall(first, view.selection);
      else if (isOwnEnvironment(first)) await removeEnvironment(first, undefined);
    },
  };
}

function isOwnEnvironment(node: ViewNode | undefined): boolean {
  return node?.kind === "environment" && !node.environment.isBase;
}

/** Writes what is installed into a file of the project, which stays open and unsaved to be judged. */
async function freeze(
  { session }: TargetParts,
  { folder, project, argument }: Target,
): Promise<void> {
  const inside = isInside(folder.uri.fsPath, project.fsPath);
  const beginning =
    inside && project.fsPath !== folder.uri.fsPath
      ? `${vscode.workspace.asRelativePath(project, false)}/`
      : "";
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t("Freeze to Requirements File"),
    prompt: vscode.l10n.t("The file that lists what is installed, with versions"),
    value: `${beginning}requirements.txt`,
    // A new name is most likely one that differs in its beginning.
    valueSelection: [beginning.length, beginning.length + "requirements".length],
    validateInput: fileNameProblem,
  });
  if (name === undefined) return;
  const uri = vscode.Uri.joinPath(folder.uri, name.trim());
  if (await exists(uri)) {
    const replace = vscode.l10n.t("Replace Its Lines");
    const message = vscode.l10n.t("{0} exists already.", name.trim());
    const detail = vscode.l10n.t(
      "What stands in it is replaced by what is installed. Nothing is saved yet.",
    );
    const answer = await vscode.window.showWarningMessage(
      message,
      { modal: true, detail },
      replace,
    );
    if (answer !== replace) return;
  }
  await session.execute("pinwise.freeze", { ...argument, uri: uri.toString() });
  await vscode.window.showTextDocument(uri);
}

/** Why a file cannot have this name, or `undefined`. */
export function fileNameProblem(name: string): string | undefined {
  const trimmed = name.trim();
  if (trimmed === "") return vscode.l10n.t("The file needs a name.");
  if (/[\\:*?"<>|]/.test(trimmed) || trimmed.startsWith("/") || /(^|\/)\.\.?(\/|$)/.test(trimmed)) {
    return vscode.l10n.t(
      "The file lies in the workspace folder, or in a folder of it: requirements/dev.txt",
    );
  }
  if (!/\.(txt|in)$/.test(trimmed)) return vscode.l10n.t("Requirements files end in .txt or .in");
  return undefined;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

/** Shows the folder where it can be seen: in the Explorer, the system's file manager, a window. */
async function openFolder({ folder, environment }: Target): Promise<void> {
  const uri = vscode.Uri.file(environment.isBase ? environment.executable : environment.prefix);
  if (isInside(folder.uri.fsPath, uri.fsPath)) {
    await vscode.commands.executeCommand("revealInExplorer", uri);
  } else if (vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined) {
    await vscode.commands.executeCommand("revealFileInOS", uri);
  } else {
    const place = environment.isBase ? vscode.Uri.joinPath(uri, "..") : uri;
    await vscode.commands.executeCommand("vscode.openFolder", place, { forceNewWindow: true });
  }
}
