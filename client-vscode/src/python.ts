/**
 * Finds the Python that runs the server.
 *
 * It is not the interpreter of the user's project, which may be old, broken or absent: that one is
 * only looked at, by the server.
 */

import { stat } from "node:fs/promises";
import path from "node:path";

import { l10n } from "vscode";

import { expandHome, interpreterIn, liesInAny } from "./paths";
import type { Probe } from "./probe";
import { type Command, pythonsOnPath } from "./searchPath";

/** A Python that can run the server, and where it was found. */
export interface Python {
  readonly executable: string;
  readonly version: string;
  readonly origin: PythonOrigin;
}

export type PythonOrigin = "setting" | "development" | "extension" | "path";

/** A place that was asked in vain, with a reason for the log and the user. */
export interface Rejection {
  readonly origin: PythonOrigin;
  readonly program: string;
  readonly reason: string;
}

export interface PythonSearch {
  readonly python: Python | undefined;
  readonly rejections: readonly Rejection[];
}

/** Where to look, as plain data, so that the order and the rules of trust can be tested. */
export interface PythonPlaces {
  /** The value of `pinwise.interpreter`, or "". */
  readonly setting: string;
  readonly extensionFolder: string;
  /** Whether the extension runs from its checkout, whose `.venv` holds the server's packages. */
  readonly development: boolean;
  /** The interpreters that active Python extensions name, asked only when their turn comes. */
  readonly fromExtensions: () => Promise<readonly string[]>;
  readonly searchPath: string;
  readonly workspaceFolders: readonly string[];
  readonly trusted: boolean;
}

interface Candidate extends Command {
  readonly origin: PythonOrigin;
  /** Whether the user, and not the content of a folder, is the reason to start it. */
  readonly chosen: boolean;
}

/** The first place that has a Python which can run the server. */
export async function findPython(places: PythonPlaces, probe: Probe): Promise<PythonSearch> {
  const rejections: Rejection[] = [];
  for await (const candidate of candidates(places, rejections)) {
    const { origin, program } = candidate;
    const mayLieInside = candidate.chosen && places.trusted;
    if (!mayLieInside && (await liesInAny(places.workspaceFolders, program))) {
      const reason = places.trusted
        ? l10n.t("it lies inside the workspace")
        : l10n.t("it lies inside the workspace, which is not trusted");
      rejections.push({ origin, program, reason });
      continue;
    }
    const result = await probe(candidate, places.extensionFolder);
    if (result.ok) {
      const { executable, version } = result;
      return { python: { executable, version, origin }, rejections };
    }
    rejections.push({ origin, program, reason: result.reason });
  }
  return { python: undefined, rejections };
}

async function* candidates(
  places: PythonPlaces,
  rejections: Rejection[],
): AsyncGenerator<Candidate> {
  const setting = expandHome(places.setting.trim());
  if (setting !== "") {
    if (path.isAbsolute(setting)) {
      const program = (await isFolder(setting)) ? interpreterIn(setting) : setting;
      yield { program, args: [], origin: "setting", chosen: true };
    } else {
      const reason = l10n.t("the setting needs an absolute path");
      rejections.push({ origin: "setting", program: setting, reason });
    }
  }
  if (places.development) {
    const program = interpreterIn(path.join(places.extensionFolder, ".venv"));
    yield { program, args: [], origin: "development", chosen: true };
  }
  for (const program of await places.fromExtensions()) {
    yield { program, args: [], origin: "extension", chosen: false };
  }
  for await (const command of pythonsOnPath(places.searchPath, places.workspaceFolders)) {
    yield { ...command, origin: "path", chosen: false };
  }
}

async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    return false;
  }
}
