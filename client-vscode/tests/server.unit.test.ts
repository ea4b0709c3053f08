import { describe, expect, it } from "vitest";

import { type ServerLaunch, isSameLaunch, resolveServer } from "../src/server";

const places = { extensionFolder: "/ext", storageFolder: "/storage" };
const python = { executable: "/usr/bin/python3", version: "3.12.1", origin: "path" } as const;

function launch(changes: Partial<typeof python> | { origin: "setting" } = {}): ServerLaunch {
  const resolution = resolveServer({ python: { ...python, ...changes }, rejections: [] }, places);
  if (resolution.kind !== "found") throw new Error("There is a Python.");
  return resolution.launch;
}

describe("how the server is started", () => {
  it("is isolated, in UTF-8, with byte code in the extension's storage", () => {
    expect(launch()).toEqual({
      command: "/usr/bin/python3",
      args: [
        ...["-I", "-X", "utf8", "-X", "pycache_prefix=/storage/pycache"],
        ...["/ext/server/launch.py", "serve"],
      ],
      cwd: "/ext",
      python,
    });
  });

  it("is unknown without a Python", () => {
    const rejections = [{ origin: "path", program: "/p", reason: "no" }] as const;
    expect(resolveServer({ python: undefined, rejections }, places)).toEqual({
      kind: "noPython",
      rejections,
    });
  });

  it("is the same for another way to the same interpreter, and another for another one", () => {
    expect(isSameLaunch(launch(), launch({ origin: "setting" }))).toBe(true);
    expect(isSameLaunch(launch(), { ...launch(), command: "/opt/python" })).toBe(false);
    expect(isSameLaunch(launch(), { ...launch(), cwd: "/elsewhere" })).toBe(false);
  });
});
