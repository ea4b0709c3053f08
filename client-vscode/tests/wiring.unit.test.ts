import { beforeEach, describe, expect, it, vi } from "vitest";

import { serverLog } from "../src/log";
import {
  anotherExtensionActivatesTerminals,
  interpretersOfExtensions,
} from "../src/otherExtensions";
import { PythonNotice } from "../src/pythonNotice";
import type { ServerSession, SessionState } from "../src/session";
import { allSettings, onDidChangeSetting, serverInterpreter } from "../src/settings";
import { followTrust } from "../src/trust";
import { fake } from "./samples";
import { EventEmitter, Uri, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

describe("trust", () => {
  it("is told to the server before the server is looked at anew", async () => {
    const calls: unknown[] = [];
    const session = fake<ServerSession>({
      notify: async (...call: unknown[]) => calls.push(call),
      refresh: async () => calls.push("refresh"),
    });
    followTrust(session);
    expect(calls).toEqual([]);
    world.events.trusted.fire();
    await vi.waitFor(() => expect(calls).toHaveLength(2));
    expect(calls).toEqual([["pinwise/didChangeTrust", { trusted: true }], "refresh"]);
  });
});

describe("settings", () => {
  it("reach the server as VS Code nests them", () => {
    world.configuration = { pinwise: { offline: true, environments: { creator: "uv" } } };
    expect(allSettings()).toEqual({ offline: true, environments: { creator: "uv" } });
    world.configuration = {};
    expect(allSettings()).toEqual({});
  });

  it("are read with their defaults, and only their own changes are told", () => {
    expect(serverInterpreter()).toBe("");
    const changed = vi.fn<() => void>();
    onDidChangeSetting("interpreter", changed);
    world.change("pinwise.offline");
    expect(changed).not.toHaveBeenCalled();
    world.change("pinwise.interpreter");
    expect(changed).toHaveBeenCalledOnce();
  });
});

describe("the notice of a missing Python", () => {
  it("stands in the language status while there is none, with two ways out", () => {
    const states = new EventEmitter<SessionState>();
    const session = { state: { kind: "starting" }, onDidChangeState: states.event };
    const notice = new PythonNotice(fake<ServerSession>(session));
    expect(world.languageItems).toEqual([]);
    const rejections = [{ origin: "setting", program: "/p", reason: "it is gone" }] as const;
    states.fire({ kind: "noPython", rejections });
    states.fire({ kind: "noPython", rejections });
    expect(world.languageItems.map(({ command }) => command)).toMatchObject([
      { command: "pinwise.chooseServerPython" },
      { command: "workbench.action.openSettings" },
    ]);
    expect(world.languageItems[1]?.["detail"]).toBe("it is gone");
    states.fire({ kind: "starting" });
    expect(world.languageItems).toEqual([]);
    notice.dispose();
  });
});

describe("Microsoft's Python extensions", () => {
  const environments = "ms-python.vscode-python-envs";
  const python = "ms-python.python";
  const folder = fake<Parameters<typeof interpretersOfExtensions>[0]>(Uri.file("/project"));

  it("name the interpreters of the folder, the newer extension's first", async () => {
    world.extensions = {
      [environments]: {
        isActive: true,
        exports: { getEnvironment: async () => ({ execInfo: { run: { executable: "/new" } } }) },
      },
      [python]: {
        isActive: true,
        exports: {
          environments: {
            getActiveEnvironmentPath: () => "some folder",
            resolveEnvironment: async () => ({ executable: { uri: Uri.file("/old") } }),
          },
        },
      },
    };
    expect(await interpretersOfExtensions(folder)).toEqual(["/new", "/old"]);
  });

  it("are not woken, and cost nothing where they fail or export nothing", async () => {
    const getEnvironment = vi.fn<() => Promise<never>>(() => Promise.reject(new Error("broken")));
    world.extensions = { [environments]: { isActive: false, exports: { getEnvironment } } };
    expect(await interpretersOfExtensions(folder)).toEqual([]);
    expect(getEnvironment).not.toHaveBeenCalled();
    world.extensions = {
      [environments]: { isActive: true, exports: { getEnvironment } },
      [python]: { isActive: true },
    };
    expect(await interpretersOfExtensions(folder)).toEqual([]);
    expect(getEnvironment).toHaveBeenCalledOnce();
  });

  it("do not keep the server from starting by never answering", async () => {
    vi.useFakeTimers();
    const exports = { getEnvironment: () => new Promise(() => {}) };
    world.extensions = { [environments]: { isActive: true, exports } };
    const answer = interpretersOfExtensions(folder);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await answer).toEqual([]);
    vi.useRealTimers();
  });

  it("activate terminals while they are active and not told otherwise", () => {
    expect(anotherExtensionActivatesTerminals()).toBe(false);
    world.extensions = { [environments]: { isActive: false, exports: {} } };
    expect(anotherExtensionActivatesTerminals()).toBe(false);
    // One that is off by a setting of its own exports nothing, and does nothing.
    world.extensions = { [environments]: { isActive: true } };
    expect(anotherExtensionActivatesTerminals()).toBe(false);
    world.extensions = { [environments]: { isActive: true, exports: {} } };
    expect(anotherExtensionActivatesTerminals()).toBe(true);
    world.configuration = { "python.useEnvironmentsExtension": false };
    expect(anotherExtensionActivatesTerminals()).toBe(false);
    world.configuration = { "python-envs.terminal.autoActivationType": "off" };
    expect(anotherExtensionActivatesTerminals()).toBe(false);
    world.configuration = {};
    world.extensions = { [python]: { isActive: true, exports: {} } };
    expect(anotherExtensionActivatesTerminals()).toBe(true);
    world.configuration = { "python.terminal.activateEnvironment": false };
    expect(anotherExtensionActivatesTerminals()).toBe(false);
  });
});

describe("the server's standard error", () => {
  it("is logged at the level that each record names, its further lines with it", () => {
    const lines: string[] = [];
    const at = (level: string) => (line: string | Error) => lines.push(`${level} ${String(line)}`);
    const log = serverLog({
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
    });
    for (const line of [
      "a word before any record",
      "ERROR pinwise.lsp: boom",
      "Traceback (most recent call last):",
      "WARNING pinwise: slow",
      "[CRITICAL] gone",
      "DEBUG pinwise: x",
      "INFO pinwise: y",
    ]) {
      log(line);
    }
    expect(lines.map((line) => line.split(" ")[0])).toEqual([
      ...["info", "error", "error", "warn", "error", "debug", "info"],
    ]);
  });
});
