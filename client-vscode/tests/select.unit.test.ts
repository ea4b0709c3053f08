import { beforeEach, describe, expect, it, vi } from "vitest";

import type { EnvironmentLists } from "../src/environmentLists";
import type { EnvironmentInfo } from "../src/protocol";
import { type SelectParts, selectInterpreter } from "../src/select";
import { ServerUnavailable } from "../src/session";
import { base, environment, fake, status } from "./samples";
import { world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

function parts(
  environments: EnvironmentInfo[],
  explicit = false,
  asked: (argument: unknown) => unknown = () => undefined,
) {
  const sent: unknown[] = [];
  const created: string[] = [];
  const made = fake<SelectParts>({
    session: {
      check: () => {},
      execute: async (command: string, argument: unknown) => {
        if (command === "pinwise.environmentStatus") return asked(argument);
        sent.push([command, argument]);
        return null;
      },
    },
    statuses: { at: () => status("/project", null, { explicit }) },
    lists: fake<EnvironmentLists>({ list: async () => environments }),
    createEnvironment: async ({ name }: { name: string }) => created.push(name),
  });
  return { made, sent, created };
}

/** Plays the user: picks the item once the list is complete. */
async function pick(label: RegExp): Promise<void> {
  await vi.waitFor(() => expect(world.quickPicks.at(-1)?.busy).toBe(false));
  world.quickPicks.at(-1)?.goTo(label);
  world.quickPicks.at(-1)?.accept();
}

describe("a choice in the picker", () => {
  const broken = environment({ prefix: "/project/old", broken: true });
  const folder = "file:///project";

  it.each([
    ["an environment by its prefix", /\(\.venv\)/, "/project/.venv"],
    ["a broken one by its prefix too, for it has no interpreter", /\(old\)/, "/project/old"],
    ["a base interpreter by its program", /3\.13\.0/, "/usr/bin/python3.13.0"],
    ["the automatic selection by null", /automatic/, null],
  ])("selects %s", async (_name, label, path) => {
    world.addFolder("/project");
    const { made, sent } = parts([environment(), broken, base("3.13.0")], true);
    const done = selectInterpreter(made, undefined);
    await pick(label);
    await done;
    expect(sent).toEqual([["pinwise.selectEnvironment", { folder, path }]]);
  });

  it("may lead to the creation of an environment in the same folder", async () => {
    world.addFolder("/project");
    const { made, sent, created } = parts([]);
    const done = selectInterpreter(made, undefined);
    await pick(/Create \.venv/);
    await done;
    expect(created).toEqual(["project"]);
    expect(sent).toEqual([]);
  });

  it("concerns the folder of the active editor, which the title names", async () => {
    world.addFolder("/one");
    world.addFolder("/two");
    world.openEditor("/two/requirements.txt", "pip-requirements");
    const { made, sent } = parts([environment()]);
    const done = selectInterpreter(made, undefined);
    await vi.waitFor(() => expect(world.quickPicks.at(-1)?.title).toBe("Python for two"));
    await pick(/\(\.venv\)/);
    await done;
    const file = "file:///two/requirements.txt";
    expect(sent).toEqual([
      ["pinwise.selectEnvironment", { folder: "file:///two", file, path: "/project/.venv" }],
    ]);
  });

  // scenario(2)
  it("concerns the project of the active editor in a folder with several", async () => {
    world.addFolder("/mono");
    world.openEditor("/mono/group/svc/requirements.txt", "pip-requirements");
    const used = environment({ prefix: "/mono/group/svc/.venv" });
    const near = { ...status("/mono", used), project: "file:///mono/group/svc/" };
    const { made, sent } = parts([used], false, () => near);
    const done = selectInterpreter(made, undefined);
    await vi.waitFor(() => expect(world.quickPicks.at(-1)?.title).toBe("Python for group/svc"));
    await pick(/\(\.venv\)/);
    await done;
    const file = "file:///mono/group/svc/requirements.txt";
    expect(sent).toEqual([
      ["pinwise.selectEnvironment", { folder: "file:///mono", file, path: used.prefix }],
    ]);
  });

  it("does not wait long for a server that is at work", async () => {
    world.addFolder("/mono");
    world.openEditor("/mono/requirements.txt", "pip-requirements");
    const { made } = parts([], false, () => new Promise(() => {}));
    const done = selectInterpreter(made, undefined);
    await vi.waitFor(() => expect(world.quickPicks).toHaveLength(1));
    world.quickPicks[0]?.hide();
    await done;
  });

  it("changes nothing where the user leaves", async () => {
    world.addFolder("/project");
    const { made, sent } = parts([environment()]);
    const done = selectInterpreter(made, undefined);
    await vi.waitFor(() => expect(world.quickPicks).toHaveLength(1));
    world.quickPicks[0]?.hide();
    await done;
    expect(sent).toEqual([]);
  });

  it("is not asked for where no server can answer", async () => {
    const { made } = parts([]);
    const failing = fake<SelectParts>({
      ...made,
      session: {
        check: () => {
          throw new ServerUnavailable({ kind: "noPython", rejections: [] });
        },
      },
    });
    await expect(selectInterpreter(failing, undefined)).rejects.toThrow("found no Python");
    expect(world.quickPicks).toEqual([]);
  });
});
