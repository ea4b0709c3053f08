/**
 * Says in the language status of requirements files that no Python can run the server. There are no
 * pop-ups: the notice stays where the user looks when something is missing.
 */

import * as vscode from "vscode";

import { lowestPython } from "./probe";
import { documentSelector } from "./requirementsFiles";
import type { ServerSession, SessionState } from "./session";

export class PythonNotice implements vscode.Disposable {
  private items: vscode.LanguageStatusItem[] = [];
  private readonly subscription: vscode.Disposable;

  constructor(session: ServerSession) {
    this.subscription = session.onDidChangeState((state) => this.show(state));
    this.show(session.state);
  }

  dispose(): void {
    this.subscription.dispose();
    this.clear();
  }

  private clear(): void {
    for (const item of this.items) item.dispose();
    this.items = [];
  }

  private show(state: SessionState): void {
    this.clear();
    if (state.kind !== "noPython") return;
    const setting = state.rejections.find(({ origin }) => origin === "setting");
    const choose = vscode.languages.createLanguageStatusItem("pinwise.python", documentSelector);
    choose.name = "Pinwise";
    choose.severity = vscode.LanguageStatusSeverity.Error;
    choose.accessibilityInformation = {
      label: vscode.l10n.t(
        "Pinwise found no Python {0} or newer that can run its server.",
        lowestPython,
      ),
    };
    // The box is narrow, and what does not fit hides the command.
    choose.text = vscode.l10n.t("Python {0}+ not found", lowestPython);
    choose.command = {
      title: vscode.l10n.t("Choose Python…"),
      command: "pinwise.chooseServerPython",
    };

    const open = vscode.languages.createLanguageStatusItem("pinwise.setting", documentSelector);
    open.name = vscode.l10n.t("Pinwise Setting");
    open.severity = vscode.LanguageStatusSeverity.Information;
    open.text = "pinwise.interpreter";
    if (setting) open.detail = setting.reason;
    open.command = {
      title: vscode.l10n.t("Open Setting"),
      command: "workbench.action.openSettings",
      arguments: ["pinwise.interpreter"],
    };
    this.items = [choose, open];
  }
}
