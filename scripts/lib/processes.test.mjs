import { once } from "node:events";

import { describe, expect, it } from "vitest";

import { isWindows } from "./paths.mjs";
import { run, start, stop } from "./processes.mjs";

describe("run", () => {
  it("hands back what a program wrote to both streams, and its exit code", async () => {
    const { code, output } = await run(process.execPath, [
      "-e",
      "console.log('out'); console.error('err'); process.exitCode = 4",
    ]);
    expect(code).toBe(4);
    expect(output).toContain("out");
    expect(output).toContain("err");
  });

  it("tells lines as they come, and still hands back all of them", async () => {
    /** @type {string[]} */
    const lines = [];
    const { output } = await run(process.execPath, ["-e", "console.log('one\\ntwo')"], {
      onLine: (line) => {
        lines.push(line);
      },
    });
    expect(lines).toEqual(["one", "two"]);
    expect(output).toBe("one\ntwo\n");
  });

  it("stops a program that takes too long, and says so", async () => {
    const forever = ["-e", "setInterval(() => {}, 1000)"];
    const { code, output } = await run(process.execPath, forever, { timeout: 300 });
    expect(code).not.toBe(0);
    expect(output).toContain("Stopped after 0.3 s");
  });
});

describe("stop", () => {
  it.skipIf(isWindows)("also ends what the program started", async () => {
    const child = start("sh", ["-c", "sleep 60 & echo started; wait"]);
    await once(child.stdout, "data");
    // The output closes only when nobody is left who could write to it, the `sleep` included.
    const closed = once(child, "close");
    await stop(child);
    await closed;
    expect(child.signalCode).toBe("SIGTERM");
  });
});
