import { rmSync } from "node:fs";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { judge, probe } from "../src/probe";
import { program, temporaryFolder } from "./samples";

vi.mock("vscode", () => import("./vscodeStub"));

describe("judge", () => {
  it("takes the last line, whatever a wrapper printed before it", () => {
    const output = 'Welcome!\n["/usr/bin/python3", "3.12.1"]\n';
    expect(judge(output)).toEqual({ ok: true, executable: "/usr/bin/python3", version: "3.12.1" });
  });

  it.each([
    ["3.9.18", false],
    ["2.7.18", false],
    ["3.10.0", true],
    ["3.14.0", true],
    ["4.0.0", true],
  ])("says of Python %s: %s", (version, ok) => {
    expect(judge(JSON.stringify(["/p", version])).ok).toBe(ok);
  });

  it.each(["", "\n", "Python was not found; run without arguments to install it", "[]", "{}", "7"])(
    "takes %j for no Python",
    (output) => {
      expect(judge(output)).toEqual({ ok: false, reason: "it does not answer as a Python does" });
    },
  );
});

describe.skipIf(process.platform === "win32")("probe", () => {
  let home = "";
  beforeEach(() => {
    home = temporaryFolder();
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const ask = (script: string) => {
    const file = program(path.join(home, "python"), script);
    return probe({ program: file, args: ["-3"] }, home);
  };

  it("starts the program in isolated mode, after the launcher's own arguments", async () => {
    const result = await ask(`printf '["%s %s %s", "3.12.1"]' "$1" "$2" "$3"`);
    expect(result).toEqual({ ok: true, executable: "-3 -I -c", version: "3.12.1" });
  });

  it("gives it no input to wait for", async () => {
    const result = await ask(`cat; echo '["/p", "3.12.1"]'`);
    expect(result.ok).toBe(true);
  });

  it("says why a program is of no use", async () => {
    expect(await ask("exit 3")).toEqual({ ok: false, reason: "it ended with exit code 3" });
    expect(await probe({ program: path.join(home, "none"), args: [] }, home)).toEqual({
      ok: false,
      reason: "it does not exist",
    });
  });
});
