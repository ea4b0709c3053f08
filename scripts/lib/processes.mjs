/**
 * Child processes that never outlive us.
 *
 * Each child leads a process group of its own, because what we start (npm, pip, VS Code) starts
 * more, and a signal to the first alone leaves the rest behind. The price is that Ctrl-C in the
 * terminal no longer reaches them by itself: `stopOnSignals` passes it on.
 */

import { spawn, spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";

import { isWindows } from "./paths.mjs";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/**
 * @typedef {object} StartOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] the whole environment, not an addition to ours
 * @property {boolean} [leash] its standard input stays open as long as we live, for programs that
 *   end when it closes; without this, there is nothing to read from the start
 */

/**
 * Starts a program in a process group of its own, its output in pipes.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {StartOptions} [options]
 */
export function start(command, args, { leash = false, ...options } = {}) {
  const child = spawn(command, args, {
    ...options,
    stdio: "pipe",
    detached: !isWindows,
    windowsHide: true,
  });
  if (!leash) child.stdin.end();
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/**
 * The system's name for what went wrong, such as `ENOENT`.
 *
 * @param {unknown} error
 */
export function errorCode(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/**
 * Sends a signal to a child and to everything that it started.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  if (isWindows) {
    spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // The group is gone already, which is what we wanted.
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

/**
 * Asks a child's group to end, and ends it by force when it has not done so in time.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {number} [patience] milliseconds
 */
export async function stop(child, patience = 5000) {
  signalGroup(child, "SIGTERM");
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => {
      child.once("exit", resolve);
    });
    const timer = new Promise((resolve) => {
      setTimeout(resolve, patience).unref();
    });
    await Promise.race([ended, timer]);
  }
  // The leader may have gone and left a member of its group behind.
  signalGroup(child, "SIGKILL");
  running.delete(child);
}

/** Ends every child that is still running, at once: for the way out. */
function stopAllNow() {
  for (const child of running) signalGroup(child, "SIGKILL");
}

let watching = false;
let stopping = false;

/** Whether a signal is ending us, which is why the children end. */
export function isStopping() {
  return stopping;
}

/**
 * Makes Ctrl-C and friends end the children before they end us.
 *
 * @param {() => Promise<void> | void} [first] what else to tidy up
 */
export function stopOnSignals(first) {
  if (watching) throw new Error("Signals have their handler already.");
  watching = true;
  /** @param {number} code */
  const leave = async (code) => {
    // A second Ctrl-C means that the person does not want to wait for the tidy way.
    if (stopping) {
      stopAllNow();
      process.exit(code);
    }
    stopping = true;
    await Promise.all([...running].map((child) => stop(child)));
    await first?.();
    process.exit(code);
  };
  for (const [signal, code] of /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])) {
    process.on(signal, () => void leave(code));
  }
  process.on("exit", stopAllNow);
}

/**
 * @typedef {object} RunOptions
 * @property {string} [log] a file to append its output to
 * @property {number} [timeout] milliseconds, after which it is stopped
 * @property {(line: string) => void} [onLine] hears each line of its stdout as it comes
 */

/**
 * @typedef {object} RunResult
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {string} output what it wrote, stdout and stderr together
 */

/**
 * Runs a program to its end and hands back what it wrote.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {StartOptions & RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export async function run(command, args, { log, timeout, onLine, ...options } = {}) {
  const child = start(command, args, options);
  const file = log === undefined ? undefined : createWriteStream(log, { flags: "a" });
  file?.write(`$ ${[command, ...args].join(" ")}\n`);
  /** @type {Buffer[]} */
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (/** @type {Buffer} */ chunk) => {
      chunks.push(chunk);
      file?.write(chunk);
    });
  }
  if (onLine) createInterface({ input: child.stdout }).on("line", onLine);
  let timer;
  if (timeout !== undefined) {
    timer = setTimeout(() => {
      chunks.push(Buffer.from(`\nStopped after ${timeout / 1000} s without an end.\n`));
      void stop(child);
    }, timeout);
  }
  try {
    const [code, signal] = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (...end) => {
        resolve(end);
      });
    });
    return { code, signal, output: Buffer.concat(chunks).toString("utf8") };
  } finally {
    clearTimeout(timer);
    if (file) {
      file.end("\n");
      await finished(file);
    }
  }
}
