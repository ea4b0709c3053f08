/** The output channel, and what the server writes to standard error. */

import type { LogOutputChannel } from "vscode";

/** The part of the output channel that modules write to. */
export type Logger = Pick<LogOutputChannel, "debug" | "info" | "warn" | "error">;

/** Python's names of the levels. */
const methods: Readonly<Record<string, keyof Logger>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/**
 * Logs a line of the server at the level that it names. Python's logging and tracebacks both go to
 * standard error, so not every line there is an error.
 */
export function logServerLine(line: string, log: Logger): void {
  const level = /^\s*\[?(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b/.exec(line)?.[1] ?? "INFO";
  log[methods[level] ?? "info"](line);
}
