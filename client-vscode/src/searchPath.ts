/** The programs on PATH that may be a Python, in the order in which they are worth asking. */

import { realpath, stat } from "node:fs/promises";
import path from "node:path";

import { liesInAny } from "./paths";

/** A program and the arguments that come before all others. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** Newer versions first, after the plain names: `python3` of macOS is still 3.9. */
const numbered = [15, 14, 13, 12, 11, 10].map((minor) => `python3.${minor}`);

/**
 * Yields every Python-like program on PATH that exists, each file once.
 *
 * Relative entries mean the current folder and entries inside the workspace belong to whoever
 * wrote the workspace, so neither is searched, trusted or not. The shims of version managers come
 * last: they start a second program and answer by the folder that they are asked in.
 */
export async function* pythonsOnPath(
  searchPath: string,
  workspaceFolders: readonly string[],
  platform = process.platform,
): AsyncGenerator<Command> {
  const folders: string[] = [];
  for (const folder of searchPath.split(platform === "win32" ? ";" : ":")) {
    if (path.isAbsolute(folder) && !(await liesInAny(workspaceFolders, folder))) {
      folders.push(folder);
    }
  }
  const ordered = [...folders.filter((folder) => !isShim(folder)), ...folders.filter(isShim)];

  // The batch files of some version managers would need a shell; only programs are taken.
  const names =
    platform === "win32" ? ["python3.exe", "python.exe"] : ["python3", "python", ...numbered];
  const commands = ordered.flatMap((folder) =>
    names.map((name) => ({ folder, name, args: [] as string[] })),
  );
  if (platform === "win32") {
    commands.push(...ordered.map((folder) => ({ folder, name: "py.exe", args: ["-3"] })));
  }

  const seen = new Set<string>();
  for (const { folder, name, args } of commands) {
    const program = path.join(folder, name);
    const file = await existingFile(program);
    if (file === undefined || seen.has(file)) continue;
    seen.add(file);
    if (!(await liesInAny(workspaceFolders, program))) yield { program, args };
  }
}

function isShim(folder: string): boolean {
  return path.basename(folder) === "shims";
}

/** What tells two names of the same program apart from two programs, or `undefined` for no file. */
async function existingFile(program: string): Promise<string | undefined> {
  try {
    if (!(await stat(program)).isFile()) return undefined;
  } catch (error) {
    // Aliases of the Windows store cannot be opened; only starting them tells what they are.
    return isAccessError(error) ? program : undefined;
  }
  try {
    return await realpath(program);
  } catch {
    return program;
  }
}

function isAccessError(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EACCES" || code === "UNKNOWN" || code === "EPERM";
}
