/** What the extension ships: the Python packages that it carries along, and the .vsix itself. */

import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";

import { buildFolder, nodeModule, root, shown, venvProgram } from "./paths.mjs";
import { installationTables } from "./python.mjs";
import { StepFailure, digest } from "./steps.mjs";
import { kilobytes } from "./terminal.mjs";

const lockFile = path.join(root, "scripts", "bundled-requirements.txt");
const lockScript = path.join(root, "scripts", "lock_bundle.py");
const trimScript = path.join(root, "scripts", "trim_bundle.py");
const libs = path.join(root, "bundled", "libs");

/** The options that admit only what runs on every Python from 3.10 and on every platform. */
const universal = [
  "--no-deps",
  "--only-binary=:all:",
  "--python-version=3.10",
  "--implementation=py",
  "--abi=none",
  "--platform=any",
];

/**
 * The step that puts the server's Python dependencies into `bundled/libs`.
 *
 * @returns {import("./steps.mjs").Step}
 */
export function libsStep() {
  return {
    name: "libs",
    does: "installs the server's dependencies into bundled/libs",
    needs: ["python"],
    stamp: () => ({
      file: path.join(root, "bundled", ".libs"),
      key: digest({
        texts: [
          "1",
          existsSync(libs) ? "present" : "absent",
          installationTables(readFileSync(path.join(root, "pyproject.toml"), "utf8")),
          ...universal,
        ],
        files: [lockFile, trimScript],
      }),
    }),
    run: async (context) => {
      const python = venvProgram("python");
      await context.run(python, [lockScript, "--check"], { cwd: root });
      const unfinished = `${libs}.unfinished`;
      rmSync(unfinished, { recursive: true, force: true });
      await context.run(
        python,
        [
          ...["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"],
          ...["--target", unfinished, "--no-compile", "--require-hashes", ...universal],
          ...["-r", lockFile],
        ],
        { cwd: root },
      );
      await context.run(python, [trimScript, unfinished], { cwd: root });
      rmSync(libs, { recursive: true, force: true });
      renameSync(unfinished, libs);
    },
  };
}

/**
 * Chooses anew which versions the extension carries along.
 *
 * @returns {import("./steps.mjs").Step}
 */
export function lockStep() {
  return {
    name: "lock",
    does: `chooses the newest dependencies that fit into ${shown(lockFile)}`,
    needs: ["python"],
    run: async (context) => {
      const output = await context.run(venvProgram("python"), [lockScript], { cwd: root });
      return output.trim().split("\n").at(-1);
    },
  };
}

/** The extension's file, named as VS Code's own tool names it. */
export function vsixFile() {
  const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  return path.join(root, `${name}-${version}.vsix`);
}

/**
 * Every file below these, apart from what Python and the editor leave behind.
 *
 * @param {string[]} places
 */
function filesBelow(places) {
  /** @type {string[]} */
  const files = [];
  /** @param {string} place */
  const visit = (place) => {
    const stat = statSync(place, { throwIfNoEntry: false });
    if (stat?.isFile()) files.push(place);
    if (!stat?.isDirectory() || path.basename(place) === "__pycache__") return;
    for (const name of readdirSync(place).toSorted()) visit(path.join(place, name));
  };
  for (const place of places) visit(path.join(root, place));
  return files;
}

/** What a .vsix cannot do without, and who would be puzzled by its absence. */
const required = ["LICENSE", "README.md", "CHANGELOG.md", "dist/extension.js", "server/launch.py"];

/**
 * The step that makes the .vsix.
 *
 * @returns {import("./steps.mjs").Step}
 */
export function vsixStep() {
  const file = vsixFile();
  return {
    name: "vsix",
    does: `packs the extension into ${path.basename(file)}`,
    needs: ["build", "libs"],
    stamp: () => ({
      file: path.join(buildFolder, "vsix"),
      key: digest({
        texts: [existsSync(file) ? "present" : "absent"],
        files: filesBelow([
          ...[
            "package.json",
            "package.nls.json",
            ".vscodeignore",
            "README.md",
            "CHANGELOG.md",
            "LICENSE",
          ],
          ...["dist", "client-vscode", "server", "docs"],
          path.join("bundled", ".libs"),
        ]),
      }),
    }),
    run: async (context) => {
      const missing = required.filter((name) => !existsSync(path.join(root, name)));
      if (missing.length > 0) throw new StepFailure(`There is no ${missing.join(", no ")}.`);
      const time = await context.run("git", ["log", "-1", "--format=%ct"], { cwd: root }).catch(
        // Sources without their history, as from an archive.
        () => "315532800",
      );
      await context.run(
        process.execPath,
        [nodeModule("@vscode", "vsce", "vsce"), "package", "--no-dependencies", "--out", file],
        {
          cwd: root,
          // The same sources give the same bytes: vsce takes the files' times from this variable
          // and writes them in local time.
          env: {
            ...process.env,
            SOURCE_DATE_EPOCH: time.trim(),
            TZ: "UTC",
            NO_UPDATE_NOTIFIER: "1",
          },
        },
      );
      return kilobytes(statSync(file).size);
    },
  };
}
