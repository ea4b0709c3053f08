import { beforeEach, describe, expect, it, vi } from "vitest";
import type * as vscode from "vscode";

import { type ActivationMode, activationMode, activationOf } from "../src/activation";
import type { EnvironmentInfo, EnvironmentStatus } from "../src/protocol";
import type { StatusChange } from "../src/statuses";
import { type TerminalParts, Terminals } from "../src/terminals";
import { base, environment, fake, status } from "./samples";
import { EventEmitter, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

/** A collection that counts its changes, as each of them asks the user to relaunch terminals. */
class FakeCollection {
  persistent = false;
  description: unknown;
  changes = 0;
  readonly variables = new Map<string, { value: string; options: unknown; type: string }>();

  get(variable: string) {
    return this.variables.get(variable);
  }
  replace(variable: string, value: string, options: unknown): void {
    this.changes += 1;
    this.variables.set(variable, { type: "replace", value, options });
  }
  prepend(variable: string, value: string, options: unknown): void {
    this.changes += 1;
    this.variables.set(variable, { type: "prepend", value, options });
  }
  delete(variable: string): void {
    if (this.variables.delete(variable)) this.changes += 1;
  }
  get plain(): Record<string, string> {
    return Object.fromEntries([...this.variables].map(([name, { value }]) => [name, value]));
  }
}

let collections = new Map<string, FakeCollection>();
let statuses = new Map<vscode.WorkspaceFolder, EnvironmentStatus>();
let changes = new EventEmitter<StatusChange>();
let mode: ActivationMode = "env";
let inherited: Record<string, string> = {};

beforeEach(() => {
  world.reset();
  collections = new Map();
  statuses = new Map();
  changes = new EventEmitter();
  mode = "env";
  inherited = {};
});

function makeTerminals(): Terminals {
  return new Terminals(
    fake<TerminalParts>({
      collections: {
        getScoped: ({ workspaceFolder }: { workspaceFolder: vscode.WorkspaceFolder }) =>
          collectionOf(workspaceFolder),
      },
      statuses: {
        of: (folder: vscode.WorkspaceFolder) => statuses.get(folder),
        onDidChange: changes.event,
      },
      modeOf: () => mode,
      inherited,
    }),
  );
}

function collectionOf(folder: vscode.WorkspaceFolder): FakeCollection {
  const present = collections.get(folder.name) ?? new FakeCollection();
  collections.set(folder.name, present);
  return present;
}

function tell(folder: vscode.WorkspaceFolder, used: EnvironmentInfo | null): void {
  const told = status(folder.uri.fsPath, used);
  statuses.set(folder, told);
  changes.fire({ folder, status: told });
}

describe("new terminals", () => {
  it("scenario 33: have the environment of their own folder", () => {
    const one = world.addFolder("/one");
    const two = world.addFolder("/two");
    makeTerminals();
    tell(one, environment({ prefix: "/one/.venv" }));
    tell(two, environment({ prefix: "/two/env" }));
    expect(collectionOf(one).plain).toEqual({
      VIRTUAL_ENV: "/one/.venv",
      VIRTUAL_ENV_PROMPT: ".venv",
      PATH: "/one/.venv/bin:",
    });
    expect(collectionOf(two).plain).toMatchObject({ VIRTUAL_ENV: "/two/env" });
  });

  it("scenario 26: get it at process creation and again after the rc files, over reloads of the window", () => {
    const one = world.addFolder("/one");
    makeTerminals();
    tell(one, environment());
    const collection = collectionOf(one);
    expect(collection.persistent).toBe(true);
    expect(collection.description).toMatchObject({ value: expect.stringContaining("(.venv)") });
    for (const { options } of collection.variables.values()) {
      expect(options).toEqual({ applyAtProcessCreation: true, applyAtShellIntegration: true });
    }
    expect(collection.get("PATH")?.type).toBe("prepend");
    expect(collection.get("VIRTUAL_ENV")?.type).toBe("replace");
  });

  it.each([
    ["none", null],
    ["a base interpreter", base("3.13.0")],
    ["a broken one", environment({ broken: true })],
    ["one that cannot stand on PATH", environment({ binDir: "/a:b/.venv/bin" })],
  ])("have no environment after a change to %s", (_name, used) => {
    const one = world.addFolder("/one");
    makeTerminals();
    tell(one, environment());
    tell(one, used);
    expect(collectionOf(one).plain).toEqual({});
    expect(collectionOf(one).description).toBeUndefined();
  });

  it("are not asked to relaunch where nothing changes", () => {
    const one = world.addFolder("/one");
    makeTerminals();
    tell(one, environment());
    const { changes: before } = collectionOf(one);
    tell(one, environment({ problems: ["It has no pip."] }));
    expect(collectionOf(one).changes).toBe(before);
  });

  it("keep what is stored until the server has answered, unless it is not wanted", () => {
    const one = world.addFolder("/one");
    const collection = collectionOf(one);
    collection.prepend("PATH", "/one/.venv/bin:", {});
    const terminals = makeTerminals();
    terminals.update();
    expect(collection.plain).toEqual({ PATH: "/one/.venv/bin:" });
    expect(terminals.isActive(one)).toBe(true);
    mode = "off";
    terminals.update();
    expect(collection.plain).toEqual({});
    expect(terminals.isActive(one)).toBe(false);
  });

  it.each(["off", "command"] as const)("lose and regain it with the setting %s", (off) => {
    const one = world.addFolder("/one");
    const terminals = makeTerminals();
    tell(one, environment());
    mode = off;
    terminals.update();
    expect(collectionOf(one).plain).toEqual({});
    mode = "env";
    terminals.update();
    expect(collectionOf(one).plain).toMatchObject({ VIRTUAL_ENV: "/project/.venv" });
  });
});

describe("PYTHONHOME", () => {
  it("cannot be removed by variables, and is told of once", () => {
    inherited = { PYTHONHOME: "/opt/python" };
    const one = world.addFolder("/one");
    makeTerminals();
    tell(one, null);
    expect(world.messages).toEqual([]);
    tell(one, environment());
    tell(one, environment({ prefix: "/one/other" }));
    expect(world.messages).toEqual([expect.stringMatching(/^PYTHONHOME is set, .* Unset it/)]);
  });

  it("does not matter to a line, which removes it", () => {
    inherited = { PYTHONHOME: "/opt/python" };
    mode = "command";
    const one = world.addFolder("/one");
    makeTerminals();
    tell(one, environment());
    expect(world.messages).toEqual([]);
  });
});

describe("the mode", () => {
  const conda = environment({ kind: "conda" });
  const pixi = environment({ kind: "pixi" });

  it.each([
    ["auto", environment(), false, "env"],
    ["auto", undefined, false, "env"],
    ["auto", conda, false, "command"],
    ["auto", pixi, false, "command"],
    ["auto", environment(), true, "off"],
    ["auto", conda, true, "off"],
    ["env", conda, true, "env"],
    ["command", environment(), true, "command"],
    ["off", environment(), false, "off"],
  ] as const)("%s, %o, another extension activates: %s → %s", (setting, used, others, expected) => {
    expect(activationMode(setting, used, () => others)).toBe(expected);
  });
});

describe("an activation", () => {
  it("does not pass a conda environment off as a virtual one", () => {
    const conda = environment({ kind: "conda", prefix: "/opt/conda/envs/x" });
    expect(activationOf(conda)?.replace).toEqual({ CONDA_PREFIX: "/opt/conda/envs/x" });
  });

  it("uses the delimiter of the platform", () => {
    const binDir = String.raw`C:\p\.venv\Scripts`;
    expect(activationOf(environment({ binDir }), "win32")?.prependPath).toBe(`${binDir};`);
  });
});
