import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type * as vscode from "vscode";

import { Following, type FollowingParts } from "../src/following";
import type { EnvironmentInfo } from "../src/protocol";
import type { ExecutedCommand, SessionState } from "../src/session";
import { base, environment, fake, status } from "./samples";
import { EventEmitter, Uri, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

/** Where links lead. A file system of its own answers at once, however busy the machine is. */
const links = new Map<string, string>();
vi.mock("node:fs/promises", () => ({
  realpath: async (file: string) => links.get(file) ?? file,
}));

const environments = "ms-python.vscode-python-envs";
const python = "ms-python.python";

let followings: Following[] = [];

beforeEach(() => {
  world.reset();
  vi.useFakeTimers();
  links.clear();
  followings = [];
});
afterEach(() => {
  for (const following of followings) following.dispose();
  vi.useRealTimers();
  // Whatever happened: none of their settings was written.
  // oxlint-disable-next-line vitest/no-standalone-expect -- It is meant for every test.
  expect(world.written).toEqual([]);
});

/** The side of the server: what it was told to follow, and what the folder uses by that. */
function start(used: EnvironmentInfo | null = null) {
  const told: unknown[] = [];
  const states = new EventEmitter<SessionState>();
  let inUse = used;
  const following = new Following(
    fake<FollowingParts>({
      session: {
        execute: async (_command: string, argument: unknown) => told.push(argument),
        onDidChangeState: states.event,
      },
      statuses: { of: () => status("/project", inUse) },
      log: { debug: () => {} },
      onDidChange: () => {},
    }),
  );
  followings.push(following);
  return {
    following,
    told,
    states,
    /** The user chooses in Pinwise; the server has it in use by the time that it answers. */
    choose: async (chosen: EnvironmentInfo, argument: object = { path: chosen.prefix }) => {
      inUse = chosen;
      const executed: ExecutedCommand = {
        command: "pinwise.selectEnvironment",
        argument,
        answer: chosen,
      };
      await following.executed(executed);
    },
    use: (next: EnvironmentInfo) => {
      inUse = next;
    },
  };
}

/** An environment as its API describes one. */
function described(place: string) {
  return { execInfo: { run: { executable: `${place}/bin/python` } }, sysPrefix: place };
}

/** A Python Environments extension with a memory of its own. */
function environmentsApi(prefix: string | undefined) {
  const changed = new EventEmitter<{ uri: Uri | undefined }>();
  let current = prefix;
  const set: string[] = [];
  const api = {
    getEnvironment: async () => (current === undefined ? undefined : described(current)),
    resolveEnvironment: async (uri: Uri) => described(uri.fsPath.replace("/bin/python", "")),
    setEnvironment: async (_scope: Uri, chosen: ReturnType<typeof described>) => {
      set.push(chosen.sysPrefix);
      change(chosen.sysPrefix);
    },
    onDidChangeEnvironment: changed.event,
  };
  const change = (next: string | undefined) => {
    current = next;
    changed.fire({ uri: Uri.file("/project") });
  };
  return { api, set, change };
}

function pythonApi(prefix: string) {
  const changed = new EventEmitter<{ resource: unknown }>();
  let current = prefix;
  const set: string[] = [];
  const change = (next: string) => {
    current = next;
    changed.fire({ resource: world.folders[0] });
  };
  const api = {
    environments: {
      getActiveEnvironmentPath: () => ({ id: current, path: current }),
      resolveEnvironment: async ({ path }: { path: string }) => ({
        executable: { uri: Uri.file(`${path}/bin/python`), sysPrefix: path },
      }),
      updateActiveEnvironmentPath: async (executable: string) => {
        set.push(executable);
        change(executable.replace("/bin/python", ""));
      },
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
  return { api, set, change };
}

/** Lets everything that is under way come to its end. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

function follow(prefix: string | null, chosenNow: boolean, by = "Python Environments") {
  const path = prefix === null ? null : `${prefix}/bin/python`;
  return { folder: "file:///project", path, by, chosenNow };
}

const theirs = "/project/theirs";
const other = "/project/other";
const ours = environment({ prefix: "/project/ours" });

// scenario(18)
describe("with the Python Environments extension", () => {
  it("its environment is used at first, and each that the user chooses there", async () => {
    world.addFolder("/project");
    const { api, change, set } = environmentsApi(theirs);
    world.extensions = { [environments]: { isActive: true, exports: api } };
    const { following, told } = start();
    await settle();
    expect(told).toEqual([follow(theirs, false)]);
    change(other);
    await settle();
    expect(told.at(-1)).toEqual(follow(other, true));
    expect(following.isFollowed(fake<vscode.WorkspaceFolder>(world.folders[0]))).toBe(true);
    // What it says is never said back to it.
    expect(set).toEqual([]);
  });

  it("a choice in Pinwise is told to it, and its echo starts no circle", async () => {
    world.addFolder("/project");
    const { api, set } = environmentsApi(theirs);
    world.extensions = { [environments]: { isActive: true, exports: api } };
    const { told, choose } = start();
    await settle();
    await choose(ours);
    await settle();
    expect(set).toEqual([ours.prefix]);
    expect(told.at(-1)).toEqual(follow(ours.prefix, false));
    expect(told).toHaveLength(2);
  });

  it("both sides converge on the last choice of the user, wherever it was made", async () => {
    world.addFolder("/project");
    const { api, set, change } = environmentsApi(theirs);
    world.extensions = { [environments]: { isActive: true, exports: api } };
    const { told, choose, use } = start();
    await settle();
    change(other);
    use(environment({ prefix: other }));
    await settle();
    await choose(ours);
    // Within the time of the echo, but not what was chosen here: the user was quick.
    change(theirs);
    await settle();
    expect(told.at(-1)).toEqual(follow(theirs, true));
    use(environment({ prefix: theirs }));
    expect(set).toEqual([ours.prefix]);
    vi.advanceTimersByTime(5_000);
    await settle();
    expect(told).toHaveLength(4);
  });

  it("a link is the environment that it leads to", async () => {
    world.addFolder("/project");
    const { api, change } = environmentsApi(theirs);
    world.extensions = { [environments]: { isActive: true, exports: api } };
    const { told } = start();
    await settle();
    links.set("/link", theirs).set("/link/bin/python", `${theirs}/bin/python`);
    change("/link");
    await settle();
    expect(told).toEqual([follow(theirs, false)]);
  });

  it("an echo that is late is known by what is in use", async () => {
    world.addFolder("/project");
    const { api, change } = environmentsApi(theirs);
    api.setEnvironment = async () => {};
    world.extensions = { [environments]: { isActive: true, exports: api } };
    const { told, choose } = start();
    await settle();
    await choose(ours);
    vi.advanceTimersByTime(5_000);
    change(ours.prefix);
    await settle();
    expect(told.at(-1)).toEqual(follow(ours.prefix, false));
  });

  it("is not told of what is broken, taken back, made elsewhere or no choice", async () => {
    world.addFolder("/project");
    const { api, set } = environmentsApi(theirs);
    world.extensions = { [environments]: { isActive: true, exports: api } };
    const { following, choose, use } = start();
    await settle();
    await choose(environment({ prefix: "/project/old", broken: true }));
    await choose(ours, { path: null });
    use(environment({ prefix: "/project/root" }));
    const executed = { argument: { path: ours.prefix }, answer: ours };
    await following.executed({ command: "pinwise.selectEnvironment", ...executed });
    await following.executed({ command: "pinwise.listEnvironments", ...executed });
    await following.executed({ command: "pinwise.createEnvironment", argument: {}, answer: null });
    await settle();
    expect(set).toEqual([]);
  });

  it("a choice that it refuses holds in Pinwise all the same", async () => {
    world.addFolder("/project");
    const { api } = environmentsApi(theirs);
    api.setEnvironment = () => Promise.reject(new Error("no"));
    world.extensions = { [environments]: { isActive: true, exports: api } };
    const { told, choose } = start();
    await settle();
    await expect(choose(base("3.13.0"))).resolves.toBeUndefined();
    expect(told).toHaveLength(1);
  });

  it("is told again to a server that was started anew", async () => {
    world.addFolder("/project");
    const { api } = environmentsApi(theirs);
    world.extensions = { [environments]: { isActive: true, exports: api } };
    const { told, states } = start();
    await settle();
    states.fire({ kind: "starting" });
    expect(told).toHaveLength(1);
    states.fire(fake<SessionState>({ kind: "running" }));
    await settle();
    expect(told).toEqual([follow(theirs, false), follow(theirs, false)]);
  });

  it("is not followed any more when it names nothing, or goes", async () => {
    world.addFolder("/project");
    const { api, change } = environmentsApi(theirs);
    world.extensions = { [environments]: { isActive: true, exports: api } };
    const { following, told } = start();
    await settle();
    change(undefined);
    await settle();
    expect(told.at(-1)).toEqual(follow(null, false));
    change(theirs);
    await settle();
    world.extensions = {};
    world.events.extensions.fire();
    await settle();
    expect(told.at(-1)).toMatchObject({ path: null });
    expect(following.isFollowed(fake<vscode.WorkspaceFolder>(world.folders[0]))).toBe(false);
  });
});

// scenario(18)
describe("with the Python extension alone", () => {
  it("is followed and told in the same way", async () => {
    world.addFolder("/project");
    const { api, set, change } = pythonApi(theirs);
    world.extensions = { [python]: { isActive: true, exports: api } };
    const { told, choose } = start();
    await settle();
    const by = "the Python extension";
    expect(told).toEqual([follow(theirs, false, by)]);
    change(other);
    await settle();
    expect(told.at(-1)).toEqual(follow(other, true, by));
    await choose(ours);
    await settle();
    expect(set).toEqual([ours.executable]);
    expect(told.at(-1)).toEqual(follow(ours.prefix, false, by));
  });

  it("gives way to the newer one, unless that is switched off", async () => {
    world.addFolder("/project");
    const old = pythonApi(theirs);
    const { api } = environmentsApi(other);
    world.extensions = {
      [python]: { isActive: true, exports: old.api },
      [environments]: { isActive: true, exports: api },
    };
    const { told } = start();
    await settle();
    expect(told).toEqual([follow(other, false)]);
    world.configuration = { "python.useEnvironmentsExtension": false };
    world.change("python.useEnvironmentsExtension");
    await settle();
    expect(told.at(-1)).toEqual(follow(theirs, false, "the Python extension"));
  });
});

// scenario(19)
describe("without an extension that answers", () => {
  it.each([
    ["exports nothing", undefined],
    ["lacks what is needed", {}],
    [
      "throws",
      {
        getEnvironment: () => {
          throw new Error("disabled");
        },
        onDidChangeEnvironment: () => ({ dispose: () => {} }),
      },
    ],
    [
      "never answers",
      {
        getEnvironment: () => new Promise(() => {}),
        onDidChangeEnvironment: () => ({ dispose: () => {} }),
      },
    ],
  ])("Pinwise leads where it %s", async (_name, exports) => {
    world.addFolder("/project");
    world.extensions = { [environments]: { isActive: true, exports } };
    const { following, told, choose } = start();
    await vi.advanceTimersByTimeAsync(60_000);
    await settle();
    await choose(ours);
    expect(told).toEqual([]);
    expect(following.isFollowed(fake<vscode.WorkspaceFolder>(world.folders[0]))).toBe(false);
  });

  it("one that becomes active later is found without being woken", async () => {
    world.addFolder("/project");
    const { api } = environmentsApi(theirs);
    world.extensions = { [environments]: { isActive: false, exports: api } };
    const { told } = start();
    await settle();
    expect(told).toEqual([]);
    world.extensions = { [environments]: { isActive: true, exports: api } };
    await vi.advanceTimersByTimeAsync(1_000);
    await settle();
    expect(told).toEqual([follow(theirs, false)]);
  });

  it("one that is installed later is followed from then on", async () => {
    world.addFolder("/project");
    const { told } = start();
    await vi.advanceTimersByTimeAsync(60_000);
    const { api } = environmentsApi(theirs);
    world.extensions = { [environments]: { isActive: true, exports: api } };
    world.events.extensions.fire();
    await settle();
    expect(told).toEqual([follow(theirs, false)]);
  });
});

// scenario(33)
describe("with several folders", () => {
  it("each is followed by itself", async () => {
    world.addFolder("/one");
    world.addFolder("/two");
    const { api } = environmentsApi(undefined);
    const answers = new Map([
      ["/one", "/one/.venv"],
      ["/two", "/two/env"],
    ]);
    const getEnvironment = async (uri: Uri) => {
      const prefix = answers.get(uri.fsPath) ?? "";
      return { execInfo: { run: { executable: `${prefix}/bin/python` } }, sysPrefix: prefix };
    };
    world.extensions = {
      [environments]: { isActive: true, exports: { ...api, getEnvironment } },
    };
    const { told } = start();
    await settle();
    expect(told).toMatchObject([
      { folder: "file:///one", path: "/one/.venv/bin/python" },
      { folder: "file:///two", path: "/two/env/bin/python" },
    ]);
  });
});
