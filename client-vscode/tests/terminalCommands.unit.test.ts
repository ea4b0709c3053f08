import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { ActivationMode } from "../src/activation";
import type { EnvironmentInfo } from "../src/protocol";
import { TerminalCommands, type TerminalCommandsParts } from "../src/terminalCommands";
import { TerminalInput } from "../src/terminalInput";
import { base, environment, fake, status } from "./samples";
import { FakeTerminal, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

interface Question {
  readonly prefix: string;
  readonly shell?: string;
  readonly deactivate?: boolean;
}

const activate = "activate /project/.venv for bash";
let used: EnvironmentInfo | null = null;
/** What the project of the active file uses, where that is another one. */
let inFront: ReturnType<typeof status> | undefined;
let newTerminalsHaveIt = true;
let mode: ActivationMode = "env";
let refused = "";
/** What happens while the server finds the line out. */
let meanwhile: () => void = () => {};

beforeEach(() => {
  world.reset();
  world.addFolder("/project");
  used = environment();
  inFront = undefined;
  newTerminalsHaveIt = true;
  mode = "env";
  refused = "";
  meanwhile = () => {};
});

afterEach(() => vi.useRealTimers());

/** A server that knows the lines of bash, and says for everything what it was asked. */
async function execute(_command: string, { prefix, shell, deactivate }: Question) {
  meanwhile();
  const line = `${deactivate ? "leave" : "activate"} ${prefix} for ${shell}`;
  const unknown = shell !== undefined && shell !== "bash" && `There is no line for ${shell}.`;
  const reason = (deactivate ? "" : refused) || unknown || "";
  return {
    command: reason || shell === undefined ? null : line,
    environment: { set: { VIRTUAL_ENV: prefix }, prepend: { PATH: `${prefix}/bin` } },
    refused: reason,
  };
}

function makeCommands(): TerminalCommands {
  const parts = {
    session: { execute },
    statuses: { of: () => status("/project", used), at: () => inFront ?? status("/project", used) },
    terminals: { isActive: () => newTerminalsHaveIt, modeOf: () => mode },
    input: new TerminalInput(),
  };
  return new TerminalCommands(fake<TerminalCommandsParts>(parts));
}

function openTerminal(shell: string | undefined, integrated = true): FakeTerminal {
  world.terminal = new FakeTerminal(shell, integrated);
  world.events.terminalOpened.fire(world.terminal);
  return world.terminal;
}

describe("activating", () => {
  it("runs the line in the terminal that is open and idle", async () => {
    const terminal = openTerminal("bash");
    await makeCommands().activate(undefined);
    expect(terminal.lines).toEqual([activate]);
    expect(terminal.shown).toBe(true);
    expect(world.openedTerminals).toEqual([]);
  });

  it("takes the environment of the project that the active file is in", async () => {
    inFront = status("/project", environment({ prefix: "/project/api/.venv" }));
    const terminal = openTerminal("bash");
    await makeCommands().activate(undefined);
    expect(terminal.lines).toEqual(["activate /project/api/.venv for bash"]);
  });

  it("takes the user's default shell where VS Code has not recognised one", async () => {
    const terminal = openTerminal(undefined);
    await makeCommands().activate(undefined);
    expect(terminal.lines).toEqual([activate]);
  });

  it("types into a shell that tells nothing only where nobody has typed", async () => {
    const terminal = openTerminal("bash", false);
    const commands = makeCommands();
    await commands.activate(undefined);
    expect(terminal.typed).toEqual([` ${activate}`]);
    await commands.activate(undefined);
    expect(terminal.typed).toHaveLength(1);
    expect(world.openedTerminals).toHaveLength(1);
  });

  // scenario(25)
  it("scenario 25: types nothing into a busy terminal, and opens a new one", async () => {
    const terminal = openTerminal("bash");
    const commands = makeCommands();
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
    const commands = makeCommands();
    // This one began before the extension did.
    world.events.executionEnded.fire({ terminal });
    world.events.executionStarted.fire({ terminal });
    await commands.activate(undefined);
    expect(terminal.lines).toEqual([]);
  });

  it.each([
    ["a shell that nobody knows", () => openTerminal("elvish")],
    ["no terminal", () => undefined],
  ])("opens a new terminal for %s", async (_name, open) => {
    const terminal = open();
    await makeCommands().activate(undefined);
    expect(terminal?.lines ?? []).toEqual([]);
    // The variables come from the collection, which new terminals have anyway.
    expect(world.openedTerminals).toEqual([{ cwd: expect.objectContaining({ path: "/project" }) }]);
  });

  it("gives a new terminal the variables where new terminals are not activated", async () => {
    vi.stubEnv("PATH", "/usr/bin");
    newTerminalsHaveIt = false;
    mode = "off";
    await makeCommands().activate(undefined);
    expect(world.openedTerminals[0]?.["env"]).toEqual({
      VIRTUAL_ENV: "/project/.venv",
      PATH: "/project/.venv/bin:/usr/bin",
    });
  });

  it("leaves a new terminal to the line that it gets where lines are used", async () => {
    newTerminalsHaveIt = false;
    mode = "command";
    await makeCommands().activate(undefined);
    expect(world.openedTerminals[0]?.["env"]).toBeUndefined();
  });

  it.each([
    ["a base interpreter", base("3.13.0"), "", "no environment"],
    ["nothing", null, "", "no environment"],
    ["a moved environment", environment(), "It was moved.", "moved"],
  ])("scenario 5: refuses %s and says why", async (_name, environmentUsed, reason, told) => {
    used = environmentUsed;
    refused = reason;
    const terminal = openTerminal("bash");
    await makeCommands().activate(undefined);
    world.terminal = undefined;
    await makeCommands().activate(undefined);
    expect(terminal.lines).toEqual([]);
    expect(world.openedTerminals).toEqual([]);
    expect(world.messages).toEqual([expect.stringContaining(told), expect.stringContaining(told)]);
  });
});

async function activateIn(terminal: FakeTerminal): Promise<void> {
  await makeCommands().activate(undefined);
  expect(terminal.lines).toEqual([activate]);
}

describe("a line that a shell is not content with", () => {
  const told = "The shell reports an error (exit code 1)";

  it("is told, with a new terminal beside it", async () => {
    world.buttons[told] = "New Terminal";
    const terminal = openTerminal("bash");
    await activateIn(terminal);
    const { execution } = terminal;
    world.events.executionEnded.fire({ terminal, execution, exitCode: 1 });
    await vi.waitFor(() => expect(world.openedTerminals).toHaveLength(1));
    expect(world.messages).toEqual([expect.stringContaining(told)]);
  });

  it("is told alone where a new terminal would not have the environment either", async () => {
    newTerminalsHaveIt = false;
    const terminal = openTerminal("bash");
    await activateIn(terminal);
    const { execution } = terminal;
    world.events.executionEnded.fire({ terminal, execution, exitCode: 1 });
    expect(world.messages).toEqual([expect.stringContaining(told)]);
    expect(world.openedTerminals).toEqual([]);
  });

  it.each([
    ["one that went well", 0, false],
    ["one that the user stopped", undefined, false],
    ["what the user typed", 1, true],
  ])("is not %s", async (_name, exitCode, another) => {
    const terminal = openTerminal("bash");
    await activateIn(terminal);
    const execution = another ? {} : terminal.execution;
    world.events.executionEnded.fire({ terminal, execution, exitCode });
    expect(world.messages).toEqual([]);
  });
});

describe("scenario 25: a line that comes late", () => {
  const ways: readonly (readonly [string, (terminal: FakeTerminal) => void])[] = [
    ["after something was typed", (terminal) => void (terminal.state.isInteractedWith = true)],
    [
      "after a command was run",
      (terminal) => {
        world.events.executionStarted.fire({ terminal });
        world.events.executionEnded.fire({ terminal });
      },
    ],
    ["after more than a second", () => void vi.setSystemTime(Date.now() + 1_001)],
  ];

  it.each(ways)("%s is not typed, but offered", async (_name, happen) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const terminal = openTerminal("bash");
    const commands = makeCommands();
    meanwhile = () => happen(terminal);
    await commands.activate(undefined);
    terminal.state.isInteractedWith = false;
    await commands.deactivate(undefined);
    expect(terminal.lines).toEqual([]);
    expect(world.messages).toEqual([
      expect.stringContaining("Activate in it now?"),
      expect.stringContaining("Deactivate in it now?"),
    ]);
    // Who wants no line in this terminal did not ask for another one.
    expect(world.openedTerminals).toEqual([]);
  });

  it.each(ways)("%s runs once the user presses the button", async (_name, happen) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const terminal = openTerminal("bash");
    const commands = makeCommands();
    meanwhile = () => happen(terminal);
    world.buttons = { "Activate in it": "Activate" };
    await commands.activate(undefined);
    expect(terminal.lines).toEqual([activate]);
  });

  it("is typed within a second where nothing was typed since, whatever was before", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const terminal = openTerminal("bash");
    terminal.state.isInteractedWith = true;
    meanwhile = () => void vi.setSystemTime(Date.now() + 999);
    await makeCommands().activate(undefined);
    expect(terminal.lines).toEqual([activate]);
    expect(world.messages).toEqual([]);
  });

  it("is not offered where a command runs by now", async () => {
    const terminal = openTerminal("bash");
    const commands = makeCommands();
    meanwhile = () => world.events.executionStarted.fire({ terminal });
    await commands.activate(undefined);
    expect(terminal.lines).toEqual([]);
    expect(world.messages).toEqual([]);
    expect(world.openedTerminals).toHaveLength(1);
  });
});

