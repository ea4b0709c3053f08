/** What Pinwise leaves to Microsoft's Python extensions, or takes from them, where they are active. */

import * as vscode from "vscode";

import {
  activeExtensions,
  environmentsExtension,
  exportsOf,
  pythonExtension,
} from "./pythonExtensions";

/** The interpreters that those extensions use for the folder, as absolute paths. */
export async function interpretersOfExtensions(
  folder: vscode.Uri | undefined,
): Promise<readonly string[]> {
  if (!folder) return [];
  const answers = await Promise.all(
    activeExtensions().map((extension) => extension.environmentOf(folder)),
  );
  return answers.filter((answer) => answer !== undefined).map(({ executable }) => executable);
}

/**
 * Whether one of those extensions activates terminals itself. Two extensions that both prepend to
 * PATH would leave the winner to chance.
 */
export function anotherExtensionActivatesTerminals(): boolean {
  const environments =
    exportsOf(environmentsExtension) !== undefined &&
    setting("python", "useEnvironmentsExtension") !== false;
  if (environments) return setting("python-envs", "terminal.autoActivationType") !== "off";
  return (
    exportsOf(pythonExtension) !== undefined &&
    setting("python", "terminal.activateEnvironment") !== false
  );
}

function setting(section: string, key: string): unknown {
  return vscode.workspace.getConfiguration(section).get(key);
}
