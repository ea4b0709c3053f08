import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { beforeEach, describe, expect, it, vi } from "vitest";

import { run } from "../src/keyring";
import { showAnswer, showNetworkNotice } from "../src/network";
import type { SignIn } from "../src/protocol";
import { signIn, userProblem } from "../src/signIn";
import { ConfigurationTarget, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

const secret = "hunter2-s3cret";
const service = "https://index.example.org/simple/";

function how(changes: Partial<SignIn> = {}): SignIn {
  const keyring = "/usr/bin/keyring";
  return { label: "index.example.org", service, user: "", keyring, advice: "", ...changes };
}

/** A keyring that answers with these exit codes and notes what it is asked. */
function fakeKeyring(...codes: (number | undefined)[]) {
  const calls: unknown[][] = [];
  const fake = async (...call: unknown[]) => {
    calls.push(call);
    return codes[calls.length - 1] ?? codes.at(-1);
  };
  return { calls, fake };
}

describe("signing in", () => {
  it("hands the secret to the keyring on its standard input, and nowhere else", async () => {
    world.inputs = [" me ", secret];
    const { calls, fake } = fakeKeyring(0);
    expect(await signIn(how(), fake)).toBe(true);
    expect(calls).toEqual([
      ["/usr/bin/keyring", ["set", service, "me"], secret],
      ["/usr/bin/keyring", ["--mode=creds", "--output=json", "get", service]],
    ]);
    expect(world.inputBoxes.map(({ password }) => password)).toEqual([undefined, true]);
    expect(JSON.stringify([world.messages, world.written, world.executed])).not.toContain(secret);
  });

  it("starts with the user that the configuration names", async () => {
    world.inputs = ["alice", secret];
    const { calls, fake } = fakeKeyring(0);
    expect(await signIn(how({ user: "alice" }), fake)).toBe(true);
    expect(world.inputBoxes[0]?.value).toBe("alice");
    // Who asks by name is answered by every keyring.
    expect(calls).toHaveLength(1);
  });

  it("says so where the keyring answers only who knows the user", async () => {
    world.inputs = ["me", secret];
    expect(await signIn(how(), fakeKeyring(0, 1).fake)).toBe(true);
    expect(world.messages).toEqual([expect.stringContaining("me@ before index.example.org")]);
  });

  it.each([[[undefined]], [["me", undefined]]])(
    "stores nothing where the user leaves",
    async (inputs) => {
      world.inputs = [...inputs];
      const { calls, fake } = fakeKeyring(0);
      expect(await signIn(how(), fake)).toBe(false);
      expect(calls).toEqual([]);
    },
  );

  it.each([1, undefined])("fails without the secret in its words (exit code %s)", async (code) => {
    world.inputs = ["me", secret];
    const failure = await signIn(how(), fakeKeyring(code).fake).catch(String);
    expect(failure).toContain("did not take the password");
    expect(failure).not.toContain(secret);
  });

  it("takes no name that the command would read as an option", () => {
    expect(userProblem("me")).toBeUndefined();
    expect(userProblem("__token__")).toBeUndefined();
    expect(userProblem(" --version")).toContain("hyphen");
    expect(userProblem("  ")).toBeDefined();
  });

  it("asks for nothing where a stored password would not help", async () => {
    world.buttons = { "no keyring": "Open Guide" };
    expect(await signIn(how({ advice: "There is no keyring command." }))).toBe(false);
    expect(world.inputBoxes).toEqual([]);
    expect(world.executed).toEqual([["pinwise.openGuide", { section: "credentials" }]]);
  });

  it("starts nothing in a workspace that is not trusted", async () => {
    world.trusted = false;
    const { calls, fake } = fakeKeyring(0);
    expect(await signIn(how(), fake)).toBe(false);
    expect([world.inputBoxes, calls]).toEqual([[], []]);
  });
});

describe.skipIf(process.platform === "win32")("the keyring command", () => {
  it("reads the secret, and its arguments do not have it", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "pinwise-keyring-"));
    try {
      const command = path.join(folder, "keyring");
      const script = `#!/bin/sh\ncat > '${folder}/read'\necho "$@" > '${folder}/asked'\n`;
      writeFileSync(command, script, { flag: "wx" });
      chmodSync(command, 0o755);
      expect(await run(command, ["set", service, "me"], secret)).toBe(0);
      expect(readFileSync(path.join(folder, "read"), "utf8")).toBe(`${secret}\n`);
      expect(readFileSync(path.join(folder, "asked"), "utf8")).toBe(`set ${service} me\n`);
      expect(await run(path.join(folder, "missing"), ["set"], secret)).toBeUndefined();
      expect(existsSync(path.join(folder, "missing"))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("an answer of the server", () => {
  const retry = vi.fn<() => Promise<null>>(async () => null);
  const show = (command: string, answer: unknown, argument: unknown = {}) =>
    showAnswer(command, [argument], answer, retry);

  beforeEach(() => retry.mockClear());

  it("is left alone where it is none about the network", async () => {
    await show("pinwise.updateAll", { updated: 3 });
    await show("pinwise.retry", null);
    expect([world.messages, world.executed, retry.mock.calls]).toEqual([[], [], []]);
  });

  it("of an index that asks for nothing any more means to ask it again", async () => {
    await show("pinwise.signIn", null);
    expect(retry).toHaveBeenCalledOnce();
  });

  it("leads to the retry once the user has done what it says", async () => {
    world.buttons = { refused: "Retry" };
    await show("pinwise.signIn", how({ advice: "It refused the password." }));
    expect(retry).toHaveBeenCalledOnce();
    world.buttons = {};
    await show("pinwise.signIn", how({ advice: "It refused the password." }));
    expect(retry).toHaveBeenCalledOnce();
  });

  it("opens the page, the trust editor, or the file that says offline", async () => {
    const page = "file:///docs/indexes.md";
    await show("pinwise.openGuide", { page });
    await show("pinwise.manageTrust", null);
    await show("pinwise.workOnline", { file: "file:///project/pinwise.toml" });
    expect(world.executed.map(String)).toEqual([
      `markdown.showPreview,${page}`,
      "workbench.trust.manage",
    ]);
    expect(world.shownDocuments).toEqual(["file:///project/pinwise.toml"]);
    expect(world.written).toEqual([]);
  });

  it("goes online by taking the setting out of every level that has it", async () => {
    world.inspected = { "pinwise.offline": { globalValue: true, workspaceFolderValue: true } };
    await show("pinwise.workOnline", { file: "" }, { uri: "file:///project/requirements.txt" });
    expect(world.written).toEqual([
      ["pinwise.offline", undefined, ConfigurationTarget.WorkspaceFolder],
      ["pinwise.offline", undefined, ConfigurationTarget.Global],
    ]);
  });
});

describe("the notice at the first look-up", () => {
  const notice = { page: "file:///docs/indexes.md" };

  it("changes nothing where nobody answers", async () => {
    await showNetworkNotice(notice);
    expect(world.messages).toHaveLength(1);
    expect([world.written, world.executed]).toEqual([[], []]);
  });

  it("goes offline for the user, in every workspace", async () => {
    world.buttons = { "indexes that pip would ask": "Offline" };
    world.configuration = { "pinwise.offline": true };
    await showNetworkNotice(notice);
    expect(world.written).toEqual([["pinwise.offline", true, ConfigurationTarget.Global]]);
    expect(world.messages).toHaveLength(1);
  });

  it("says so where the workspace stays online all the same", async () => {
    world.buttons = { "indexes that pip would ask": "Offline", otherwise: "Open Settings" };
    world.configuration = { "pinwise.offline": false };
    await showNetworkNotice(notice);
    expect(world.executed).toEqual([["workbench.action.openSettings", "pinwise.offline"]]);
  });

  it("leads to the page about what is sent", async () => {
    world.buttons = { "indexes that pip would ask": "What Is Sent" };
    await showNetworkNotice(notice);
    expect(world.executed.map(String)).toEqual([`markdown.showPreview,${notice.page}`]);
  });
});
