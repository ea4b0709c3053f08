/** How the server is started, as a plain value that can be compared with the one that runs. */

import path from "node:path";
import { isDeepStrictEqual } from "node:util";

import type { Python, PythonSearch, Rejection } from "./python";

export interface ServerLaunch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly python: Python;
}

export type ServerResolution =
  | {
      readonly kind: "found";
      readonly launch: ServerLaunch;
      readonly rejections: readonly Rejection[];
    }
  | { readonly kind: "noPython"; readonly rejections: readonly Rejection[] };

export interface ServerPlaces {
  readonly extensionFolder: string;
  /** The folder that VS Code gives the extension for what it stores. */
  readonly storageFolder: string;
}

export function resolveServer(search: PythonSearch, places: ServerPlaces): ServerResolution {
  const { python, rejections } = search;
  if (!python) return { kind: "noPython", rejections };
  const launch: ServerLaunch = {
    command: python.executable,
    args: [
      // Isolated: no PYTHON* variable, no user site and no current folder decides what is loaded.
      "-I",
      "-X",
      "utf8",
      // Isolated mode ignores PYTHONPYCACHEPREFIX but not this, and the extension's own folder may
      // be read-only. Without byte code each start would take about 0.6 s longer.
      "-X",
      `pycache_prefix=${path.join(places.storageFolder, "pycache")}`,
      path.join(places.extensionFolder, "server", "launch.py"),
      "serve",
    ],
    // Away from the workspace, whose files must not be taken for the server's modules.
    cwd: places.extensionFolder,
    python,
  };
  return { kind: "found", launch, rejections };
}

/** Whether a running server may stay as it is. */
export function isSameLaunch(running: ServerLaunch, next: ServerLaunch): boolean {
  // Where the interpreter was found changes nothing about the process.
  const { python: _running, ...before } = running;
  const { python: _next, ...after } = next;
  return isDeepStrictEqual(before, after);
}
