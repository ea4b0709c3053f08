/** Which documents the server looks after: files, for what is in no folder has no project. */

import * as vscode from "vscode";

export const languageId = "pip-requirements";

/**
 * The files by name, as package.json gives them to the language: a test compares the two. They are
 * selected by name as well, for users who gave such files another language.
 */
export const filePatterns: readonly string[] = [
  "**/*requirements*.txt",
  "**/*requirements*.in",
  "**/constraints*.txt",
  "**/constraints*.in",
  "**/requirements/*.txt",
  "**/requirements/*.in",
];

export const documentSelector = [
  { scheme: "file", language: languageId },
  ...filePatterns.map((pattern) => ({ scheme: "file", pattern })),
];

export function isRequirements(document: vscode.TextDocument): boolean {
  return vscode.languages.match(documentSelector, document) > 0;
}
