/** Tells the server that the workspace is trusted now. */

import * as vscode from "vscode";

import type { ServerSession } from "./session";

export function followTrust(session: ServerSession): vscode.Disposable {
  return vscode.workspace.onDidGrantWorkspaceTrust(async () => {
    await session.notify("pinwise/didChangeTrust", { trusted: true });
    // With trust, the setting may name a Python inside the workspace. The server is told first, so
    // that it need not be started anew where nothing else changes.
    await session.refresh();
  });
}
