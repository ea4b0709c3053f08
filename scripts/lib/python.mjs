/** The Python side: finds an interpreter, makes `.venv` and installs the server into it. */

import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

import { isWindows, root, shown, venvFolder, venvProgram } from "./paths.mjs";
import { run } from "./processes.mjs";
import { StepFailure, digest, isCurrent } from "./steps.mjs";
import { aptInstall, linuxFamily, pythonInstall } from "./system.mjs";

/** The lowest Python that the server runs on, as pyproject.toml says too. */
const lowest = /** @type {const} */ ([3, 10]);

/**
 * @typedef {object} Python
 * @property {string[]} command the program and the arguments that come before all others
 * @property {[number, number, number]} version
 * @property {string} executable
 * @property {boolean} hasEnsurepip Debian ships Python without it, in a package of its own
 * @property {boolean} hasVenv
 * @property {[number, number] | null} pip the version of its own pip
 */

const question = `
import importlib.util, json, sys
try:
    import pip
    pip_version = [int(part) for part in pip.__version__.split(".")[:2]]
except Exception:
    pip_version = None
print(json.dumps({
    "version": sys.version_info[:3],
    "executable": sys.executable,
    "hasEnsurepip": importlib.util.find_spec("ensurepip") is not None,
    "hasVenv": importlib.util.find_spec("venv") is not None,
    "pip": pip_version,
}))
`;

/**
 * Asks a command whether it is a Python and what it has. The stub of the Windows store, which
 * opens a shop instead of answering, and shims that point nowhere give `undefined`.
 *
 * @param {string[]} command
 * @returns {Promise<Python | undefined>}
 */
async function ask(command) {
  const [program, ...args] = command;
  if (program === undefined) return undefined;
  try {
    const { code, output } = await run(program, [...args, "-I", "-c", question], {
      timeout: 10_000,
    });
    if (code !== 0) return undefined;
    return { command, ...JSON.parse(output.trim().split("\n").at(-1) ?? "") };
  } catch {
    return undefined;
  }
}

/** @param {string} program */
async function starts(program) {
  return run(program, ["-I", "-S", "-c", "pass"], { timeout: 10_000 }).then(
    ({ code }) => code === 0,
    () => false,
  );
}

/**
 * @param {readonly number[]} version
 * @returns {boolean}
 */
function isRecentEnough([major = 0, minor = 0]) {
  return major > lowest[0] || (major === lowest[0] && minor >= lowest[1]);
}

const numbered = [10, 11, 12, 13, 14, 15].map((minor) => [`python3.${minor}`]);
const commands = [["python3"], ["python"], ...(isWindows ? [["py", "-3"]] : numbered)];

/**
 * The first interpreter on PATH that the server runs on.
 *
 * @returns {Promise<Python>}
 */
export async function findPython() {
  /** @type {string[]} */
  const tooOld = [];
  for (const command of commands) {
    const python = await ask(command);
    if (python && isRecentEnough(python.version)) return python;
    if (python) tooOld.push(`${command.join(" ")} is ${python.version.join(".")}`);
  }
  const found = tooOld.length > 0 ? ` (${tooOld.join(", ")})` : "";
  throw new StepFailure(
    `Pinwise needs Python ${lowest.join(".")} or newer, and PATH has none${found}. ` +
      `Install it with: ${pythonInstall()}`,
  );
}

/** The interpreters of pyenv: its shims on PATH answer only for the version that is chosen. */
function pyenvCommands() {
  const versions = path.join(
    process.env["PYENV_ROOT"] ?? path.join(homedir(), ".pyenv"),
    "versions",
  );
  if (!existsSync(versions)) return [];
  return readdirSync(versions).map((name) => [path.join(versions, name, "bin", "python")]);
}

/**
 * Every interpreter on PATH and of pyenv that the server runs on, one of each version.
 *
 * @returns {Promise<Python[]>}
 */
