/**
 * Steps: each says what it does, is skipped when nothing it reads has changed, and on failure
 * shows the end of what its programs wrote and where the whole of it is.
 */

import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { logsFolder, shown } from "./paths.mjs";
import { run } from "./processes.mjs";
import { bold, dim, duration, green, red, tail, yellow } from "./terminal.mjs";

/** How much of a failed step's output is worth showing before its log file is named. */
const tailLines = 40;

/** A failure that was foreseen: its message says all that there is to say. */
export class StepFailure extends Error {
  /**
   * @param {string} message
   * @param {string} [output] what a program wrote, of which the end is shown
   */
  constructor(message, output = "") {
    super(message);
    this.output = output;
  }
}

/** What a step gets to work with: a log file of its own and programs that write to it. */
export class StepContext {
  /** @param {string} name */
  constructor(name) {
    mkdirSync(logsFolder, { recursive: true });
    this.log = path.join(logsFolder, `${name}.log`);
    writeFileSync(this.log, "");
  }

  /**
   * Runs a program, its output in the log, and hands back what it wrote. A bad end is a failure.
   *
   * @param {string} command
   * @param {readonly string[]} args
   * @param {import("./processes.mjs").StartOptions & Omit<import("./processes.mjs").RunOptions, "log">} [options]
   */
  async run(command, args, options = {}) {
    let result;
    try {
      result = await run(command, args, { ...options, log: this.log });
    } catch (error) {
      throw new StepFailure(`\`${command}\` could not be started: ${String(error)}`);
    }
    if (result.code !== 0) {
      const end = result.signal ? `was ended by ${result.signal}` : `ended with ${result.code}`;
      throw new StepFailure(`\`${path.basename(command)}\` ${end}.`, result.output);
    }
    return result.output;
  }

  /**
   * Adds a line of our own to the log.
   *
   * @param {string} text
   */
  write(text) {
    appendFileSync(this.log, `${text}\n`);
  }
}

/**
 * @typedef {object} Step
 * @property {string} name short, one word: the name by which a person asks for it
 * @property {string} does what it does, to be read after "now:"
 * @property {readonly string[]} [needs] the steps that must have passed before
 * @property {boolean} [background] start as soon as possible, beside the other steps
 * @property {() => Stamp | Promise<Stamp>} [stamp] tells whether there is anything to do
 * @property {(context: StepContext) => Promise<string | void>} run a returned text goes into
 *   the summary
 */

/**
 * What a step was last done from. It lies inside what the step makes, so that whoever deletes the
 * one deletes the other.
 *
 * @typedef {object} Stamp
 * @property {string} file
 * @property {string} key a digest of everything that the step reads
 */

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {"passed" | "failed" | "up to date" | "not run"} outcome
 * @property {number} milliseconds
 * @property {string} detail
 */

/**
 * A digest of texts and of files' contents. Files that do not exist count as such.
 *
 * @param {{ texts?: readonly string[], files?: readonly string[] }} inputs
 */
export function digest({ texts = [], files = [] }) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`text ${text.length}\n${text}`);
  for (const file of files) {
    const content = existsSync(file) ? readFileSync(file) : undefined;
    hash.update(`file ${shown(file)} ${content?.length}\n`);
    if (content) hash.update(content);
  }
  return hash.digest("hex");
}

/** @param {Stamp} stamp */
export function isCurrent({ file, key }) {
  return existsSync(file) && readFileSync(file, "utf8").trim() === key;
}

/** @param {Stamp} stamp */
export function writeStamp({ file, key }) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${key}\n`);
}

/**
 * Does one step, and says so.
 *
 * @param {Step} step
 * @returns {Promise<Result>}
 */
async function perform(step) {
  const begun = performance.now();
  const elapsed = () => performance.now() - begun;
  const { name } = step;
  const stamp = await step.stamp?.();
  if (stamp && isCurrent(stamp)) {
    console.log(`${green("✓")} ${bold(name)} ${dim("is up to date")}`);
    return { name, outcome: "up to date", milliseconds: elapsed(), detail: "" };
  }
  console.log(`${yellow("▸")} ${bold(name)}: ${step.does}`);
  const context = new StepContext(name);
  try {
    const detail = (await step.run(context)) ?? "";
    // Asked again, because the step may have changed what it read, or made what was missing.
    const done = await step.stamp?.();
    if (done) writeStamp(done);
    const spent = elapsed();
    const note = detail ? `, ${detail}` : "";
    console.log(`${green("✓")} ${bold(name)} ${dim(`in ${duration(spent)}${note}`)}`);
    return { name, outcome: "passed", milliseconds: spent, detail };
  } catch (error) {
    const spent = elapsed();
    const failure = error instanceof StepFailure ? error : undefined;
    const message = failure?.message ?? (error instanceof Error ? error.stack : String(error));
    context.write(message ?? "");
    console.log(`${red("✗")} ${bold(name)} failed after ${duration(spent)}: ${message}`);
    if (failure?.output) {
      console.log(tail(failure.output, tailLines).replaceAll(/^/gm, "    "));
      console.log(`  The whole of it: ${shown(context.log)}`);
    }
    return {
      name,
      outcome: "failed",
      milliseconds: spent,
      detail: (message ?? "").split("\n", 1)[0] ?? "",
    };
  }
}

/**
 * Does the steps in their order, those of the background beside the others, and hands back how
 * each ended, in the order of the list. A step whose needs did not pass is not run, and says so.
 *
 * @param {readonly Step[]} steps
 * @param {{ keepGoing?: boolean }} [options] go on after a failure with what does not depend on it
 * @returns {Promise<Result[]>}
 */
export async function performAll(steps, { keepGoing = false } = {}) {
  /** @type {Map<string, Promise<Result>>} */
  const ends = new Map();
  let failed = false;

  /** @param {Step} step */
  const performWhenPossible = async (step) => {
    /** @type {Result | undefined} */
    let missing;
    for (const name of step.needs ?? []) {
      const result = await ends.get(name);
      if (result?.outcome === "failed" || result?.outcome === "not run") missing ??= result;
    }
    /** @type {Result} */
    let result;
    if (missing || (failed && !keepGoing)) {
      const detail = missing ? `needs ${missing.name}` : "a step before it failed";
      console.log(`${red("✗")} ${bold(step.name)} was not run: ${detail}`);
      result = { name: step.name, outcome: "not run", milliseconds: 0, detail };
    } else {
      result = await perform(step);
    }
    failed ||= result.outcome === "failed";
    return result;
  };

  let previous = Promise.resolve();
  for (const step of steps) {
    for (const need of step.needs ?? []) {
      if (!ends.has(need)) throw new Error(`Step ${step.name} stands before its need ${need}.`);
    }
    if (step.background) {
      ends.set(step.name, performWhenPossible(step));
    } else {
      const end = previous.then(() => performWhenPossible(step));
      ends.set(step.name, end);
      previous = end.then(() => undefined);
    }
  }
  return Promise.all(ends.values());
}

/** @param {readonly Result[]} results */
export function allPassed(results) {
  return results.every(({ outcome }) => outcome === "passed" || outcome === "up to date");
}
