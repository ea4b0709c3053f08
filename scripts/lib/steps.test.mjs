import { EventEmitter, once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { StepFailure, allPassed, digest, performAll } from "./steps.mjs";

/** @type {string} */
let folder;
/** @type {string[]} */
let printed;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pinwise-steps-"));
  printed = [];
  vi.spyOn(console, "log").mockImplementation((text) => {
    printed.push(String(text));
  });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/**
 * @param {string} name
 * @param {string[]} order what ran, in its order
 * @param {Partial<import("./steps.mjs").Step>} [more]
 * @returns {import("./steps.mjs").Step}
 */
function step(name, order, more = {}) {
  return {
    name: `test-${name}`,
    does: "is for a test",
    run: async () => {
      order.push(name);
    },
    ...more,
  };
}

const failing = {
  run: async () => {
    throw new StepFailure("It did not work.", "first line\nlast line\n");
  },
};

/** @param {readonly import("./steps.mjs").Result[]} results */
function outcomes(results) {
  return results.map(({ outcome }) => outcome);
}

describe("performAll", () => {
  it("does the steps in their order", async () => {
    /** @type {string[]} */
    const order = [];
    const results = await performAll([step("one", order), step("two", order)]);
    expect(order).toEqual(["one", "two"]);
    expect(allPassed(results)).toBe(true);
  });

  it("stops at a failure, and shows the end of the output and where the rest is", async () => {
    /** @type {string[]} */
    const order = [];
    const results = await performAll([step("one", order, failing), step("two", order)]);
    expect(outcomes(results)).toEqual(["failed", "not run"]);
    expect(order).toEqual([]);
    expect(printed.join("\n")).toContain("    last line");
    expect(printed.join("\n")).toContain(path.join(".pinwise-build", "logs", "test-one.log"));
  });

  it("keeps going with what does not need the failed step", async () => {
    /** @type {string[]} */
    const order = [];
    const results = await performAll(
      [
        step("one", order, failing),
        step("two", order, { needs: ["test-one"] }),
        step("three", order, { needs: ["test-two"] }),
        step("four", order),
      ],
      { keepGoing: true },
    );
    expect(outcomes(results)).toEqual(["failed", "not run", "not run", "passed"]);
    expect(order).toEqual(["four"]);
  });

  it("does a background step beside the others, and lets those that need it wait", async () => {
    /** @type {string[]} */
    const order = [];
    const finish = new EventEmitter();
    const slow = once(finish, "now");
    const results = await performAll([
      step("slow", order, {
        background: true,
        run: async () => {
          await slow;
          order.push("slow");
        },
      }),
      step("one", order, {
        run: async () => {
          order.push("one");
          finish.emit("now");
        },
      }),
      step("two", order, { needs: ["test-slow"] }),
    ]);
    expect(order).toEqual(["one", "slow", "two"]);
    expect(allPassed(results)).toBe(true);
  });

  it("skips a step until its inputs change or what it made is gone", async () => {
    /** @type {string[]} */
    const order = [];
    const input = path.join(folder, "input");
    const output = path.join(folder, "output", "stamp");
    writeFileSync(input, "a");
    const steps = [
      step("one", order, { stamp: () => ({ file: output, key: digest({ files: [input] }) }) }),
    ];
    expect(outcomes(await performAll(steps))).toEqual(["passed"]);
    expect(outcomes(await performAll(steps))).toEqual(["up to date"]);
    writeFileSync(input, "b");
    expect(outcomes(await performAll(steps))).toEqual(["passed"]);
    rmSync(path.dirname(output), { recursive: true });
    expect(outcomes(await performAll(steps))).toEqual(["passed"]);
    expect(order).toHaveLength(3);
  });

  it("does a failed step again, whatever its inputs", async () => {
    const file = path.join(folder, "stamp");
    const steps = [step("one", [], { ...failing, stamp: () => ({ file, key: "same" }) })];
    expect(outcomes(await performAll(steps))).toEqual(["failed"]);
    expect(existsSync(file)).toBe(false);
    expect(outcomes(await performAll(steps))).toEqual(["failed"]);
  });

  it("refuses a step that stands before what it needs", async () => {
    const steps = [step("one", [], { needs: ["test-two"] }), step("two", [])];
    await expect(performAll(steps)).rejects.toThrow("test-one stands before its need test-two");
  });
});

describe("a step's programs", () => {
  it("fail the step by their exit code and leave their output in its log", async () => {
    let log = "";
    const results = await performAll([
      step("program", [], {
        run: async (context) => {
          log = context.log;
          await context.run(process.execPath, ["-e", "console.log('said'); process.exit(3)"]);
        },
      }),
    ]);
    expect(results[0]?.outcome).toBe("failed");
    expect(results[0]?.detail).toContain("ended with 3");
    expect(readFileSync(log, "utf8")).toContain("said");
  });

  it("fail the step when they do not exist", async () => {
    const results = await performAll([
      step("absent", [], {
        run: async (context) => {
          await context.run(path.join(folder, "no-such-program"), []);
        },
      }),
    ]);
    expect(results[0]?.detail).toContain("could not be started");
  });
});

describe("digest", () => {
  it("tells an absent file from an empty one, and one text from two", () => {
    const file = path.join(folder, "file");
    const absent = digest({ files: [file] });
    writeFileSync(file, "");
    expect(digest({ files: [file] })).not.toBe(absent);
    expect(digest({ texts: ["ab"] })).not.toBe(digest({ texts: ["a", "b"] }));
  });
});
