import { beforeEach, describe, expect, it, vi } from "vitest";

import type { ServerLaunch, ServerResolution } from "../src/server";
import { type ServerClient, ServerSession, ServerUnavailable } from "../src/session";

vi.mock("vscode", () => import("./vscodeStub"));

const quiet = {
  debug: vi.fn<(line: string) => void>(),
  info: vi.fn<(line: string) => void>(),
  warn: vi.fn<(line: string) => void>(),
  error: vi.fn<(line: string | Error) => void>(),
};

function found(command: string): ServerResolution {
  const python = { executable: command, version: "3.12.1", origin: "path" } as const;
  return { kind: "found", launch: { command, args: [], cwd: "/", python }, rejections: [] };
}

class FakeClient implements ServerClient {
  readonly log: string[];
  failure: Error | undefined;
  handlers = new Map<string, (params: unknown) => void>();
  running: (running: boolean) => void = () => {};

  constructor(
    readonly launch: ServerLaunch,
    log: string[],
  ) {
    this.log = log;
  }
  async start(): Promise<void> {
    this.log.push(`start ${this.launch.command}`);
    if (this.failure) throw this.failure;
  }
  async stop(): Promise<void> {
    this.log.push(`stop ${this.launch.command}`);
    this.running(false);
  }
  async sendRequest(method: string, params: unknown): Promise<unknown> {
    return { method, params, by: this.launch.command };
  }
  async sendNotification(method: string): Promise<void> {
    this.log.push(`notify ${method}`);
  }
  onNotification(method: string, handler: (params: unknown) => void) {
    this.handlers.set(method, handler);
    return { dispose: () => {} };
  }
  onDidChangeRunning(listener: (running: boolean) => void) {
    this.running = listener;
    return { dispose: () => {} };
  }
}

let log: string[] = [];
let clients: FakeClient[] = [];
let resolution: ServerResolution = found("python");
let failure: Error | undefined;
let searches = 0;

beforeEach(() => {
  log = [];
  clients = [];
  resolution = found("python");
  failure = undefined;
  searches = 0;
});

function makeSession(): ServerSession {
  return new ServerSession({
    resolve: async () => {
      searches += 1;
      return resolution;
    },
    connect: (launch) => {
      const client = new FakeClient(launch, log);
      client.failure = failure;
      clients.push(client);
      return client;
    },
    log: quiet,
  });
}

describe("the session", () => {
  it("leaves a server alone that would be started the same way", async () => {
    const session = makeSession();
    await session.refresh();
    await session.refresh();
    expect(log).toEqual(["start python"]);
    expect(session.state.kind).toBe("running");
  });

  it("replaces a server that would be started another way", async () => {
    const session = makeSession();
    await session.refresh();
    resolution = found("other");
    await session.refresh();
    expect(log).toEqual(["start python", "stop python", "start other"]);
    expect(session.state).toMatchObject({ kind: "running", launch: { command: "other" } });
  });

  it("restarts the same server when asked to", async () => {
    const session = makeSession();
    await session.refresh();
    await session.restart();
    expect(log).toEqual(["start python", "stop python", "start python"]);
  });

  it("makes one search and one restart of a burst of requests", async () => {
    const session = makeSession();
    await session.refresh();
    await Promise.all([session.restart(), session.restart(), session.refresh()]);
    expect(searches).toBe(2);
    expect(log.filter((line) => line.startsWith("start"))).toHaveLength(2);
  });

  it("ends the server when its Python is gone, and starts again when there is one", async () => {
    const session = makeSession();
    await session.refresh();
    resolution = { kind: "noPython", rejections: [] };
    await session.refresh();
    expect(session.state.kind).toBe("noPython");
    await expect(session.execute("pinwise.listEnvironments", {})).rejects.toThrow(
      ServerUnavailable,
    );
    resolution = found("python");
    await session.refresh();
    expect(log).toEqual(["start python", "stop python", "start python"]);
  });

  it("survives a server that does not start, and says why", async () => {
    failure = new Error("launch.py is missing");
    const session = makeSession();
    await session.refresh();
    expect(session.state).toEqual({ kind: "failed", reason: "launch.py is missing" });
    failure = undefined;
    await session.refresh();
    expect(session.state.kind).toBe("running");
  });

  it("makes commands wait for the start", async () => {
    const session = makeSession();
    void session.refresh();
    const answer = await session.execute("pinwise.selectEnvironment", { path: null });
    expect(answer).toEqual({
      method: "workspace/executeCommand",
      params: { command: "pinwise.selectEnvironment", arguments: [{ path: null }] },
      by: "python",
    });
  });

  it("keeps its handlers over a restart", async () => {
    const received: unknown[] = [];
    const session = makeSession();
    session.onNotification("pinwise/environmentStatus", (params) => received.push(params));
    await session.refresh();
    await session.restart();
    clients.at(-1)?.handlers.get("pinwise/environmentStatus")?.("status");
    expect(clients).toHaveLength(2);
    expect(received).toEqual(["status"]);
  });

  it("follows a crash and a return, but not the end of a server that it replaced", async () => {
    const session = makeSession();
    await session.refresh();
    const [first] = clients;
    first?.running(false);
    expect(session.state.kind).toBe("stopped");
    first?.running(true);
    expect(session.state.kind).toBe("running");

    resolution = found("other");
    await session.refresh();
    first?.running(false);
    expect(session.state.kind).toBe("running");
  });

  it("starts nothing after its end", async () => {
    const session = makeSession();
    await session.refresh();
    await session.end();
    await session.restart();
    expect(log).toEqual(["start python", "stop python"]);
  });

  it("tells before any question that no command can be answered", async () => {
    const session = makeSession();
    expect(() => session.check()).not.toThrow();
    resolution = { kind: "noPython", rejections: [] };
    await session.refresh();
    expect(() => session.check()).toThrow(ServerUnavailable);
  });

  it("explains every place in the log where no Python was found", async () => {
    quiet.warn.mockClear();
    const rejection = { origin: "path", program: "/p", reason: "it does not exist" } as const;
    resolution = { kind: "noPython", rejections: [rejection, rejection] };
    await makeSession().refresh();
    expect(quiet.warn).toHaveBeenCalledTimes(2);
    expect(quiet.error).toHaveBeenCalledWith(expect.stringContaining("No Python was found"));
  });

  it("warns of the setting, and only of the setting", async () => {
    quiet.warn.mockClear();
    const rejection = { program: "/p", reason: "it does not exist" };
    resolution = {
      ...found("python"),
      rejections: [
        { ...rejection, origin: "path" },
        { ...rejection, origin: "setting" },
      ],
    };
    await makeSession().refresh();
    expect(quiet.warn).toHaveBeenCalledTimes(1);
    expect(quiet.warn).toHaveBeenCalledWith(expect.stringContaining("/p cannot be used"));
  });
});
