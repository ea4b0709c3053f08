/** What an activated environment changes in the variables of a process, as plain data. */

import { l10n } from "vscode";

import type { EnvironmentInfo } from "./protocol";

export interface Activation {
  readonly replace: Readonly<Record<string, string>>;
  /** Goes before the PATH that the terminal has, with its delimiter. */
  readonly prependPath: string;
  readonly description: string;
}

/**
 * How new terminals of a folder are to get their environment: by variables, by a line that is typed
 * into them, or not at all.
 */
export type ActivationMode = "env" | "command" | "off";

/**
 * The mode that a setting comes to. Conda's packages have scripts that only its own command runs, so
 * its environments are activated by that, unless the user wants variables.
 */
export function activationMode(
  setting: "auto" | ActivationMode,
  environment: EnvironmentInfo | null | undefined,
  anotherExtensionActivates: () => boolean,
): ActivationMode {
  if (setting !== "auto") return setting;
  if (anotherExtensionActivates()) return "off";
  return environment && isCondas(environment) ? "command" : "env";
}

/** The variables that any activation of ours may set, so that all can be taken back. */
export const activationVariables = [
  "VIRTUAL_ENV",
  "VIRTUAL_ENV_PROMPT",
  "CONDA_PREFIX",
  "PATH",
] as const;

/**
 * The activation of an environment, or `undefined` for what cannot be activated: a base interpreter
 * has nothing to add, and a broken environment would leave `python` pointing at another one.
 */
export function activationOf(
  environment: EnvironmentInfo | null | undefined,
  platform = process.platform,
): Activation | undefined {
  if (!environment || environment.isBase || environment.broken) return undefined;
  const { prefix, binDir, label, name } = environment;
  const delimiter = platform === "win32" ? ";" : ":";
  // It would put two other folders on PATH, and no shell can quote it there.
  if (binDir.includes(delimiter)) return undefined;
  // pip and uv take VIRTUAL_ENV for a virtual environment, and conda's are none.
  const replace = isCondas(environment)
    ? { CONDA_PREFIX: prefix }
    : { VIRTUAL_ENV: prefix, VIRTUAL_ENV_PROMPT: name };
  return {
    replace,
    prependPath: binDir + delimiter,
    description: l10n.t("Activates {0} for `python` and `pip`.", label),
  };
}

function isCondas({ kind }: EnvironmentInfo): boolean {
  return kind === "conda" || kind === "pixi";
}
