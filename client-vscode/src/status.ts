/** The status-bar item: the environment of the project that the active editor belongs to. */

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
    /** Whether another extension says which environment a folder uses, and shows it. */
    private readonly isShownElsewhere: (folder: vscode.WorkspaceFolder | undefined) => boolean,
  ) {
    this.item = vscode.window.createStatusBarItem(
      "pinwise.interpreter",
      vscode.StatusBarAlignment.Right,
      100,
    );
    this.item.name = vscode.l10n.t("Python Interpreter (Pinwise)");
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

  update(): void {
    const folder = activeFolder();
    if (!this.isWanted(folder)) {
      this.item.hide();
      return;
    }
    const status = this.statuses.at(folder, vscode.window.activeTextEditor?.document.uri);
    const view = statusView(this.session.state, status, vscode.workspace.isTrusted);
    const tooltip = new vscode.MarkdownString(view.tooltip, true);
    tooltip.isTrusted = { enabledCommands: linkedCommands };
    this.item.text = view.text;
    this.item.accessibilityInformation = { label: view.spoken, role: "button" };
    this.item.tooltip = tooltip;
    this.item.command = view.command;
    this.item.backgroundColor =
      view.severity === "warning"
        ? new vscode.ThemeColor("statusBarItem.warningBackground")
        : undefined;
    this.item.show();
  }

  private isWanted(folder: vscode.WorkspaceFolder | undefined): boolean {
    const document = vscode.window.activeTextEditor?.document;
    if (document && isRequirements(document)) return true;
    // Two items with the same interpreter would stand side by side.
    if (this.isShownElsewhere(folder)) return false;
    return document?.languageId === "python" || this.statuses.anyProject;
  }
}
