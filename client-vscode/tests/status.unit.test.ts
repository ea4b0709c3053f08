import { beforeEach, describe, expect, it, vi } from "vitest";

import type { EnvironmentStatus } from "../src/protocol";
import type { ServerSession, SessionState } from "../src/session";
import { StatusItem } from "../src/status";
import { Statuses } from "../src/statuses";
import { base, environment, fake, status } from "./samples";
import { EventEmitter, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

/** A session whose state and notifications the test makes up. */
function start(isFollowed = false) {
  let receive: ((received: EnvironmentStatus) => void) | undefined;
  const states = new EventEmitter<SessionState>();
  const session = fake<ServerSession>({
    state: { kind: "running" },
    onDidChangeState: states.event,
    onNotification: (_method: string, handler: (received: EnvironmentStatus) => void) => {
      receive = handler;
    },
  });
  const statuses = new Statuses(session);
  const item = new StatusItem(session, statuses, () => isFollowed);
  const [bar] = world.statusItems;
  if (!bar) throw new Error("There is no status-bar item.");
  return { bar, item, statuses, receive: (told: EnvironmentStatus) => receive?.(told) };
}

/** What is told of a project inside the folder /mono. */
function inProject(project: string, name: string) {
  const used = environment({ prefix: `/mono/${project}/${name}` });
  return { ...status("/mono", used), project: `file:///mono/${project}` };
}

describe("the status-bar item", () => {
  // scenario(33)
  it("follows the folder of the active editor", () => {
    world.addFolder("/one");
    world.addFolder("/two");
    const { bar, receive } = start();
    receive(status("/one", environment({ prefix: "/one/.venv" })));
    receive(status("/two", environment({ prefix: "/two/env" })));
    world.openEditor("/two/requirements.txt", "pip-requirements");
    expect(bar.text).toBe("Python 3.12.1 (env)");
    world.openEditor("/one/app.py", "python");
    expect(bar.text).toBe("Python 3.12.1 (.venv)");
    world.openEditor("/elsewhere/app.py", "python");
    expect(bar.text).toBe("Python 3.12.1 (.venv)");
  });

  it("forgets a folder that is removed from the window", () => {
    world.addFolder("/one");
    const { statuses, receive } = start();
    receive(status("/one", environment({ prefix: "/one/.venv" })));
    expect(statuses.anyProject).toBe(true);
    const [removed] = world.folders.splice(0);
    world.events.folders.fire({ removed: removed ? [removed] : [] });
    expect(statuses.anyProject).toBe(false);
    expect(world.executed.at(-1)).toEqual(["setContext", "pinwise.hasEnvironment", false]);
  });

  // scenario(2)
  it("follows the project of the active editor, in a folder with several", () => {
    world.addFolder("/mono");
    const { bar, receive } = start();
    receive(
      status("/mono", environment({ prefix: "/mono/.venv" }), {
        projects: [
          inProject("svc", "outer"),
          inProject("svc/part", "inner"),
          inProject("svc-2", "other"),
        ],
      }),
    );
    const shown = (file: string) => {
      world.openEditor(file, "pip-requirements");
      return bar.text;
    };
    expect(shown("/mono/requirements.txt")).toBe("Python 3.12.1 (.venv)");
    expect(shown("/mono/svc/requirements.txt")).toBe("Python 3.12.1 (outer)");
    expect(shown("/mono/svc/part/src/requirements.txt")).toBe("Python 3.12.1 (inner)");
    expect(shown("/mono/svc-2/requirements.txt")).toBe("Python 3.12.1 (other)");
    expect(shown("/mono/svc-3/requirements.txt")).toBe("Python 3.12.1 (.venv)");
  });

  it("leaves Python files to an extension that shows the interpreter there", () => {
    world.addFolder("/one");
    const { bar, receive } = start(true);
    receive(status("/one", environment()));
    world.openEditor("/one/app.py", "python");
    expect(bar.visible).toBe(false);
    world.openEditor("/one/requirements.txt", "pip-requirements");
    expect(bar.visible).toBe(true);
  });

  it("takes a folder's URI with a final slash for the same folder", () => {
    world.addFolder("/one");
    const { bar, receive } = start();
    receive({ ...status("/one", environment()), folder: "file:///one/" });
    expect(bar.text).toBe("Python 3.12.1 (.venv)");
  });

  it("is there for requirements, for Python files, and where the workspace has requirements", () => {
    world.addFolder("/one");
    const { bar, receive } = start();
    expect(bar.visible).toBe(false);
    world.openEditor("/one/notes.md", "markdown");
    expect(bar.visible).toBe(false);
    world.openEditor("/one/app.py", "python");
    expect(bar.visible).toBe(true);
    world.openEditor("/one/requirements.txt", "pip-requirements");
    expect(bar.visible).toBe(true);
    world.openEditor("/one/notes.md", "markdown");
    expect(bar.visible).toBe(false);
    const machine = base("3.13.0");
    receive(status("/one", machine, { hasRequirements: false }));
    expect(bar.visible).toBe(false);
    receive(status("/one", machine, { hasRequirements: true }));
    expect(bar.visible).toBe(true);
  });

  it("is there where a folder without requirements has an environment of its own", () => {
    world.addFolder("/one");
    const { bar, receive } = start();
    world.openEditor("/one/notes.md", "markdown");
    const none = { hasRequirements: false };
    const outside = environment({ prefix: "/home/.envs/x", inWorkspace: false });
    receive(status("/one", outside, none));
    expect(bar.visible).toBe(false);
    receive(status("/one", outside, { ...none, explicit: true }));
    expect(bar.visible).toBe(true);
    receive(status("/one", null, none));
    expect(bar.visible).toBe(false);
    receive(status("/one", environment({ prefix: "/one/env" }), none));
    expect(bar.visible).toBe(true);
  });

  it("has the warning's colour only while there is something to warn of", () => {
    world.addFolder("/one");
    const { bar, receive } = start();
    receive(status("/one", environment({ broken: true })));
    expect(bar.backgroundColor?.id).toBe("statusBarItem.warningBackground");
    receive(status("/one", environment()));
    expect(bar.backgroundColor).toBeUndefined();
  });

  it("ignores a folder that is not open any more", () => {
    world.addFolder("/one");
    const { bar, receive } = start();
    receive(status("/gone", environment()));
    expect(bar.visible).toBe(false);
  });

  it("lets its tooltip run its own commands only", () => {
    world.addFolder("/one");
    const { bar, receive } = start();
    receive(status("/one", environment()));
    expect(bar.tooltip?.isTrusted).toEqual({
      enabledCommands: [
        "pinwise.selectInterpreter",
        "pinwise.createEnvironmentFrom",
        "pinwise.createVenv",
        "pinwise.activateTerminal",
      ],
    });
  });
});
