/** Where things are: the checkout, what the build makes in it, and the user's cache. */

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const isWindows = process.platform === "win32";

/** The root of the checkout. */
export const root = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");

/** Logs, stamps and the browser's VS Code profile: nothing that has to survive its deletion. */
export const buildFolder = path.join(root, ".pinwise-build");

export const logsFolder = path.join(buildFolder, "logs");

/** The virtual environment in which the server and its tools run during development. */
export const venvFolder = path.join(root, ".venv");

/**
 * A program of the virtual environment.
 *
 * @param {string} name
 */
export function venvProgram(name) {
  return isWindows
    ? path.join(venvFolder, "Scripts", `${name}.exe`)
    : path.join(venvFolder, "bin", name);
}

/**
 * The JavaScript entry of a program that npm installed. It is started with this very Node,
 * which spares the shell scripts of `node_modules/.bin` and their Windows twins.
 *
 * @param {string[]} parts the path inside `node_modules`
 */
export function nodeModule(...parts) {
  return path.join(root, "node_modules", ...parts);
}

/**
 * The user's cache folder for Pinwise, by the convention of each platform.
 * VS Code for the browser lives there, so that several checkouts share one installation.
 */
export function cacheFolder() {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME)) {
    return path.join(XDG_CACHE_HOME, "pinwise");
  }
  if (isWindows) {
    return path.join(LOCALAPPDATA ?? path.join(homedir(), "AppData", "Local"), "pinwise", "Cache");
  }
  if (process.platform === "darwin") {
    return path.join(homedir(), "Library", "Caches", "pinwise");
  }
  return path.join(homedir(), ".cache", "pinwise");
}

/**
 * A path as a person wants to read it: relative to the checkout where it lies inside.
 *
 * @param {string} file
 */
export function shown(file) {
  const relative = path.relative(root, file);
  return relative.startsWith("..") || path.isAbsolute(relative) ? file : relative || ".";
}

/**
 * The first of these programs that is on PATH, as an absolute path.
 *
 * @param {...string} names
 * @returns {string | undefined}
 */
export function onPath(...names) {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  const endings = isWindows ? (process.env["PATHEXT"] ?? ".EXE;.CMD;.BAT").split(";") : [""];
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const candidate = path.join(folder, name + ending);
        if (existsSync(candidate)) return candidate;
      }
    }
  }
  return undefined;
}

/** The browser that shows VS Code to the stories, where there is one. */
export function chromium() {
  return process.env["PINWISE_CHROMIUM"] ?? onPath("chromium", "chromium-browser", "google-chrome");
}
