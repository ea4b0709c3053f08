import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Probe } from "../src/probe";
import { type PythonPlaces, findPython } from "../src/python";
import { pythonsOnPath } from "../src/searchPath";
import { program, temporaryFolder } from "./samples";

vi.mock("vscode", () => import("./vscodeStub"));

let home = "";
let workspace = "";

beforeEach(() => {
  home = temporaryFolder();
  workspace = path.join(home, "workspace");
  mkdirSync(workspace);
});

afterEach(() => rmSync(home, { recursive: true }));

function places(changes: Partial<PythonPlaces> = {}): PythonPlaces {
  return {
    setting: "",
    extensionFolder: path.join(home, "extension"),
    development: false,
    fromExtensions: async () => [],
    searchPath: "",
    workspaceFolders: [workspace],
    trusted: true,
    ...changes,
  };
}

/** A probe that starts nothing: it accepts some programs and remembers which it was asked about. */
function fakeProbe(...accepted: string[]) {
  const asked: string[] = [];
  const probe: Probe = async ({ program: file }) => {
    asked.push(file);
    return accepted.includes(file)
      ? { ok: true, executable: file, version: "3.12.1" }
      : { ok: false, reason: "it does not answer as a Python does" };
  };
  return { probe, asked };
}

describe("the order of places", () => {
  it("is the setting, the checkout's environment, other extensions, PATH", async () => {
    const setting = path.join(home, "chosen", "python");
    const own = path.join(home, "extension", ".venv", "bin", "python");
    const other = path.join(home, "other", "python");
    const onPath = program(path.join(home, "bin", "python3"));
    const all = places({
      setting,
      development: true,
      fromExtensions: async () => [other],
      searchPath: path.dirname(onPath),
    });

    const { probe, asked } = fakeProbe();
    const { python, rejections } = await findPython(all, probe);
    expect(python).toBeUndefined();
    expect(asked).toEqual([setting, own, other, onPath]);
    expect(rejections.map(({ origin }) => origin)).toEqual([
      "setting",
      "development",
      "extension",
      "path",
    ]);

    const accepting = fakeProbe(own, onPath);
    expect((await findPython(all, accepting.probe)).python).toEqual({
      executable: own,
      version: "3.12.1",
      origin: "development",
    });
    expect(accepting.asked).toEqual([setting, own]);
  });

  it("asks other extensions only when their turn comes", async () => {
    const setting = path.join(home, "python");
    const { probe } = fakeProbe(setting);
    const { python } = await findPython(
      places({ setting, fromExtensions: () => Promise.reject(new Error("asked too early")) }),
      probe,
    );
    expect(python?.origin).toBe("setting");
  });

  it("leaves out the checkout's environment where the extension is installed", async () => {
    const { probe, asked } = fakeProbe();
    await findPython(places(), probe);
    expect(asked).toEqual([]);
  });
});

describe("the setting", () => {
  it("may name an environment's folder", async () => {
    const interpreter = program(path.join(home, "envs", "tools", "bin", "python"));
    const { probe } = fakeProbe(interpreter);
    const setting = path.join(home, "envs", "tools");
    expect((await findPython(places({ setting }), probe)).python?.executable).toBe(interpreter);
  });

  it("is not started where it is relative, and the reason is kept", async () => {
    const { probe, asked } = fakeProbe();
    const { rejections } = await findPython(places({ setting: "bin/python" }), probe);
    expect(asked).toEqual([]);
    expect(rejections).toEqual([
      { origin: "setting", program: "bin/python", reason: "the setting needs an absolute path" },
    ]);
  });
});

describe("programs inside the workspace", () => {
  it("are started without trust for nobody", async () => {
    const inside = program(path.join(workspace, ".venv", "bin", "python"));
    const link = path.join(home, "link");
    symlinkSync(inside, link);
    const { probe, asked } = fakeProbe(inside, link);
    const { python, rejections } = await findPython(
      places({ setting: link, fromExtensions: async () => [inside], trusted: false }),
      probe,
    );
    expect(asked).toEqual([]);
    expect(python).toBeUndefined();
    expect(rejections.every(({ reason }) => reason.includes("not trusted"))).toBe(true);
  });

  it("are started with trust only where the user chose them", async () => {
    const inside = program(path.join(workspace, ".venv", "bin", "python"));
    const byExtension = fakeProbe(inside);
    await findPython(places({ fromExtensions: async () => [inside] }), byExtension.probe);
    expect(byExtension.asked).toEqual([]);

    const bySetting = fakeProbe(inside);
    const { python } = await findPython(places({ setting: inside }), bySetting.probe);
    expect(python?.executable).toBe(inside);
  });

  it("count by their names too, wherever their links lead", async () => {
    const outside = program(path.join(home, "usr", "python"));
    const inside = path.join(workspace, "python");
    symlinkSync(outside, inside);
    const { probe, asked } = fakeProbe(inside);
    await findPython(places({ setting: inside, trusted: false }), probe);
    expect(asked).toEqual([]);
  });
});

async function found(...folders: string[]): Promise<string[]> {
  const result: string[] = [];
  for await (const command of pythonsOnPath(folders.join(":"), [workspace], "linux")) {
    result.push(path.relative(home, command.program));
  }
  return result;
}

describe("PATH", () => {
  it("yields what exists, the plain names first in each folder", async () => {
    program(path.join(home, "a", "python3.12"));
    program(path.join(home, "b", "python3"));
    program(path.join(home, "b", "python"));
    const folders = ["a", "b"].map((name) => path.join(home, name));
    expect(await found(...folders)).toEqual(["a/python3.12", "b/python3", "b/python"]);
  });

  it("leaves out relative, empty and workspace entries, and links into the workspace", async () => {
    program(path.join(workspace, "bin", "python3"));
    symlinkSync(path.join(workspace, "bin"), path.join(home, "linked"));
    const outside = path.join(home, "outside");
    mkdirSync(outside);
    symlinkSync(path.join(workspace, "bin", "python3"), path.join(outside, "python3"));
    program(path.join(home, "relative", "python3"));
    program(path.join(home, "good", "python3"));
    expect(
      await found(
        "",
        ".",
        path.relative(process.cwd(), path.join(home, "relative")),
        path.join(workspace, "bin"),
        path.join(home, "linked"),
        outside,
        path.join(home, "good"),
      ),
    ).toEqual(["good/python3"]);
  });

  it("asks shims last, and each file once", async () => {
    program(path.join(home, ".pyenv", "shims", "python3"));
    const real = program(path.join(home, "usr", "python3.11"));
    symlinkSync(real, path.join(home, "usr", "python3"));
    const folders = [".pyenv/shims", "usr"].map((name) => path.join(home, name));
    expect(await found(...folders)).toEqual(["usr/python3", ".pyenv/shims/python3"]);
  });
});
