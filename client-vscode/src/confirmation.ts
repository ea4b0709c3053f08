/** Asks before the server lets something go that cannot be had again by itself. */

import * as vscode from "vscode";

import type { ClientRequests } from "./protocol";

type Confirm = ClientRequests["pinwise/confirm"];

/** A dialog stays until it is answered, and Escape means no. */
export async function isConfirmed({
  message,
  detail,
  action,
}: Confirm["params"]): Promise<Confirm["answer"]> {
  const options = { modal: true, ...(detail !== "" && { detail }) };
  return (await vscode.window.showWarningMessage(message, options, action)) === action;
}
