/**
 * The settings of Microsoft's Python extensions that Pinwise reads, and never writes. The server
 * decides what they mean and which of them count before the workspace is trusted.
 */

import * as vscode from "vscode";

/** The names under which VS Code tells that one of them changed. */
export const pythonSettingNames = [
  "python.defaultInterpreterPath",
  "python.venvPath",
  "python.venvFolders",
] as const;

/** The shape that `environments/python_settings.py` of the server reads. */
export interface PythonSettings {
  readonly defaultInterpreterPath: { readonly workspace: string; readonly user: string };
  readonly venvPath: string;
  readonly venvFolders: readonly string[];
}

/** What is set for a folder. `inspect` tells who said it, and leaves out what nobody set. */
export function pythonSettings(folder: vscode.Uri | undefined): PythonSettings {
  const settings = vscode.workspace.getConfiguration("python", folder);
  const interpreter = settings.inspect<unknown>("defaultInterpreterPath");
  return {
    defaultInterpreterPath: {
      workspace: text(interpreter?.workspaceFolderValue) || text(interpreter?.workspaceValue),
      user: text(interpreter?.globalValue),
    },
    // A folder of environments is a matter of the machine, which no workspace knows.
    venvPath: text(settings.inspect<unknown>("venvPath")?.globalValue),
    venvFolders: texts(settings.inspect<unknown>("venvFolders")?.globalValue),
  };
}

/** The section `pinwise` as the server is sent it, with those settings in it. */
export function withPythonSettings(values: unknown, folder: vscode.Uri | undefined): unknown {
  return Object.assign({}, values, { python: pythonSettings(folder) });
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(text).filter((item) => item !== "") : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
