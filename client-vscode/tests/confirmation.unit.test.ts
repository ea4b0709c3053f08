import { beforeEach, describe, expect, it, vi } from "vitest";

import { isConfirmed } from "../src/confirmation";
import { world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

const question = { message: "Delete .venv (Python 3.12.1)?", detail: "", action: "Delete" };

describe("a question before something is lost", () => {
  it("is a dialog, with what else should be known below", async () => {
    world.buttons = { "Delete .venv": "Delete" };
    const detail = "It holds files of yours: own.py.";
    expect(await isConfirmed({ ...question, detail })).toBe(true);
    expect(world.messages).toEqual([question.message]);
    expect(world.dialogs).toEqual([{ modal: true, detail }]);
  });

  it("is denied by whoever closes it", async () => {
    expect(await isConfirmed(question)).toBe(false);
    expect(world.dialogs).toEqual([{ modal: true }]);
  });
});
