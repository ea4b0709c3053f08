/** The box that asks what to install: completes names while it is typed in. */

import * as vscode from "vscode";

import { showError } from "./errors";
import type { RequirementItem } from "./protocol";
import type { ServerSession } from "./session";

interface InstallItem extends vscode.QuickPickItem {
  /** Missing on the row that says what is wrong. */
  readonly requirement?: string;
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
  question: InstallQuestion,
): Promise<string | undefined> {
  const box = new InstallBox(session, question);
  void box.search();
  return box.answer;
}

class InstallBox {
  readonly answer: Promise<string | undefined>;
  private readonly box = vscode.window.createQuickPick<InstallItem>();
  private found: readonly RequirementItem[] = [];
  /** Counts the questions, because an answer may come when other letters stand there. */
  private asked = 0;

  constructor(
    private readonly session: Pick<ServerSession, "execute">,
    private readonly question: InstallQuestion,
  ) {
    this.box.title = question.title;
    this.box.placeholder = vscode.l10n.t(
      "A package, if you like with a version: requests, requests==2.31",
    );
    this.box.value = question.value ?? "";
    // VS Code would sort by where the letters stand. The property works, but is in no type yet;
    // without it, the order would be less useful and nothing else.
    Object.assign(this.box, { sortByLabel: false });
    this.answer = new Promise((resolve) => {
      this.box.onDidAccept(() => {
        const [item] = this.box.selectedItems;
        // What cannot be installed keeps the box open, with the reason in its first row.
        if (item?.requirement === undefined) return;
        resolve(item.requirement);
        this.box.hide();
      });
      this.box.onDidHide(() => {
        this.asked += 1;
        this.box.dispose();
        resolve(undefined);
      });
    });
    this.box.onDidChangeValue(() => {
      const text = this.box.value.trim().toLowerCase();
      this.found = this.found.filter((item) => item.text.startsWith(text));
      this.draw();
      void this.search();
    });
    this.draw();
    this.box.show();
  }

  /** Asks the server how the text may go on. */
  async search(): Promise<void> {
    this.asked += 1;
    const number = this.asked;
    this.box.busy = true;
    try {
      const { items } = await this.session.execute("pinwise.completeRequirement", {
        folder: this.question.folder.uri.toString(),
        text: this.box.value.trim(),
      });
      if (number !== this.asked) return;
      this.found = items;
      this.draw();
    } catch (error) {
      // Said once: what is known without help can be typed.
      if (number === 1) void showError(error);
    } finally {
      if (number === this.asked) this.box.busy = false;
    }
  }

  private draw(): void {
    const before = this.box.activeItems[0];
    const items = installItems(this.box.value, this.found);
    this.box.items = items;
    // Whoever has gone to a row stays there while others come in; else Enter means what is typed.
    const kept = items.find(({ requirement: text }) => text && text === before?.requirement);
    const active = kept ?? items[0];
    this.box.activeItems = active ? [active] : [];
  }
}

/** What the box lists for a text: itself first, or what speaks against it, then how it may go on. */
export function installItems(typed: string, found: readonly RequirementItem[]): InstallItem[] {
  const text = typed.trim();
  const others = found
    .filter((item) => item.text !== text.toLowerCase())
    .map((item): InstallItem => ({
      label: item.text,
      description: item.detail,
      requirement: item.text,
      // The server finds misspelt names, too, in which the box would not find the letters.
      alwaysShow: true,
    }));
  if (text === "") return others;
  const problem = requirementProblem(text);
  const own: InstallItem =
    problem === undefined
      ? {
          label: `$(cloud-download) ${vscode.l10n.t("Install {0}", text)}`,
          requirement: text,
          alwaysShow: true,
        }
      : { label: `$(info) ${problem}`, alwaysShow: true };
  return [own, ...others];
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
  if (text.startsWith("-")) return vscode.l10n.t("Options of pip cannot be given here.");
  if (/^[~.]?[\\/]/.test(text))
    return vscode.l10n.t("A path goes behind a name: name @ file:///path");
  if (/^[^=]+[^=!<>~]=[^=]*$/.test(text))
    return vscode.l10n.t("A version goes behind two equals signs: ==");
  if (requirement.test(text)) return undefined;
  return /[=<>~!,[]\s*$/.test(text)
    ? vscode.l10n.t("Something is missing at the end.")
    : vscode.l10n.t("This is no requirement.");
}
