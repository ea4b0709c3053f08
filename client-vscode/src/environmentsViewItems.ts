/** What the Environments view shows for each node of its tree, as plain functions of the node. */

import * as vscode from "vscode";

import type { EnvironmentInfo, PackageInfo } from "./protocol";

export interface FolderNode {
  readonly kind: "folder";
  readonly folder: vscode.WorkspaceFolder;
}

export interface EnvironmentNode {
  readonly kind: "environment";
  readonly folder: vscode.WorkspaceFolder;
  readonly environment: EnvironmentInfo;
  /** The projects inside the folder that use it, by their paths in it. */
  readonly projects: readonly string[];
}

/** What is not the project's own, and seldom looked at. */
export interface GroupNode {
  readonly kind: "group";
  readonly folder: vscode.WorkspaceFolder;
  readonly group: "elsewhere" | "bases";
  readonly environments: readonly EnvironmentNode[];
}

export interface PackageNode {
  readonly kind: "package";
  readonly folder: vscode.WorkspaceFolder;
  readonly environment: EnvironmentInfo;
  readonly package: PackageInfo;
}

/** A line that says something: a problem, or why there is nothing. */
export interface NoteNode {
  readonly kind: "note";
  readonly text: string;
  readonly icon: "warning" | "error" | "info" | "add";
  readonly command?: vscode.Command;
}

export type ViewNode = FolderNode | EnvironmentNode | GroupNode | PackageNode | NoteNode;

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

export function treeItem(node: ViewNode): vscode.TreeItem {
  switch (node.kind) {
    case "folder":
      return folderItem(node);
    case "environment":
      return environmentItem(node);
    case "group":
      return groupItem(node);
    case "package":
      return packageItem(node);
    case "note":
      return noteItem(node);
  }
}

/** Whether packages can be installed into it and removed from it. */
export function isChangeable({ broken, externallyManaged }: EnvironmentInfo): boolean {
  return !broken && !externallyManaged;
}

/** "812 B", "4.2 kB", "13 MB": two digits that mean something are enough to compare. */
export function readableSize(bytes: number): string {
  let size = bytes;
  for (const unit of ["B", "kB", "MB"]) {
    if (size < 999.5) return `${digits(size, unit)} ${unit}`;
    size /= 1000;
  }
  return `${digits(size, "GB")} GB`;
}

function digits(size: number, unit: string): string {
  return size < 9.95 && unit !== "B" ? size.toFixed(1) : Math.round(size).toString();
}

function folderItem({ folder }: FolderNode): vscode.TreeItem {
  const item = new vscode.TreeItem(folder.name, Expanded);
  item.id = `folder ${folder.uri.toString()}`;
  item.iconPath = new vscode.ThemeIcon("root-folder");
  item.tooltip = folder.uri.fsPath;
  item.contextValue = "folder";
  return item;
}

function groupItem({ folder, group, environments }: GroupNode): vscode.TreeItem {
  const label =
    group === "bases"
      ? vscode.l10n.t("Base interpreters")
      : vscode.l10n.t("Elsewhere on this machine");
  const item = new vscode.TreeItem(label, Collapsed);
  item.id = `group ${group} ${folder.uri.toString()}`;
  item.description = String(environments.length);
  item.contextValue = "group";
  // Only the number would be read after the name.
  item.accessibilityInformation = {
    label: vscode.l10n.t("{0}, {1} of them", label, environments.length),
    role: "treeitem",
  };
  return item;
}

function environmentItem({ folder, environment, projects }: EnvironmentNode): vscode.TreeItem {
  const { name, version, isBase, selected, broken, kind, description } = environment;
  const python = version === "" ? "Python" : `Python ${version}`;
  // Base interpreters are told apart by their versions, environments by their names.
  const label = isBase ? python : name;
  const item = new vscode.TreeItem(label, selected ? Expanded : Collapsed);
  item.id = `environment ${folder.uri.toString()}\n${environment.prefix}\n${environment.executable}`;
  const facts = [
    isBase ? "" : python,
    description === name ? "" : description,
    inUse(selected, projects),
    broken ? vscode.l10n.t("broken") : "",
  ].filter((fact) => fact !== "");
  item.description = facts.join(" · ");
  item.iconPath = environmentIcon(environment, selected || projects.length > 0);
  item.tooltip = environmentTooltip(environment);
  item.contextValue = [
    "environment",
    isBase ? "base" : "own",
    ...(selected ? ["selected"] : []),
    ...(broken ? ["broken"] : []),
    ...(isChangeable(environment) ? ["changeable"] : []),
  ].join(" ");
  const said = [label, ...facts, ...(isBase ? [] : [kind]), ...environment.problems];
  item.accessibilityInformation = { label: said.join(", "), role: "treeitem" };
  return item;
}