describe("scenario 27: deactivating", () => {
  const leave = "leave /project/.venv for bash";

  it("runs in the terminal that is open and idle", async () => {
    const terminal = openTerminal("bash");
    await makeCommands().deactivate(undefined);
    expect(terminal.lines).toEqual([leave]);
  });

  it.each(["env", "command"] as const)(
    "leaves what the terminal began with by %s, though the folder uses another by now",
    async (how) => {
      mode = how;
      const commands = makeCommands();
      const terminal = openTerminal("bash");
      used = environment({ prefix: "/project/other" });
      await commands.deactivate(undefined);
      await commands.deactivate(undefined);
      expect(terminal.lines).toEqual([leave, "leave /project/other for bash"]);
    },
  );

  it("leaves what was activated in the terminal by hand", async () => {
    mode = "off";
    const commands = makeCommands();
    const terminal = openTerminal("bash");
    await commands.activate(undefined);
    used = base("3.13.0");
    await commands.deactivate(undefined);
    expect(terminal.lines).toEqual([activate, leave]);
    await commands.deactivate(undefined);
    expect(world.messages).toEqual(["No environment is active in this terminal."]);
  });

  it("leaves an environment that broke meanwhile", async () => {
    refused = "It was moved.";
    const terminal = openTerminal("bash");
    await makeCommands().deactivate(undefined);
    expect(terminal.lines).toEqual([leave]);
  });

  it.each([
    ["busy", "bash", true, "The terminal is busy"],
    ["unable to tell when it is idle", "bash", false, "nothing was typed"],
    ["of a shell that nobody knows", "elvish", true, "There is no line for elvish."],
  ])("types nothing into a terminal that is %s", async (_name, shell, integrated, message) => {
    const terminal = openTerminal(shell, integrated);
    terminal.state.isInteractedWith = true;
    const commands = makeCommands();
    if (integrated) world.events.executionStarted.fire({ terminal });
    await commands.deactivate(undefined);
    expect(terminal.lines).toEqual([]);
    expect(world.messages).toEqual([expect.stringContaining(message)]);
  });

  it("says so where no terminal is open", async () => {
    await makeCommands().deactivate(undefined);
    expect(world.messages).toEqual(["No terminal is open."]);
  });
});
