/** Questions about paths that several modules ask. They touch no file unless the name says so. */

import { realpath } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

/** Whether `file` is `folder` itself or lies below it. Both are absolute. */
export function isInside(folder: string, file: string, platform = process.platform): boolean {
  const paths = platform === "win32" ? path.win32 : path.posix;
  // The usual file systems of macOS ignore case, as Windows does; `path.win32` knows that itself.
  const [from, to] =
    platform === "darwin" ? [folder.toLowerCase(), file.toLowerCase()] : [folder, file];
  const way = paths.relative(from, to);
  return (
    way === "" || (way !== ".." && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way))
  );
}

/**
 * Whether `file` lies in one of the folders, by its name or by where its links lead. A link
 * outside the workspace may point to a program inside it, and the other way round.
 */
export async function liesInAny(folders: readonly string[], file: string): Promise<boolean> {
  if (folders.length === 0) return false;
  const [target, ...roots] = await Promise.all([file, ...folders].map(resolved));
  return (
    folders.some((folder) => isInside(folder, file)) ||
    roots.some((root) => target !== undefined && isInside(root, target))
  );
}

/** The path without links, or as it was where it does not exist. */
async function resolved(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    return path.resolve(file);
  }
}

/** Writes a leading `~` out as the home folder, as a shell would. */
export function expandHome(file: string, home = homedir()): string {
  return file === "~" || /^~[\\/]/.test(file) ? path.join(home, file.slice(1)) : file;
}

/** The interpreter inside an environment's folder, by the platform's convention. */
export function interpreterIn(prefix: string, platform = process.platform): string {
  return platform === "win32"
    ? path.win32.join(prefix, "Scripts", "python.exe")
    : path.posix.join(prefix, "bin", "python");
}
