import { readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { root } from "./lib/paths.mjs";

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(path.join(root, file), "utf8"));
}

describe.each(["", "tests/vscode"])("the lock file of ./%s", (folder) => {
  const lock = readJson(path.join(folder, "package-lock.json"));
  const manifest = readJson(path.join(folder, "package.json"));

  it("names digests and no addresses, so that it serves every registry", () => {
    const packages = Object.entries(lock.packages).filter(([name]) => name !== "");
    expect(packages.filter(([, entry]) => "resolved" in entry).map(([name]) => name)).toEqual([]);
    expect(packages.filter(([, entry]) => !entry.integrity).map(([name]) => name)).toEqual([]);
  });

  it("agrees with its manifest, which pins every package exactly", () => {
    expect(lock.packages[""].devDependencies).toEqual(manifest.devDependencies);
    expect(manifest.dependencies).toBeUndefined();
    for (const version of Object.values(manifest.devDependencies)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });
});

describe("the versions", () => {
  it("are the same for the extension and for the server", () => {
    const pyproject = readFileSync(path.join(root, "pyproject.toml"), "utf8");
    const version = /^version = "(.*)"$/m.exec(pyproject)?.[1];
    expect(readJson("package.json").version).toBe(version);
  });

  it("admit no newer VS Code API than the engine has", () => {
    const { engines, devDependencies } = readJson("package.json");
    expect(`^${devDependencies["@types/vscode"]}`).toBe(engines.vscode);
  });
});
