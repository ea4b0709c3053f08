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
 * Returns a function that logs the server's lines, each at the level that it names. A line that
 * names none belongs to the record before it: a traceback follows its error.
 */
export function serverLog(log: Logger): (line: string) => void {
  let method: keyof Logger = "info";
  return (line) => {
    const level = /^\s*\[?(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b/.exec(line)?.[1];
    if (level !== undefined) method = methods[level] ?? "info";
    log[method](line);
  };
}
