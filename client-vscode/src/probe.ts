/** Asks a program whether it is a Python that can run the server. */

import { execFile } from "node:child_process";

import { l10n } from "vscode";

import type { Command } from "./searchPath";

/** The lowest Python that the server runs on, as pyproject.toml says too. */
export const lowestPython = "3.10";

const deadline = 5_000;

const question =
  "import json, sys; print(json.dumps([sys.executable, '.'.join(map(str, sys.version_info[:3]))]))";

export type ProbeResult =
  | { readonly ok: true; readonly executable: string; readonly version: string }
  /** `reason` completes the sentence "It cannot be used: …". */
  | { readonly ok: false; readonly reason: string };

/** The signature that tests replace. */
export type Probe = (command: Command, cwd: string) => Promise<ProbeResult>;

/**
 * Starts the program in isolated mode, so that neither variables nor the folder it runs in decide
 * which code it loads, and waits five seconds at most.
 *
 * The answer names `sys.executable`: behind a shim or a launcher it is the real interpreter, which
 * is then started without the detour.
 */
export const probe: Probe = (command, cwd) =>
  new Promise((resolve) => {
    const child = execFile(
      command.program,
      [...command.args, "-I", "-c", question],
      // Aliases of the Windows store ignore a polite end.
      { cwd, timeout: deadline, killSignal: "SIGKILL", windowsHide: true, maxBuffer: 64 * 1024 },
      (error, output) => {
        resolve(error ? { ok: false, reason: failure(error) } : judge(output));
      },
    );
    // Nothing may wait for input that never comes.
    child.stdin?.end();
  });

/** Reads the answer; exported because what a stub or a wrapper prints cannot be foreseen. */
export function judge(output: string): ProbeResult {
  const line = output.trim().split(/\r?\n/).at(-1) ?? "";
  let answer: unknown;
  try {
    answer = JSON.parse(line);
  } catch {
    return { ok: false, reason: l10n.t("it does not answer as a Python does") };
  }
  const [executable, version] = Array.isArray(answer) ? (answer as unknown[]) : [];
  if (typeof executable !== "string" || executable === "" || typeof version !== "string") {
    return { ok: false, reason: l10n.t("it does not answer as a Python does") };
  }
  if (!isRecentEnough(version)) {
    return {
      ok: false,
      reason: l10n.t("it is Python {0}, and the server needs {1}", version, lowestPython),
    };
  }
  return { ok: true, executable, version };
}

function isRecentEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [lowestMajor = 0, lowestMinor = 0] = lowestPython.split(".").map(Number);
  return major > lowestMajor || (major === lowestMajor && minor >= lowestMinor);
}

function failure(error: Error & { code?: unknown; killed?: boolean }): string {
  if (error.killed) return l10n.t("it did not answer within {0} seconds", deadline / 1000);
  if (error.code === "ENOENT") return l10n.t("it does not exist");
  if (error.code === "EACCES") return l10n.t("it may not be started");
  if (typeof error.code === "number") return l10n.t("it ended with exit code {0}", error.code);
  return error.message;
}
