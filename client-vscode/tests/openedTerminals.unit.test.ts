import { beforeEach, describe, expect, it, vi } from "vitest";

import type { ActivationMode } from "../src/activation";
import { OpenedTerminals, type OpenedTerminalsParts } from "../src/openedTerminals";
import type { EnvironmentInfo } from "../src/protocol";
import { TerminalInput } from "../src/terminalInput";
import { base, environment, fake, status } from "./samples";
import { FakeTerminal, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

const line = "source /project/.venv/bin/activate";
let asked: unknown[] = [];
let logged: string[] = [];
let answer: () => Promise<unknown>;

beforeEach(() => {
  world.reset();
  world.addFolder("/project");
  asked = [];
  logged = [];
  answer = async () => ({ command: line, refused: "" });
});

function watch(used: EnvironmentInfo | null | undefined, mode: ActivationMode = "command"): void {
  const parts = {
    session: {
      execute: async (_command: string, argument: unknown) => {
        asked.push(argument);
        return answer();
      },
    },
    statuses: { of: () => (used === undefined ? undefined : status("/project", used)) },
    terminals: { modeOf: () => mode },
    input: new TerminalInput(),
    log: { info: (message: string) => logged.push(message) },
  };
  void new OpenedTerminals(fake<OpenedTerminalsParts>(parts));
}

/** A new terminal, and its shell once it has read its files. */
function open(shell: string | undefined, options: Record<string, unknown> = {}): FakeTerminal {
  const terminal = new FakeTerminal(shell, false, options);
  world.events.terminalOpened.fire(terminal);
  return terminal;
}

async function ready(terminal: FakeTerminal): Promise<void> {
  terminal.integrate();
  const { shellIntegration } = terminal;
  world.events.terminalReady.fire({ terminal, shellIntegration });
  await settled();
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("a new terminal", () => {
  it("gets the line when its shell is ready, once", async () => {
    watch(environment());
    const terminal = open("bash");
    await settled();
    expect(terminal.lines).toEqual([]);
    await ready(terminal);
    await ready(terminal);
    expect(terminal.lines).toEqual([line]);
    expect(terminal.typed).toEqual([]);
    expect(asked).toEqual([{ folder: "file:///project", shell: "bash" }]);
  });

  it("of another folder is activated for that one", async () => {
    world.addFolder("/other");
    watch(environment());
    await ready(open("zsh", { cwd: "/other/sub" }));
    expect(asked).toEqual([{ folder: "file:///other", shell: "zsh" }]);
  });

  it.each(["nu", "tcsh", "cmd", "xonsh", "sh"])(
    "scenario 28: with %s, which never says that it is ready, gets it at once",
    async (shell) => {
      watch(environment());
      const terminal = open(undefined, { shellPath: `/usr/bin/${shell}` });
      await settled();
      expect(terminal.typed).toEqual([` ${line}`]);
    },
  );

  it.each([
    ["before the shell is ready", true],
    ["while the server is asked", false],
  ])("scenario 25: gets nothing where somebody typed %s", async (_when, early) => {
    watch(environment());
    const terminal = open("bash");
    const replies: ((told: unknown) => void)[] = [];
    answer = async () => new Promise((resolve) => replies.push(resolve));
    if (early) terminal.state.isInteractedWith = true;
    await ready(terminal);
    terminal.state.isInteractedWith = true;
    for (const reply of replies) reply({ command: line, refused: "" });
    await settled();
    expect(terminal.lines).toEqual([]);
    expect(logged).toEqual([expect.stringContaining("typed first")]);
  });

  it("scenario 25: gets nothing while a command runs in it", async () => {
    watch(environment());
    const terminal = open("bash");
    world.events.executionStarted.fire({ terminal });
    await ready(terminal);
    expect(terminal.lines).toEqual([]);
  });

  it.each([
    ["of a task", { shellArgs: ["-c", "make"] }],
    ["of a task of Windows", { shellArgs: "/d /c make" }],
    ["of a task in a login shell", { shellArgs: ["-l", "-c", "make"] }],
    ["that an extension hides", { hideFromUser: true }],
    ["that is no process", { pty: {} }],
  ])("%s is left alone", async (_name, options) => {
    watch(environment());
    const terminal = open("bash", options);
    await ready(terminal);
    expect(terminal.lines).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("of a login shell is none of a task", async () => {
    watch(environment());
    const terminal = open("bash", { shellArgs: ["--login", "-i"] });
    await ready(terminal);
    expect(terminal.lines).toEqual([line]);
  });

  it.each([
    ["variables do it", environment(), "env"],
    ["nobody wants it", environment(), "off"],
    ["the environment is broken", environment({ broken: true }), "command"],
    ["there is a base interpreter", base("3.13.0"), "command"],
    ["there is none", null, "command"],
    ["the server has told nothing yet", undefined, "command"],
  ] as const)("gets nothing where %s", async (_name, used, mode) => {
    watch(used, mode);
    const terminal = open("bash");
    await ready(terminal);
    expect(terminal.lines).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("scenario 5: is left as it is where the server refuses or fails, and the log says why", async () => {
    watch(environment());
    answer = async () => ({ command: null, refused: "It was moved." });
    const terminal = open("bash");
    await ready(terminal);
    answer = async () => Promise.reject(new Error("no server"));
    const other = open("bash");
    await ready(other);
    expect([...terminal.lines, ...other.lines]).toEqual([]);
    expect(logged).toEqual([
      expect.stringContaining("It was moved."),
      expect.stringContaining("no server"),
    ]);
  });
});
