/**
 * Microsoft's Python extensions behind one interface, so that following them is written once.
 *
 * Pinwise neither depends on them nor starts them: activating one takes seconds and may run
 * programs of its own. What they answer is taken for no more than a path to look at.
 */

import * as vscode from "vscode";

export const environmentsExtension = "ms-python.vscode-python-envs";
export const pythonExtension = "ms-python.python";

/** An extension that hangs must not keep anybody waiting. In milliseconds. */
const patience = 2_000;

/** An environment as an extension names it. */
export interface UsedEnvironment {
  readonly executable: string;
  /** Its `sys.prefix`, where the extension tells. */
  readonly prefix: string | undefined;
}

/** An extension that knows which environment each folder uses. */
export interface PythonExtension {
  /** For a person. */
  readonly name: string;
  /** What tells this activation of the extension from another one. */
  readonly api: object;
  /** What the folder uses; `undefined` where it uses none, or the extension does not answer. */
  environmentOf(folder: vscode.Uri): Promise<UsedEnvironment | undefined>;
  /** Tells that a folder, or with `undefined` any of them, may use another environment now. */
  onDidChange(listener: (folder: vscode.Uri | undefined) => void): vscode.Disposable;
  /** Has the folder use an environment, as the extension's own picker would. */
  choose(folder: vscode.Uri, executable: string): Promise<void>;
}

/** The part of the Python Environments API that is used here. */
interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri | undefined): Promise<EnvironmentOfApi | undefined>;
  setEnvironment(scope: vscode.Uri, environment: EnvironmentOfApi): Promise<void>;
  resolveEnvironment(context: vscode.Uri): Promise<EnvironmentOfApi | undefined>;
  onDidChangeEnvironment: vscode.Event<{ readonly uri: vscode.Uri | undefined }>;
}

interface EnvironmentOfApi {
  readonly execInfo?: { readonly run?: { readonly executable?: unknown } };
  readonly sysPrefix?: unknown;
}

/** The part of the Python extension's API that is used here. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(scope?: vscode.Uri): unknown;
    updateActiveEnvironmentPath(path: string, scope?: vscode.Uri): Promise<void>;
    resolveEnvironment(environment: unknown): Promise<
      | {
          readonly executable: {
            readonly uri?: vscode.Uri | undefined;
            readonly sysPrefix?: unknown;
          };
        }
      | undefined
    >;
    onDidChangeActiveEnvironmentPath: vscode.Event<{
      readonly resource?: vscode.Uri | vscode.WorkspaceFolder | undefined;
    }>;
  };
}

/** The extensions that are active and offer what is needed, the one that leads first. */
export function activeExtensions(): readonly PythonExtension[] {
  return [ofEnvironments(), ofPython()].filter((extension) => extension !== undefined);
}

function ofEnvironments(): PythonExtension | undefined {
  // Where this is off, the extension is there and leaves everything to the other one.
  const used = vscode.workspace.getConfiguration("python").get("useEnvironmentsExtension");
  const api = used === false ? undefined : exportsOf<EnvironmentsApi>(environmentsExtension);
  if (typeof api?.getEnvironment !== "function") return undefined;
  return {
    name: "Python Environments",
    api,
    environmentOf: (folder) =>
      inTime(async () => {
        const environment = await api.getEnvironment(folder);
        const executable = environment?.execInfo?.run?.executable;
        if (typeof executable !== "string") return undefined;
        return { executable, prefix: text(environment?.sysPrefix) };
      }),
    onDidChange: (listener) => api.onDidChangeEnvironment(({ uri }) => listener(uri)),
    choose: async (folder, executable) => {
      const environment = await api.resolveEnvironment(vscode.Uri.file(executable));
      if (!environment) throw new Error(`${executable} is unknown to the extension.`);
      await api.setEnvironment(folder, environment);
    },
  };
}

function ofPython(): PythonExtension | undefined {
  const api = exportsOf<PythonApi>(pythonExtension)?.environments;
  if (typeof api?.getActiveEnvironmentPath !== "function") return undefined;
  return {
    name: "the Python extension",
    api,
    environmentOf: (folder) =>
      inTime(async () => {
        // The path of the setting may be a folder or nothing at all; only resolving tells.
        const environment = await api.resolveEnvironment(api.getActiveEnvironmentPath(folder));
        const executable = environment?.executable.uri?.fsPath;
        if (executable === undefined) return undefined;
        return { executable, prefix: text(environment?.executable.sysPrefix) };
      }),
    onDidChange: (listener) =>
      api.onDidChangeActiveEnvironmentPath(({ resource }) =>
        listener(resource && ("uri" in resource ? resource.uri : resource)),
      ),
    choose: (folder, executable) => api.updateActiveEnvironmentPath(executable, folder),
  };
}

/** An extension that is disabled by a setting of its own may export nothing, or fail to. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- As `getExtension` has it.
export function exportsOf<Api extends object>(id: string): Api | undefined {
  try {
    const extension = vscode.extensions.getExtension<Api | undefined>(id);
    return extension?.isActive ? (extension.exports ?? undefined) : undefined;
  } catch {
    return undefined;
  }
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

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
