/**
 * Runs the user's `keyring` command. A secret goes to its standard input: arguments can be read by
 * every program of the machine, and what the language server is sent may be logged.
 */

import { spawn } from "node:child_process";
import path from "node:path";

/** Milliseconds for which an answer is awaited: a locked keyring asks its user first. */
const patience = 120_000;

/** What would bring modules of the workspace into the user's own program. */
const foreign = ["PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT"];

/** Runs a command and returns its exit code, or nothing where it could not be run to its end. */
export type Run = (
  command: string,
  args: readonly string[],
  input?: string,
) => Promise<number | undefined>;

/** What it prints is thrown away, for that may be a password. */
export const run: Run = (command, args, input) =>
  new Promise((resolve) => {
    const env = { ...process.env };
    for (const name of foreign) delete env[name];
    const child = spawn(command, args, {
      cwd: path.dirname(command),
      env,
      stdio: ["pipe", "ignore", "ignore"],
      timeout: patience,
      windowsHide: true,
    });
    child.once("error", () => resolve(undefined));
    child.once("close", (code) => resolve(code ?? undefined));
    // A command that ends without reading is told of by its exit code.
    child.stdin.once("error", () => {});
    child.stdin.end(input === undefined ? "" : `${input}\n`);
  });
