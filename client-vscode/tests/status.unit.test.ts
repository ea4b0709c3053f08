import { beforeEach, describe, expect, it, vi } from "vitest";

import type { EnvironmentStatus } from "../src/protocol";
import type { ServerSession, SessionState } from "../src/session";
import { StatusItem } from "../src/status";
import { Statuses } from "../src/statuses";
import { environment, fake, status } from "./samples";
import { EventEmitter, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

/** A session whose state and notifications the test makes up. */
function start() {
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
  const item = new StatusItem(session, statuses);
  const [bar] = world.statusItems;
  if (!bar) throw new Error("There is no status-bar item.");
  return { bar, item, statuses, receive: (told: EnvironmentStatus) => receive?.(told) };
}

describe("the status-bar item", () => {
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
    receive(status("/one", environment(), { hasRequirements: false }));
    expect(bar.visible).toBe(false);
    receive(status("/one", environment(), { hasRequirements: true }));
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
