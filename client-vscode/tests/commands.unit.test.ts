import { beforeEach, describe, expect, it, vi } from "vitest";

import { type CommandParts, registerCommands } from "../src/commands";
import type { EnvironmentInfo } from "../src/protocol";
import { base, environment, fake } from "./samples";
import { Uri, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => {
  world.reset();
  world.addFolder("/mono");
});

const folder = "file:///mono";

/** The commands of the palette, before a server that has these environments. */
function register(environments: readonly EnvironmentInfo[] = [base("3.13.0")]) {
  const sent: unknown[] = [];
  registerCommands(
    fake<CommandParts>({
      environments: {},
      session: {
        check: () => {},
        execute: async (command: string, argument: { file?: string }) => {
          const project = argument.file?.includes("/svc-a/") ? `${folder}/svc-a` : folder;
          if (command === "pinwise.environmentStatus") return { project };
          sent.push([command, argument]);
          return null;
        },
      },
      lists: {
        list: async (_folder: unknown, onFound: (found: EnvironmentInfo) => void) => {
          environments.forEach(onFound);
          return environments;
        },
      },
    }),
  );
  return sent;
}

async function call(id: string, given?: unknown): Promise<void> {
  await world.commands.get(`pinwise.${id}`)?.(given);
}

/** Plays the user, who takes the first interpreter of the list. */
async function pickFirst(): Promise<void> {
  await vi.waitFor(() => expect(world.quickPicks.at(-1)?.busy).toBe(false));
  world.quickPicks.at(-1)?.goTo(/Choose automatically/);
  world.quickPicks.at(-1)?.accept();
}

describe("the project that is meant", () => {
  const file = "file:///mono/svc-a/requirements.txt";

  it.each([
    ["the file in front", undefined, file],
    ["the folder that the command was called on", Uri.file("/mono/svc-b"), "file:///mono/svc-b"],
    ["the whole workspace folder, called on itself", Uri.file("/mono"), undefined],
  ])("is that of %s, for a new environment", async (_name, given, about) => {
    world.openEditor("/mono/svc-a/requirements.txt", "pip-requirements");
    const sent = register();
    await call("createVenv", given);
    const argument = { folder, ...(about !== undefined && { file: about }), name: ".venv" };
    expect(sent).toEqual([["pinwise.createEnvironment", argument]]);
  });

  it("is told with the choices of a new environment, too", async () => {
    world.openEditor("/mono/svc-a/requirements.txt", "pip-requirements");
    world.inputs = ["env"];
    const sent = register();
    const done = call("createEnvironmentFrom");
    await pickFirst();
    await done;
    expect(sent).toEqual([["pinwise.createEnvironment", { folder, file, name: "env" }]]);
  });

  it.each([
    ["the file in front", undefined, { file }],
    ["a folder", Uri.file("/mono/svc-b"), { file: "file:///mono/svc-b" }],
    [
      "a requirements file, which alone is installed",
      Uri.file("/mono/svc-b/dev.txt"),
      { files: ["file:///mono/svc-b/dev.txt"] },
    ],
  ])("is that of %s, for an installation", async (_name, given, about) => {
    world.files.add("/mono/svc-b/dev.txt");
    world.directories.add("/mono/svc-b");
    world.openEditor("/mono/svc-a/requirements.txt", "pip-requirements");
    const sent = register();
    await call("install", given);
    expect(sent).toEqual([["pinwise.installRequirements", { folder, ...about }]]);
  });
});

describe("the name of a new environment", () => {
  it("may be that of one that is there, of the same project: the server asks", async () => {
    const nested = environment({ prefix: "/mono/svc-a/.venv", version: "3.9.2" });
    const outer = environment({ prefix: "/mono/env" });
    world.files.add("/mono/svc-a/.venv/pyvenv.cfg");
    world.files.add("/mono/svc-a/env/README.md");
    world.openEditor("/mono/svc-a/requirements.txt", "pip-requirements");
    register([nested, outer, base("3.13.0")]);
    world.inputs = [undefined];
    const done = call("createEnvironmentFrom");
    await pickFirst();
    await done;
    const box = world.inputBoxes[0];
    expect(box?.value).toBe(".venv2");
    expect(box?.validateInput?.(".venv")).toEqual({
      message:
        "“.venv” is an environment with Python 3.9.2 already. It can be used as it is, or recreated.",
      severity: 2,
    });
    expect(box?.validateInput?.("env")).toBe("“env” exists already in this folder.");
  });
});
