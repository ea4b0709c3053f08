/** What the interpreter picker lists, as a pure function of what is known. */

import * as vscode from "vscode";

import type { EnvironmentInfo } from "./protocol";

export type PickerChoice =
  | { readonly kind: "environment"; readonly environment: EnvironmentInfo }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "create" | "browse" | "enterPath" | "automatic" };

export interface PickerItem extends vscode.QuickPickItem {
  /** Separators have none. */
  readonly choice?: PickerChoice;
}

export interface PickerModel {
  readonly environments: readonly EnvironmentInfo[];
  /** Sentences about what the search did not look at to the end. */
  readonly skipped?: readonly string[];
  /** What the user has typed into the box. */
  readonly typed: string;
  /** Whether the user has chosen before, so that there is a choice to take back. */
  readonly explicit: boolean;
  /** Whether environments may be made here. */
  readonly canCreate: boolean;
}

export function pickerItems(model: PickerModel): PickerItem[] {
  const { environments, typed } = model;
  const own = environments.filter(({ isBase, inWorkspace }) => !isBase && inWorkspace);
  const elsewhere = environments.filter(({ isBase, inWorkspace }) => !isBase && !inWorkspace);
  const bases = environments.filter(({ isBase }) => isBase);
  return [
    ...(looksLikePath(typed) ? [pathItem(typed.trim())] : []),
    ...group(vscode.l10n.t("Environments of this workspace"), own.map(environmentItem)),
    ...group(vscode.l10n.t("Other environments"), elsewhere.map(environmentItem)),
    ...group(vscode.l10n.t("Interpreters"), bases.map(environmentItem)),
    // A heading, because there is nothing to pick.
    ...(model.skipped ?? []).map((message) => ({
      label: message,
      kind: vscode.QuickPickItemKind.Separator,
    })),
    ...group(vscode.l10n.t("More"), actionItems(model)),
  ];
}

/**
 * Which item is active after the list has changed: the one that the user went to, if it is still
 * there, else the path that was typed, else the environment in use, else the first of all.
 */
export function activeItem(
  items: readonly PickerItem[],
  goneTo: PickerItem | undefined,
): PickerItem | undefined {
  const kept = goneTo && items.find((item) => itemId(item) === itemId(goneTo));
  if (kept) return kept;
  const choices = items.filter(({ choice }) => choice !== undefined);
  return (
    choices.find(({ choice }) => choice?.kind === "path") ??
    choices.find(({ choice }) => choice?.kind === "environment" && choice.environment.selected) ??
    choices[0]
  );
}

/** What stays the same about an item when the list is made anew. */
export function itemId({ choice }: PickerItem): string {
  if (choice?.kind !== "environment") return choice?.kind ?? "";
  const { prefix, executable } = choice.environment;
  return `environment ${prefix}\n${executable}`;
}

/** Adds one that was found, in place of an earlier report of the same. */
export function withEnvironment(
  environments: readonly EnvironmentInfo[],
  found: EnvironmentInfo,
): EnvironmentInfo[] {
  const isSame = (known: EnvironmentInfo) =>
    known.prefix === found.prefix && known.executable === found.executable;
  return environments.some(isSame)
    ? environments.map((known) => (isSame(known) ? found : known))
    : [...environments, found];
}

/** Whether the text is meant as a path and not as a filter. */
export function looksLikePath(typed: string): boolean {
  return /[\\/]/.test(typed) || typed.trimStart().startsWith("~");
}

function environmentItem(environment: EnvironmentInfo): PickerItem {
  const { label, description, kind, name, broken, selected, problems } = environment;
  // The blank one keeps the labels in a column.
  const icon = broken ? "$(warning)" : selected ? "$(check)" : "$(blank)";
  // The label holds the name already.
  const facts = [
    ...[description, kind].filter((fact) => fact !== name),
    selected ? vscode.l10n.t("in use") : "",
  ];
  return {
    label: `${icon} ${label}`,
    description: facts.filter((fact) => fact !== "").join(" · "),
    ...(problems.length > 0 && { detail: problems.join(" ") }),
    choice: { kind: "environment", environment },
  };
}

function pathItem(path: string): PickerItem {
  return {
    label: `$(arrow-right) ${vscode.l10n.t("Use {0}", path)}`,
    description: vscode.l10n.t("interpreter or folder of an environment"),
    // The filter would look for the text in the label only by luck.
    alwaysShow: true,
    choice: { kind: "path", path },
  };
}

function actionItems({ explicit, canCreate, environments }: PickerModel): PickerItem[] {
  const items: PickerItem[] = [];
  if (canCreate) {
    const hasVenv = environments.some(({ inWorkspace, name }) => inWorkspace && name === ".venv");
    const label = hasVenv ? vscode.l10n.t("Create environment…") : vscode.l10n.t("Create .venv…");
    items.push({ label: `$(add) ${label}`, choice: { kind: "create" } });
  }
  items.push(
    { label: `$(folder-opened) ${vscode.l10n.t("Browse…")}`, choice: { kind: "browse" } },
    { label: `$(edit) ${vscode.l10n.t("Enter path…")}`, choice: { kind: "enterPath" } },
  );
  if (explicit) {
    items.push({
      label: `$(discard) ${vscode.l10n.t("Use automatic selection")}`,
      description: vscode.l10n.t("forget the choice made for this folder"),
      choice: { kind: "automatic" },
    });
  }
  return items;
}

function group(label: string, items: PickerItem[]): PickerItem[] {
  if (items.length === 0) return [];
  return [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}
