import { beforeEach, describe, expect, it, vi } from "vitest";

import {
  type ViewCommandParts,
  fileNameProblem,
  viewCommands,
} from "../src/environmentsViewCommands";
import type { ViewNode } from "../src/environmentsViewItems";
import type { EnvironmentInfo, PackageInfo } from "../src/protocol";
import { TerminalInput } from "../src/terminalInput";
import { base, environment, fake, installed, status } from "./samples";
import { FakeTerminal, Uri, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

const folder = "file:///project";
const target = { folder, prefix: "/project/.venv" };

/** The commands, before a server that has these packages and an environment in use. */
function commands(
  packages: readonly PackageInfo[] = [],
  inUse: EnvironmentInfo | null = environment({ selected: true }),
  statuses: ViewCommandParts["statuses"] = {
    of: () => status("/project", inUse),
    at: () => status("/project", inUse),
  },
) {
  const sent: unknown[] = [];
  const shown: unknown[] = [];
  const selection: ViewNode[] = [];
  let refreshed = 0;
  const answers: Record<string, unknown> = {
    "pinwise.listPackages": packages,
    "pinwise.completeRequirement": { items: [] },
    "pinwise.activationCommand": { command: "source it", refused: "" },
  };
  const run = viewCommands(
    fake<ViewCommandParts>({
      session: {
        check: () => {},
        execute: async (command: string, argument: unknown) => {
          if (!["pinwise.listPackages", "pinwise.completeRequirement"].includes(command)) {
            sent.push([command, argument]);
          }
          return answers[command];
        },
      },
      statuses,
      terminals: { isActive: () => true },
      input: new TerminalInput(),
      view: { refresh: () => void (refreshed += 1), focus: async () => {}, selection },
      pages: { show: async (_target: unknown, name: string) => void shown.push(name) },
    }),
  );
  const call = async (id: string, given?: unknown, selected?: unknown) => {
    await run[`pinwise.${id}`]?.(given, selected);
  };
  return { call, sent, shown, selection, answers, refreshed: () => refreshed };
}

function environmentNode(info: EnvironmentInfo): ViewNode {
  const project = world.addFolder("/project");
  return { kind: "environment", folder: project, environment: info, projects: [] };
}

function packageNode(found: PackageInfo, info = environment()): ViewNode {
  return {
    kind: "package",
    folder: world.addFolder("/project"),
    environment: info,
    package: found,
  };
}

const old = installed("flask", { version: "2.0", latest: "3.0", outdated: true });

describe("a command of the view", () => {
  it("is about the environment that it was called on, not the one in use", async () => {
    const { call, sent, refreshed } = commands();
    const other = environment({ prefix: "/project/other" });
    await call("useEnvironment", environmentNode(other));
    await call("repairEnvironment", environmentNode(other));
    await call("removeEnvironment", environmentNode(other));
    await call("syncWithRequirements", environmentNode(other));
    expect(sent).toEqual([
      [
        "pinwise.selectEnvironment",
        // The server tells by it which project inside the folder is meant.
        { folder, file: "file:///project/other", path: "/project/other" },
      ],
      ["pinwise.recreateEnvironment", { folder, prefix: "/project/other" }],
      ["pinwise.deleteEnvironment", { folder, prefix: "/project/other" }],
      ["pinwise.syncEnvironment", { folder, prefix: "/project/other", uninstall: true }],
    ]);
    expect(refreshed()).toBe(4);
  });

  it("upgrades to the version that was shown", async () => {
    const { call, sent } = commands();
    await call("upgradePackages", packageNode(old));
    expect(sent).toEqual([
      ["pinwise.installPackages", { ...target, requirements: ["flask==3.0"], upgrade: true }],
    ]);
  });

  it("takes all selected packages together, of one environment", async () => {
    const { call, sent } = commands();
    const info = environment();
    const nodes = [
      packageNode(installed("click"), info),
      packageNode(installed("flask"), info),
      environmentNode(info),
      packageNode(installed("pip"), environment({ prefix: "/elsewhere" })),
    ];
    await call("removePackages", nodes[0], nodes);
    expect(sent).toEqual([["pinwise.uninstallPackages", { ...target, names: ["click", "flask"] }]]);
  });

  it("shows the details of the package that was clicked", async () => {
    const { call, shown, refreshed } = commands();
    await call("showPackageDetails", packageNode(old));
    expect(shown).toEqual(["flask"]);
    expect(refreshed()).toBe(0);
  });

  it("creates in the folder that it was called on, though another file is open", async () => {
    const node: ViewNode = { kind: "folder", folder: world.addFolder("/two") };
    await commands().call("createEnvironmentHere", node);
    expect(world.executed).toMatchObject([["pinwise.createEnvironmentFrom", { path: "/two" }]]);
  });

  it("has the view look again after a failure too, for half of it may be done", async () => {
    const { call, answers, refreshed } = commands();
    answers["pinwise.deleteEnvironment"] = Promise.reject(new Error("busy"));
    await expect(call("removeEnvironment", environmentNode(environment()))).rejects.toThrow("busy");
    expect(refreshed()).toBe(1);
  });
});

describe("the delete key", () => {
  it("uninstalls what is selected", async () => {
    const { call, sent, selection } = commands();
    selection.push(packageNode(old));
    await call("removeSelected");
    expect(sent).toEqual([["pinwise.uninstallPackages", { ...target, names: ["flask"] }]]);
  });

  it("deletes an environment, and never a base interpreter", async () => {
    const { call, sent, selection } = commands();
    selection.push(environmentNode(base("3.13.0")));
    await call("removeSelected");
    expect(sent).toEqual([]);
    selection[0] = environmentNode(environment());
    await call("removeSelected");
    expect(sent).toEqual([["pinwise.deleteEnvironment", target]]);
  });
});

describe("in the palette, a command", () => {
  beforeEach(() => void world.addFolder("/project"));

  it("is about the environment in use, and asks which packages", async () => {
    const { call, sent } = commands([installed("click"), old]);
    world.picks = [["click"]];
    await call("removePackages");
    expect(sent).toEqual([["pinwise.uninstallPackages", { ...target, names: ["click"] }]]);
  });

  it("offers to upgrade what is outdated, all of it ticked", async () => {
    const { call, sent } = commands([installed("click"), old]);
    world.picks = [undefined];
    await call("upgradePackages");
    expect(world.pickLists[0]?.items).toMatchObject([
      { label: "flask", description: "2.0 → 3.0", picked: true },
    ]);
    expect(sent).toEqual([]);
  });

  it("says that nothing newer is known instead of showing an empty list", async () => {
    await commands([installed("click")]).call("upgradePackages");
    expect(world.messages).toEqual([
      "No newer version is known for what is in Python 3.12.1 (.venv).",
    ]);
  });

  it("installs what is typed", async () => {
    const { call, sent } = commands();
    const done = call("installPackage");
    await vi.waitFor(() => expect(world.quickPicks).toHaveLength(1));
    world.quickPicks[0]?.type("requests==2.31.0");
    world.quickPicks[0]?.accept();
    await done;
    expect(sent).toEqual([
      ["pinwise.installPackages", { ...target, requirements: ["requests==2.31.0"] }],
    ]);
  });

  it("asks for another version of a package that is picked", async () => {
    world.picks = [["flask"]];
    const done = commands([old]).call("changePackageVersion");
    await vi.waitFor(() => expect(world.quickPicks).toHaveLength(1));
    expect(world.quickPicks[0]?.value).toBe("flask==");
    world.quickPicks[0]?.hide();
    await done;
  });

  it("offers to create an environment where there is none", async () => {
    world.buttons = { "no environment": "Create .venv" };
    const { call, sent } = commands([], null);
    await call("installPackage");
    await vi.waitFor(() => expect(world.executed).toHaveLength(1));
    expect(world.executed[0]?.[0]).toBe("pinwise.createVenv");
    expect(sent).toEqual([]);
  });

  it("wants a folder", async () => {
    world.folders = [];
    await commands().call("installPackage");
    expect(world.messages).toEqual(["Open a folder first: environments belong to one."]);
  });
});

describe("without an environment", () => {
  it("the server's reason is told", async () => {
    world.addFolder("/project");
    await commands([], null).call("syncWithRequirements");
    expect(world.messages).toEqual(["This folder uses no environment yet: .venv in the folder."]);
  });

  it("the Python that all projects share is not changed, unless somebody chose it", async () => {
    world.addFolder("/project");
    const shared = base("3.13");
    const unasked = commands([old], shared);
    for (const id of ["syncWithRequirements", "upgradePackages", "installPackage"]) {
      await unasked.call(id);
    }
    expect(unasked.sent).toEqual([]);
    expect(world.messages).toEqual(Array(3).fill("This folder uses no environment yet."));

    const chosen = status("/project", shared, { explicit: true });
    const asked = commands([], shared, { of: () => chosen, at: () => chosen });
    await asked.call("syncWithRequirements");
    expect(asked.sent).toEqual([
      ["pinwise.syncEnvironment", { folder, prefix: shared.executable, uninstall: true }],
    ]);
  });
});

describe("freezing an environment of a project inside the folder", () => {
  beforeEach(() => void world.addFolder("/project"));
  const nested = environment({ prefix: "/project/svc-a/.venv" });
  const inside = { ...status("/project", nested), project: "file:///project/svc-a" };

  it.each([
    [
      "that uses it",
      { of: () => status("/project", null, { projects: [inside] }), at: () => inside },
    ],
    ["that it lies in", { of: () => status("/project", null), at: () => inside }],
  ])("suggests the file of the project %s", async (_name, statuses) => {
    const { call, sent } = commands([], null, statuses);
    world.inputs = ["svc-a/requirements.txt"];
    await call("freezeEnvironment", environmentNode(nested));
    expect(world.inputBoxes[0]).toMatchObject({
      value: "svc-a/requirements.txt",
      valueSelection: [6, 18],
    });
    const uri = `${folder}/svc-a/requirements.txt`;
    expect(sent).toEqual([["pinwise.freeze", { folder, prefix: "/project/svc-a/.venv", uri }]]);
  });

  it("suggests the same from the palette, where a file of the project is in front", async () => {
    const { call } = commands([], null, { of: () => status("/project", null), at: () => inside });
    world.inputs = [undefined];
    await call("freezeEnvironment");
    expect(world.inputBoxes[0]).toMatchObject({ value: "svc-a/requirements.txt" });
  });
});

describe("freezing", () => {
  beforeEach(() => void world.addFolder("/project"));
  const uri = `${folder}/requirements.txt`;

  it("writes a new file and opens it", async () => {
    const { call, sent } = commands();
    world.inputs = ["requirements.txt"];
    await call("freezeEnvironment");
    expect(sent).toEqual([["pinwise.freeze", { ...target, uri }]]);
    expect(world.shownDocuments).toEqual([uri]);
  });

  it("asks before it replaces what stands in a file", async () => {
    const { call, sent } = commands();
    world.files.add("/project/requirements.txt");
    world.inputs = ["requirements.txt", "requirements.txt"];
    await call("freezeEnvironment");
    expect(sent).toEqual([]);
    world.buttons = { "exists already": "Replace Its Lines" };
    await call("freezeEnvironment");
    expect(sent).toHaveLength(1);
  });

  it.each([
    ["requirements/dev.txt", true],
    ["requirements.in", true],
    ["", false],
    ["../out.txt", false],
    ["/etc/requirements.txt", false],
    [String.raw`C:\requirements.txt`, false],
    ["setup.py", false],
  ])("takes the name %j: %s", (name, taken) => {
    expect(fileNameProblem(name) === undefined).toBe(taken);
  });
});

describe("a terminal", () => {
  const other = environment({ prefix: "/project/other" });

  it("has the environment in use by itself", async () => {
    await commands().call(
      "openEnvironmentTerminal",
      environmentNode(environment({ selected: true })),
    );
    expect(world.newTerminals[0]?.lines).toEqual([]);
  });

  it("gets another one by its activation line, once its shell is ready", async () => {
    const { call, sent } = commands();
    await call("openEnvironmentTerminal", environmentNode(other));
    expect(sent).toEqual([
      ["pinwise.activationCommand", { folder, prefix: "/project/other", shell: "bash" }],
    ]);
    const [terminal] = world.newTerminals;
    expect(terminal?.lines).toEqual([]);
    const stranger = new FakeTerminal("bash");
    const ready = world.events.terminalReady;
    ready.fire({ terminal: stranger, shellIntegration: stranger.shellIntegration });
    expect([terminal?.lines, stranger.lines]).toEqual([[], []]);
    const opened = fake<FakeTerminal>(terminal);
    ready.fire({ terminal: opened, shellIntegration: opened.shellIntegration });
    ready.fire({ terminal: opened, shellIntegration: opened.shellIntegration });
    expect(terminal?.lines).toEqual(["source it"]);
  });

  it("whose shell never tells that it is ready gets the line in the end", async () => {
    vi.useFakeTimers();
    await commands().call("openEnvironmentTerminal", environmentNode(other));
    vi.runAllTimers();
    vi.useRealTimers();
    expect(world.newTerminals[0]?.lines).toEqual(["source it"]);
  });

  it.each([
    [undefined, []],
    ["Activate", ["source it"]],
  ])("that the user typed into first gets it by a button alone: %s", async (button, lines) => {
    vi.useFakeTimers();
    if (button !== undefined) world.buttons = { "Activate in it now?": button };
    await commands().call("openEnvironmentTerminal", environmentNode(other));
    const opened = fake<FakeTerminal>(world.newTerminals[0]);
    opened.state.isInteractedWith = true;
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    expect(opened.lines).toEqual(lines);
    expect(world.messages).toHaveLength(1);
  });

  it("gets nothing once it is closed", async () => {
    vi.useFakeTimers();
    await commands().call("openEnvironmentTerminal", environmentNode(other));
    world.events.terminalClosed.fire(fake<FakeTerminal>(world.newTerminals[0]));
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    expect(world.newTerminals[0]?.lines).toEqual([]);
  });

  it("is not opened for what cannot be activated; the reason is told", async () => {
    const { call, answers } = commands();
    answers["pinwise.activationCommand"] = { command: null, refused: "It was moved." };
    await expect(call("openEnvironmentTerminal", environmentNode(other))).rejects.toThrow(
      "It was moved.",
    );
    expect(world.newTerminals).toEqual([]);
  });
});

describe("the folder of an environment", () => {
  it("is shown in the Explorer if it lies in the workspace, else by the system", async () => {
    const { call } = commands();
    await call("openEnvironmentFolder", environmentNode(environment()));
    await call("openEnvironmentFolder", environmentNode(base("3.13.0")));
    expect(world.executed).toEqual([
      ["revealInExplorer", Uri.file("/project/.venv")],
      ["revealFileInOS", Uri.file("/usr/bin/python3.13.0")],
    ]);
  });
});
