import { beforeEach, describe, expect, it, vi } from "vitest";

import type { EnvironmentInfo } from "../src/protocol";
import type { Statuses } from "../src/statuses";
import { TerminalCommands } from "../src/terminalCommands";
import type { Terminals } from "../src/terminals";
import { base, environment, fake, status } from "./samples";
import { FakeTerminal, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

const activate = "source '/project/.venv/bin/activate'";

beforeEach(() => {
  world.reset();
  world.addFolder("/project");
  world.files.add("/project/.venv/bin/activate");
});

function makeCommands(used: EnvironmentInfo | null, newTerminalsHaveIt = true): TerminalCommands {
  return new TerminalCommands(
    fake<Statuses>({ of: () => status("/project", used) }),
    fake<Terminals>({ isActive: () => newTerminalsHaveIt }),
  );
}

function openTerminal(shell: string | undefined, integrated = true): FakeTerminal {
  world.terminal = new FakeTerminal(shell, integrated);
  return world.terminal;
}

describe("activating", () => {
  it("runs the script in the terminal that is open and idle", async () => {
    const terminal = openTerminal("bash");
    await makeCommands(environment()).activate(undefined);
    expect(terminal.lines).toEqual([activate]);
    expect(terminal.shown).toBe(true);
    expect(world.openedTerminals).toEqual([]);
  });

  it("takes the user's default shell where VS Code has not recognised one", async () => {
    const terminal = openTerminal(undefined);
    await makeCommands(environment()).activate(undefined);
    expect(terminal.lines).toEqual([activate]);
  });

  it("types nothing into a busy terminal, and opens a new one", async () => {
    const terminal = openTerminal("bash");
    const commands = makeCommands(environment());
    world.events.executionStarted.fire({ terminal });
    await commands.activate(undefined);
    expect(terminal.lines).toEqual([]);
    expect(world.openedTerminals).toHaveLength(1);

    world.events.executionEnded.fire({ terminal });
    await commands.activate(undefined);
    expect(terminal.lines).toEqual([activate]);
  });

  it("does not take the end of an earlier command for the end of the one that runs", async () => {
    const terminal = openTerminal("bash");
    const commands = makeCommands(environment());
    // This one began before the extension did.
    world.events.executionEnded.fire({ terminal });
    world.events.executionStarted.fire({ terminal });
    await commands.activate(undefined);
    expect(terminal.lines).toEqual([]);
  });

  it.each([
    ["a shell without integration", () => openTerminal("bash", false)],
    ["a shell that the environment has no script for", () => openTerminal("nu")],
    ["no terminal", () => undefined],
  ])("opens a new terminal for %s", async (_name, open) => {
    const terminal = open();
    await makeCommands(environment()).activate(undefined);
    expect(terminal?.lines ?? []).toEqual([]);
    // The variables come from the collection, which new terminals have anyway.
    expect(world.openedTerminals).toEqual([{ cwd: expect.objectContaining({ path: "/project" }) }]);
  });

  it("gives a new terminal the variables where new terminals are not activated", async () => {
    vi.stubEnv("PATH", "/usr/bin");
    await makeCommands(environment(), false).activate(undefined);
    expect(world.openedTerminals[0]?.["env"]).toEqual({
      VIRTUAL_ENV: "/project/.venv",
      VIRTUAL_ENV_PROMPT: ".venv",
      PATH: "/project/.venv/bin:/usr/bin",
    });
  });

  it.each([
    ["a base interpreter", base("3.13.0"), "no environment"],
    ["a moved environment", environment({ broken: true, problems: ["It was moved."] }), "moved"],
  ])("refuses %s and says why", async (_name, used, reason) => {
    const terminal = openTerminal("bash");
    await makeCommands(used).activate(undefined);
    expect(terminal.lines).toEqual([]);
    expect(world.openedTerminals).toEqual([]);
    expect(world.messages).toEqual([expect.stringContaining(reason)]);
  });
});

describe("deactivating", () => {
  it("runs in the terminal that is open and idle", async () => {
    const terminal = openTerminal("fish");
    await makeCommands(environment()).deactivate(undefined);
    expect(terminal.lines).toEqual([expect.stringContaining("set -e VIRTUAL_ENV")]);
  });

  it.each([
    ["busy", true, "The terminal is busy"],
    ["unable to tell when it is idle", false, "nothing was typed"],
  ])("types nothing into a terminal that is %s", async (_name, integrated, message) => {
    const terminal = openTerminal("bash", integrated);
    const commands = makeCommands(environment());
    if (integrated) world.events.executionStarted.fire({ terminal });
    await commands.deactivate(undefined);
    expect(terminal.lines).toEqual([]);
    expect(world.messages).toEqual([expect.stringContaining(message)]);
  });
});
