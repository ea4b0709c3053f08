/** The Environments view: shows its tree, and keeps it true while somebody looks at it. */

import * as vscode from "vscode";

import type { EnvironmentLists } from "./environmentLists";
import type { ViewNode } from "./environmentsViewItems";
import { EnvironmentsTree } from "./environmentsViewTree";
import type { ServerSession } from "./session";
import type { Statuses } from "./statuses";

/** As package.json names it. */
export const viewId = "pinwise.environments";

/** Several things change at once when an environment does; one look is enough for them. */
const settleDelay = 100;

export interface ViewParts {
  readonly session: Pick<ServerSession, "execute" | "onDidChangeState" | "onNotification">;
  readonly statuses: Pick<Statuses, "of" | "onDidChange">;
  readonly lists: Pick<EnvironmentLists, "list">;
}

export class EnvironmentsView implements vscode.Disposable {
  private readonly tree: EnvironmentsTree;
  private readonly view: vscode.TreeView<ViewNode>;
  private readonly subscriptions: vscode.Disposable[];
  private waiting: NodeJS.Timeout | undefined;
  /** Whether something changed while nobody looked. */
  private stale = false;

  constructor(parts: ViewParts) {
    this.tree = new EnvironmentsTree(parts, () => {
      this.view.message = "";
    });
    this.view = vscode.window.createTreeView(viewId, {
      treeDataProvider: this.tree,
      showCollapseAll: true,
      canSelectMany: true,
    });
    const later = () => this.refreshSoon();
    // Nothing else would stand there until the first answer, which takes its time on a busy machine.
    this.view.message = vscode.l10n.t("Looking for environments…");
    // Also for what is installed in a terminal, and for newer versions that were looked up meanwhile.
    parts.session.onNotification("pinwise/packagesChanged", later);
    this.subscriptions = [
      this.tree,
      this.view,
      parts.session.onDidChangeState(({ kind }) => {
        if (kind !== "starting") later();
      }),
      parts.statuses.onDidChange(later),
      vscode.workspace.onDidChangeWorkspaceFolders(later),
      vscode.workspace.onDidGrantWorkspaceTrust(later),
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible && this.stale) this.refresh();
      }),
    ];
    // The section is offered in windows that have to do with Python, and in no others.
    void vscode.commands.executeCommand("setContext", "pinwise.active", true);
  }

  /** What is selected in the view, for keys: unlike menus, they hand no node to their command. */
  get selection(): readonly ViewNode[] {
    return this.view.selection;
  }

  /** Looks at everything anew, or when the view is seen the next time. */
  refresh(): void {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.stale = !this.view.visible;
    if (this.stale) return;
    this.tree.refresh();
  }

  /** Opens the section and gives it the keys. */
  async focus(): Promise<void> {
    await vscode.commands.executeCommand(`${viewId}.focus`);
  }

  dispose(): void {
    clearTimeout(this.waiting);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private refreshSoon(): void {
    this.waiting ??= setTimeout(() => this.refresh(), settleDelay);
  }
}