export async function findPythons() {
  const found = await Promise.all([...commands, ...pyenvCommands()].map((command) => ask(command)));
  /** @type {Map<string, Python>} */
  const byVersion = new Map();
  for (const python of found) {
    if (!python || !isRecentEnough(python.version)) continue;
    const key = python.version.join(".");
    if (!byVersion.has(key)) byVersion.set(key, python);
  }
  return [...byVersion.values()].toSorted((one, other) => one.version[1] - other.version[1]);
}

/**
 * The tables of pyproject.toml that an installation depends on, word for word. The settings of
 * ruff, mypy and pytest stand in the same file and change far more often.
 *
 * @param {string} text
 */
export function installationTables(text) {
  return text
    .split(/^(?=\[)/m)
    .filter((table) => /^\[(?:build-system|project|tool\.hatch)\b/.test(table))
    .join("");
}

/**
 * What `.venv` is made from. The tests' environment holds more than the one that only starts.
 *
 * @param {"start" | "test"} purpose
 */
function stampFor(purpose) {
  const pyproject = readFileSync(path.join(root, "pyproject.toml"), "utf8");
  return {
    file: path.join(venvFolder, `.pinwise-${purpose}`),
    key: digest({ texts: ["1", purpose, installationTables(pyproject)] }),
  };
}

/**
 * Makes `.venv` where there is none that works.
 *
 * @param {import("./steps.mjs").StepContext} context
 */
async function createEnvironment(context) {
  if (existsSync(venvFolder)) {
    const present = await ask([venvProgram("python")]);
    if (present && isRecentEnough(present.version) && present.pip) return;
    const madeByUs = existsSync(stampFor("start").file) || existsSync(stampFor("test").file);
    if (!madeByUs) {
      const problem = present ? "is too old or has no pip" : "does not start";
      throw new StepFailure(
        `The Python in ${shown(venvFolder)} ${problem}, and this script did not make it. ` +
          `Remove the folder ${shown(venvFolder)} and try again.`,
      );
    }
    context.write("The environment does not work any more: it is made anew.");
    rmSync(venvFolder, { recursive: true, force: true });
  }
  const python = await findPython();
  const [program = "", ...args] = python.command;
  if (!python.hasVenv) {
    throw new StepFailure(
      `${python.executable} has no venv module. Install it with: ${pythonInstall()}`,
    );
  }
  if (python.hasEnsurepip) {
    await context.run(program, [...args, "-m", "venv", venvFolder]);
    return;
  }
  // `--python` came with pip 22.3: with it, one pip can install another elsewhere.
  const [major = 0, minor = 0] = python.pip ?? [];
  if (major < 22 || (major === 22 && minor < 3)) {
    const [first, second] = python.version;
    const command =
      linuxFamily() === "debian" ? aptInstall(`python${first}.${second}-venv`) : pythonInstall();
    throw new StepFailure(
      `${python.executable} cannot make an environment with pip: its ensurepip is missing. ` +
        `Install it with: ${command}`,
    );
  }
  await context.run(program, [...args, "-m", "venv", "--without-pip", venvFolder]);
  await context.run(program, [
    ...args,
    "-m",
    "pip",
    "--python",
    venvProgram("python"),
    "install",
    "pip",
  ]);
}

/**
 * The step that makes `.venv` with the server in it, editable, so that a change of the sources
 * needs no new installation.
 *
 * @param {"start" | "test"} purpose
 * @returns {import("./steps.mjs").Step}
 */
export function pythonStep(purpose) {
  const what = purpose === "test" ? ".[dev]" : ".";
  return {
    name: "python",
    does: `makes .venv and installs the server into it (pip install -e ${what})`,
    stamp: async () => {
      const forTests = stampFor("test");
      const { file, key } = isCurrent(forTests) ? forTests : stampFor(purpose);
      // The interpreter that it was made from may have gone since.
      return { file, key: (await starts(venvProgram("python"))) ? key : "broken" };
    },
    run: async (context) => {
      await createEnvironment(context);
      const options = ["--disable-pip-version-check", "--no-input", "--quiet"];
      await context.run(venvProgram("python"), ["-m", "pip", "install", ...options, "-e", what], {
        cwd: root,
      });
      const python = await ask([venvProgram("python")]);
      return python && `Python ${python.version.join(".")}`;
    },
  };
}