/** Who uses it: the folder, or else projects inside; a long list says no more than its beginning. */
function inUse(selected: boolean, projects: readonly string[]): string {
  if (selected) return vscode.l10n.t("in use");
  if (projects.length === 0) return "";
  const more = projects.length - 3;
  const shown = projects.slice(0, 3).join(", ");
  return more > 0
    ? vscode.l10n.t("in use by {0} and {1} more", shown, more)
    : vscode.l10n.t("in use by {0}", shown);
}

function environmentIcon({ broken }: EnvironmentInfo, used: boolean): vscode.ThemeIcon {
  if (broken) return warningIcon();
  return new vscode.ThemeIcon(used ? "check" : "python");
}

function environmentTooltip(environment: EnvironmentInfo): vscode.MarkdownString {
  const { label, isBase, executable, prefix, kind, problems, externallyManaged } = environment;
  const tooltip = new vscode.MarkdownString("", true);
  tooltip.appendMarkdown("**").appendText(label).appendMarkdown("**\n\n");
  tooltip.appendText(`${isBase ? executable : prefix} (${kind})`);
  for (const problem of problems) tooltip.appendMarkdown("\n\n$(warning) ").appendText(problem);
  if (externallyManaged) {
    tooltip
      .appendMarkdown("\n\n")
      .appendText(vscode.l10n.t("The system manages its packages: pip refuses to."));
  }
  return tooltip;
}

function packageItem(node: PackageNode): vscode.TreeItem {
  const { folder, environment } = node;
  const { name, version, latest, outdated, size, editable, askedFor, requiredBy } = node.package;
  const item = new vscode.TreeItem(name, None);
  item.id = `package ${folder.uri.toString()}\n${environment.prefix}\n${environment.executable}\n${name}`;
  const newer = outdated && latest !== null ? latest : undefined;
  const facts = [
    newer === undefined ? version : `${version} → ${newer}`,
    editable ? vscode.l10n.t("editable") : "",
    size === null ? "" : readableSize(size),
  ].filter((fact) => fact !== "");
  item.description = facts.join(" · ");
  item.iconPath =
    newer === undefined
      ? new vscode.ThemeIcon("package")
      : new vscode.ThemeIcon("package", new vscode.ThemeColor("list.warningForeground"));
  item.tooltip = packageTooltip(node.package);
  item.contextValue = [
    "package",
    ...(newer === undefined ? [] : ["outdated"]),
    ...(isChangeable(environment) ? ["changeable"] : []),
  ].join(" ");
  const said = [
    `${name} ${version}`,
    ...(newer === undefined ? [] : [vscode.l10n.t("{0} is available", newer)]),
    ...facts.slice(1),
    askedFor ? vscode.l10n.t("asked for by the project") : needed(requiredBy),
  ];
  item.accessibilityInformation = {
    label: said.filter((part) => part !== "").join(", "),
    role: "treeitem",
  };
  // Enter and a click on the row; the tree hands its node to the commands of menus only.
  item.command = {
    command: "pinwise.showPackageDetails",
    title: vscode.l10n.t("Show Details"),
    arguments: [node],
  };
  return item;
}

function packageTooltip({ name, version, summary, ...about }: PackageInfo): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown("**").appendText(`${name} ${version}`).appendMarkdown("**");
  const lines = [
    summary,
    about.outdated && about.latest !== null ? vscode.l10n.t("{0} is available.", about.latest) : "",
    about.origin === "" ? "" : vscode.l10n.t("Installed from {0}.", about.origin),
    about.askedFor
      ? vscode.l10n.t("A line of the project asks for it.")
      : sentence(needed(about.requiredBy)),
  ];
  for (const line of lines.filter((text) => text !== "")) {
    tooltip.appendMarkdown("\n\n").appendText(line);
  }
  return tooltip;
}

/** Who needs a package that no line asks for; a long list says no more than its beginning. */
function needed(requiredBy: readonly string[]): string {
  const shown = requiredBy.slice(0, 5).join(", ");
  if (shown === "") return "";
  const more = requiredBy.length - 5;
  return more > 0
    ? vscode.l10n.t("needed by {0} and {1} more", shown, more)
    : vscode.l10n.t("needed by {0}", shown);
}

function sentence(text: string): string {
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function noteItem({ text, icon, command }: NoteNode): vscode.TreeItem {
  const item = new vscode.TreeItem(text, None);
  item.iconPath = icon === "warning" ? warningIcon() : new vscode.ThemeIcon(icon);
  // Rows are cut off where the view is narrow.
  item.tooltip = text;
  item.contextValue = "note";
  item.accessibilityInformation = { label: spokenNote(text, icon), role: "treeitem" };
  if (command) item.command = command;
  return item;
}

/** What the icon shows, in words. */
function spokenNote(text: string, icon: NoteNode["icon"]): string {
  if (icon === "warning") return vscode.l10n.t("Warning: {0}", text);
  return icon === "error" ? vscode.l10n.t("Error: {0}", text) : text;
}

function warningIcon(): vscode.ThemeIcon {
  return new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
}
