import { describe, expect, it, vi } from "vitest";

import { baseItems, freeName, nameProblem } from "../src/create";
import { absolutePath } from "../src/pathInput";
import { base, environment, fake } from "./samples";
import { Uri } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

describe("the interpreters to create from", () => {
  it("are the bases that work, after the automatic choice", () => {
    const items = baseItems([environment(), base("3.13.0"), base("3.9.0", { broken: true })]);
    expect(items.map((item) => item.base)).toEqual([undefined, "/usr/bin/python3.13.0"]);
  });
});

describe("the name", () => {
  it.each([".venv", "env-3.12", "mein env", ".venv "])("may be %j", (name) => {
    expect(nameProblem(name, ["other"])).toBeUndefined();
  });

  it.each(["", "  ", ".", "..", "a/b", String.raw`a\b`, "a:b", "what?"])("cannot be %j", (name) => {
    expect(nameProblem(name, [])).toBeTypeOf("string");
  });

  it("cannot be taken", () => {
    expect(nameProblem(".venv", [".venv"])).toContain("exists already");
    expect(freeName([".venv"])).toBe(".venv2");
    expect(freeName([".venv", ".venv2", ".venv3"])).toBe(".venv4");
  });
});

describe("a typed path", () => {
  const folder = fake<Parameters<typeof absolutePath>[1]>(Uri.file("/project"));

  it.each([
    ["/usr/bin/python3", "/usr/bin/python3"],
    ["envs/legacy", "/project/envs/legacy"],
    ["./.venv/bin/python", "/project/.venv/bin/python"],
    ["'/my env/bin/python'", "/my env/bin/python"],
    [' "/my env" ', "/my env"],
  ])("%j is %j", (typed, expected) => expect(absolutePath(typed, folder)).toBe(expected));

  it("may begin at home", () => {
    expect(absolutePath("~/envs/x", folder)).toMatch(/^\/.*\/envs\/x$/);
  });
});
