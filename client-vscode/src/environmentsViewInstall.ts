/** The box that asks what to install: completes names while it is typed in. */

import * as vscode from "vscode";

import { showError } from "./errors";
import type { ServerSession } from "./session";

interface InstallItem extends vscode.QuickPickItem {
  /** Missing on the row that says what is wrong. */
  readonly requirement?: string;
  /** A name that a version may follow. */
  readonly name?: string;
}

export interface InstallQuestion {
  readonly title: string;
  readonly folder: vscode.WorkspaceFolder;
  /** What stands in the box at first. */
  readonly value?: string;
}

/** Returns the requirement to install, as pip takes it; `undefined` where the user leaves. */
export function askForRequirement(
  session: Pick<ServerSession, "execute">,
  { title, folder, value = "" }: InstallQuestion,
): Promise<string | undefined> {
  const box = vscode.window.createQuickPick<InstallItem>();
  box.title = title;
  box.placeholder = "A package, if you like with a version: requests, requests==2.31, flask>=3";
  box.value = value;
  let names: readonly string[] = [];
  let asked = 0;

  const draw = () => {
    const items = installItems(box.value, names);
    box.items = items;
    const [first] = items;
    if (first) box.activeItems = [first];
  };
  const search = async () => {
    asked += 1;
    const question = asked;
    const text = box.value.trim();
    box.busy = true;
    try {
      const found = isName(text)
        ? await session.execute("pinwise.searchPackages", { folder: folder.uri.toString(), text })
        : { names: [] };
      // An answer that comes late is about letters that no longer stand there.
      if (question !== asked) return;
      ({ names } = found);
      draw();
    } catch (error) {
      // Names can be typed without help.
      if (question === 1) void showError(error);
    } finally {
      if (question === asked) box.busy = false;
    }
  };

  return new Promise((resolve) => {
    box.onDidChangeValue(() => {
      names = names.filter((name) => name.includes(box.value.trim().toLowerCase()));
      draw();
      void search();
    });
    box.onDidAccept(() => {
      const requirement = (box.selectedItems[0] ?? box.activeItems[0])?.requirement;
      // What cannot be installed keeps the box open, with the reason in its only row.
      if (requirement === undefined) return;
      resolve(requirement);
      box.hide();
    });
    box.onDidHide(() => {
      asked += 1;
      box.dispose();
      resolve(undefined);
    });
    draw();
    box.show();
    void search();
  });
}

/** What the box lists for a text: itself first, unless something speaks against it, then names. */
export function installItems(typed: string, names: readonly string[]): InstallItem[] {
  const text = typed.trim();
  const others = names.filter((name) => name !== text.toLowerCase());
  const known = others.map((name): InstallItem => ({
    label: `$(package) ${name}`,
    requirement: name,
    // The server finds misspelt names, too, in which the box would not find the letters.
    alwaysShow: true,
  }));
  if (text === "") return known;
  const problem = requirementProblem(text);
  const own: InstallItem =
    problem === undefined
      ? { label: `$(cloud-download) Install ${text}`, requirement: text, alwaysShow: true }
      : { label: `$(error) ${problem}`, alwaysShow: true };
  return [own, ...known];
}

const name = String.raw`[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?`;
const extras = String.raw`(?:\s*\[\s*(?:${name}(?:\s*,\s*${name})*)?\s*\])?`;
const clause = String.raw`(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+`;
const specifier = String.raw`(?:\s*\(?${clause}(?:\s*,\s*${clause})*\)?)?`;
const address = String.raw`\s*@\s*[A-Za-z][A-Za-z0-9+.-]*:\S+`;
const requirement = new RegExp(
  String.raw`^${name}${extras}(?:${address}|${specifier})(?:\s*;.+)?$`,
);

/**
 * Why this cannot be installed, or `undefined`. A sieve for what is evident while it is typed; the
 * server knows the format (PEP 508), and judges.
 */
export function requirementProblem(text: string): string | undefined {
  if (text.startsWith("-")) return "Options of pip cannot be given here.";
  if (/^[~.]?[\\/]/.test(text)) return "A path goes behind a name: name @ file:///path";
  if (/^[^=]+[^=!<>~]=[^=]*$/.test(text)) return "A version goes behind two equals signs: ==";
  if (requirement.test(text)) return undefined;
  return /[=<>~!,[]\s*$/.test(text)
    ? "Something is missing at the end."
    : "This is no requirement.";
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9._-]*$/.test(text);
}
