import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { EnvironmentsView, type ViewParts } from "../src/environmentsView";
import type { ViewNode } from "../src/environmentsViewItems";
import { environmentNodes } from "../src/environmentsViewTree";
import type { EnvironmentInfo, PackageInfo } from "../src/protocol";
import { ServerUnavailable } from "../src/session";
import { base, environment, fake, installed, status } from "./samples";
import { EventEmitter, type FakeTreeView, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => {
  world.reset();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server that has these environments, each with these packages. */
function open(environments: readonly EnvironmentInfo[], packages: readonly PackageInfo[] = []) {
  const asked: unknown[] = [];
  const changed = new EventEmitter<unknown>();
  const states = new EventEmitter<{ kind: string }>();
  const told = new Map<string, () => void>();
  let failure: Error | undefined;
  const answer = async <Answer>(call: unknown, found: Answer): Promise<Answer> => {
    asked.push(call);
    if (failure) throw failure;
    return found;
  };
  const view = new EnvironmentsView(
    fake<ViewParts>({
      session: {
        execute: (command: string, argument: unknown) => answer([command, argument], packages),
        onDidChangeState: states.event,
        onNotification: (method: string, handler: () => void) => told.set(method, handler),
      },
      statuses: { of: () => status("/project", null), onDidChange: changed.event },
      lists: { list: () => answer("list", environments) },
    }),
  );
  const shown = fake<FakeTreeView>(world.treeViews[0]);
  const tree = shown.options.treeDataProvider;
  let redrawn = 0;
  tree.onDidChangeTreeData?.(() => {
    redrawn += 1;
  });
  const children = async (node?: ViewNode) => fake<ViewNode[]>(await tree.getChildren(node));
  return {
    ...{ view, shown, asked, changed, states, told, children },
    redrawn: () => redrawn,
    fail: (error: Error) => void (failure = error),
  };
}

/** What is told of a project inside the folder. */
const inside = (name: string, used: EnvironmentInfo) => ({
  ...status("/project", used),
  project: `file:///project/${name}`,
});

const label = (node: ViewNode) => {
  if (node.kind === "environment") return node.environment.label;
  if (node.kind === "package") return node.package.name;
  return node.kind === "group" ? node.group : node.kind === "note" ? node.text : node.folder.name;
};

describe("what stands above the tree", () => {
  const looking = "Looking for environments…";

  it("says until the first answer that environments are looked for", async () => {
    world.addFolder("/project");
    const { shown, children, changed } = open([environment()]);
    const first = children();
    expect(shown.message).toBe(looking);
    expect(await first).toHaveLength(1);
    expect(shown.message).toBe("");
    // Later looks leave what is shown until they know better.
    changed.fire(undefined);
    vi.runAllTimers();
    expect(shown.message).toBe("");
  });

  it("says nothing beside what went wrong", async () => {
    world.addFolder("/project");
    const { shown, children, fail } = open([]);
    fail(new ServerUnavailable({ kind: "starting" }));
    expect((await children()).map(label)).toHaveLength(1);
    expect(shown.message).toBe("");
  });

  it("waits for the environments of the first folder where there are several", async () => {
    world.addFolder("/project");
    world.addFolder("/other");
    const { shown, children } = open([environment()]);
    const [folder] = await children();
    expect(shown.message).toBe(looking);
    await children(folder);
    expect(shown.message).toBe("");
  });
});

describe("the tree", () => {
  it("has the environment in use first, and what is not the project's in closed groups", () => {
    const folder = world.addFolder("/project");
    const nodes = environmentNodes(
      folder,
      [
        environment({ prefix: "/project/old", broken: true }),
        environment({ selected: true }),
        environment({ prefix: "/home/.envs/x", inWorkspace: false }),
        base("3.13.0"),
        base("3.12.0"),
      ],
      status("/project", null),
    );
    expect(nodes.map(label)).toEqual([
      ...["Python 3.12.1 (.venv)", "Python 3.12.1 (old)", "elsewhere", "bases"],
    ]);
  });

  it("is empty where the project has nothing, so that the welcome text stands there", () => {
    const folder = world.addFolder("/project");
    const unasked = [base("3.13.0", { selected: true }), base("3.12.0")];
    expect(environmentNodes(folder, unasked, undefined)).toEqual([]);
    // Chosen by the user, the interpreter is what the project uses.
    expect(
      environmentNodes(folder, unasked, status("/project", null, { explicit: true })).map(label),
    ).toEqual([...["Python 3.13.0 (system)", "bases"]]);
  });

  it("tells which projects inside the folder use an environment", () => {
    const folder = world.addFolder("/project");
    const nested = environment({ prefix: "/project/svc-a/.venv" });
    const shared = environment({ prefix: "/home/.envs/x", inWorkspace: false });
    const projects = [inside("svc-a", nested), inside("svc-b", shared), inside("svc-c", shared)];
    const nodes = environmentNodes(
      folder,
      [environment({ selected: true }), nested, shared],
      status("/project", environment(), { projects }),
    );
    const users = nodes.flatMap((node) => {
      if (node.kind === "group") return node.environments.map((one) => one.projects);
      return node.kind === "environment" ? [node.projects] : [];
    });
    expect(users).toEqual([[], ["svc-a"], ["svc-b", "svc-c"]]);
  });

  it("lets the welcome text stand only once it is known that there is nothing", async () => {
    world.addFolder("/project");
    const { children } = open([base("3.13.0", { selected: true })]);
    const told = ["setContext", "pinwise.environmentsAreNone", true];
    expect(world.executed).not.toContainEqual(told);
    await children();
    expect(world.executed).toContainEqual(told);
  });

  it("has the packages of an environment, asked for when it is opened", async () => {
    world.addFolder("/project");
    const { children, asked } = open([environment()], [installed("click"), installed("flask")]);
    const [venv] = await children();
    expect(asked).toEqual(["list"]);
    expect((await children(venv)).map(label)).toEqual(["click", "flask"]);
    const argument = { folder: "file:///project", prefix: "/project/.venv" };
    expect(asked[1]).toEqual(["pinwise.listPackages", argument]);
  });

  it("names a base interpreter by its program, for several share a prefix", async () => {
    world.addFolder("/project");
    const { children, asked } = open([environment(), base("3.13.0")]);
    const group = (await children()).at(-1);
    const [interpreter] = await children(group);
    await children(interpreter);
    expect(asked.at(-1)).toMatchObject([
      "pinwise.listPackages",
      { prefix: "/usr/bin/python3.13.0" },
    ]);
  });

  it("shows what is wrong with an environment above its packages", async () => {
    world.addFolder("/project");
    const broken = environment({ broken: true, problems: ["Its Python is gone."] });
    const { children } = open([broken], [installed("flask")]);
    const [node] = await children();
    expect((await children(node)).map(label)).toEqual(["Its Python is gone.", "flask"]);
  });

  it("says where an environment is empty", async () => {
    world.addFolder("/project");
    const { children } = open([environment()]);
    const [node] = await children();
    expect((await children(node)).map(label)).toEqual(["No packages are installed."]);
  });

  it("has a row for each of several folders, and says in each that there is nothing", async () => {
    world.addFolder("/one");
    world.addFolder("/two");
    const { children } = open([base("3.13.0", { selected: true })]);
    const folders = await children();
    expect(folders.map(label)).toEqual(["one", "two"]);
    expect(await children(folders[1])).toMatchObject([
      { kind: "note", command: { command: "pinwise.createVenv" } },
    ]);
    world.trusted = false;
    expect(await children(folders[1])).not.toMatchObject([{ command: expect.anything() }]);
  });

  it("shows a failure where the answer would stand, with the way out", async () => {
    world.addFolder("/project");
    const { children, fail } = open([environment()]);
    fail(new ServerUnavailable({ kind: "noPython", rejections: [] }));
    expect(await children()).toMatchObject([
      { icon: "error", command: { command: "pinwise.chooseServerPython" } },
    ]);
  });
});

describe("the view", () => {
  it("asks nothing before somebody looks at it", () => {
    world.addFolder("/project");
    const { asked } = open([environment()]);
    vi.runAllTimers();
    expect(asked).toEqual([]);
  });

  it("looks once after a burst of changes", () => {
    const { changed, redrawn } = open([]);
    for (let count = 0; count < 5; count += 1) changed.fire({});
    vi.runAllTimers();
    expect(redrawn()).toBe(1);
  });

  it("is true again when it is seen, without work while it is not", () => {
    const { shown, states, redrawn } = open([]);
    shown.show(false);
    states.fire({ kind: "running" });
    vi.runAllTimers();
    expect(redrawn()).toBe(0);
    shown.show(true);
    expect(redrawn()).toBe(1);
    shown.show(false);
    shown.show(true);
    expect(redrawn()).toBe(1);
  });

  it("is offered once the extension has something to do", () => {
    open([]);
    expect(world.executed).toContainEqual(["setContext", "pinwise.active", true]);
  });

  it("looks again when the server tells of packages that changed", () => {
    const { told, redrawn } = open([]);
    expect([...told.keys()]).toEqual(["pinwise/packagesChanged"]);
    told.get("pinwise/packagesChanged")?.();
    vi.runAllTimers();
    expect(redrawn()).toBe(1);
  });
});
