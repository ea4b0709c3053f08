/** The status-bar item: the environment of the folder that the active editor belongs to. */

import * as vscode from "vscode";

import { activeFolder } from "./folders";
import { isRequirements } from "./requirementsFiles";
import type { ServerSession } from "./session";
import type { Statuses } from "./statuses";
import { linkedCommands, statusView } from "./statusView";

export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly session: ServerSession,
    private readonly statuses: Statuses,
  ) {
    this.item = vscode.window.createStatusBarItem(
      "pinwise.interpreter",
      vscode.StatusBarAlignment.Right,
      100,
    );
    this.item.name = "Python Interpreter (Pinwise)";
    const update = () => this.update();
    this.subscriptions = [
      session.onDidChangeState(update),
      statuses.onDidChange(update),
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidChangeWorkspaceFolders(update),
      vscode.workspace.onDidGrantWorkspaceTrust(update),
    ];
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    if (!this.isWanted()) {
      this.item.hide();
      return;
    }
    const status = this.statuses.of(activeFolder());
    const view = statusView(this.session.state, status, vscode.workspace.isTrusted);
    const tooltip = new vscode.MarkdownString(view.tooltip, true);
    tooltip.isTrusted = { enabledCommands: linkedCommands };
    this.item.text = view.text;
    this.item.tooltip = tooltip;
    this.item.command = view.command;
    this.item.backgroundColor =
      view.severity === "warning"
        ? new vscode.ThemeColor("statusBarItem.warningBackground")
        : undefined;
    this.item.show();
  }

  private isWanted(): boolean {
    const document = vscode.window.activeTextEditor?.document;
    if (document && (document.languageId === "python" || isRequirements(document))) return true;
    return this.statuses.anyRequirements;
  }
}
