/**
 * What the Python extensions of Microsoft tell, where they are present and active.
 *
 * Pinwise neither depends on them nor starts them: activating one takes seconds and may run
 * programs of its own.
 */

import * as vscode from "vscode";

const environmentsExtension = "ms-python.vscode-python-envs";
const pythonExtension = "ms-python.python";

/** An extension that hangs must not keep the server from starting. */
const patience = 2_000;

/** The part of the Python Environments API that is used here. */
interface EnvironmentsApi {
  getEnvironment(
    scope: vscode.Uri | undefined,
  ): Promise<{ execInfo?: { run?: { executable?: unknown } } } | undefined>;
}

/** The part of the Python extension's API that is used here. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(scope?: vscode.Uri): unknown;
    resolveEnvironment(
      environment: unknown,
    ): Promise<{ executable: { uri?: vscode.Uri | undefined } } | undefined>;
  };
}

/** The interpreters that those extensions use for the folder, as absolute paths. */
export async function interpretersOfExtensions(
  folder: vscode.Uri | undefined,
): Promise<readonly string[]> {
  const answers = await Promise.all([
    inTime(() => fromEnvironmentsExtension(folder)),
    inTime(() => fromPythonExtension(folder)),
  ]);
  return answers.filter((answer) => answer !== undefined);
}

/**
 * Whether the Python Environments extension activates terminals itself. Two extensions that both
 * prepend to PATH would leave the winner to chance.
 */
export function anotherExtensionActivatesTerminals(): boolean {
  const extension = vscode.extensions.getExtension(environmentsExtension);
  if (!extension?.isActive) return false;
  const off =
    vscode.workspace.getConfiguration("python").get("useEnvironmentsExtension") === false ||
    vscode.workspace.getConfiguration("python-envs").get("terminal.autoActivationType") === "off";
  return !off;
}

async function fromEnvironmentsExtension(
  folder: vscode.Uri | undefined,
): Promise<string | undefined> {
  const api = active<EnvironmentsApi>(environmentsExtension)?.exports;
  const environment = await api?.getEnvironment(folder);
  const executable = environment?.execInfo?.run?.executable;
  return typeof executable === "string" ? executable : undefined;
}

async function fromPythonExtension(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const api = active<PythonApi>(pythonExtension)?.exports;
  if (!api) return undefined;
  // The path of the setting may be a folder or nothing at all; only resolving tells.
  const used = api.environments.getActiveEnvironmentPath(folder);
  const environment = await api.environments.resolveEnvironment(used);
  return environment?.executable.uri?.fsPath;
}

/** An extension that is disabled by a setting of its own may export nothing. */
function active<Api>(id: string): vscode.Extension<Api | undefined> | undefined {
  const extension = vscode.extensions.getExtension<Api | undefined>(id);
  return extension?.isActive ? extension : undefined;
}

/** The answer, or `undefined` where the other extension fails or takes too long. */
async function inTime<Answer>(
  question: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patience);
  });
  try {
    return await Promise.race([question(), tooLate]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
