import { beforeEach, describe, expect, it, vi } from "vitest";

import { type CommandParts, registerCommands } from "../src/commands";
import { toldToUser } from "../src/errors";
import { fake } from "./samples";
import { world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

/** As the language client makes it of an error of the server. */
function refusal(message: string, code = -32803): Error {
  return Object.assign(new Error(message), { code });
}

const sentence = "`.venv` is being made already.";

describe("a refusal of the server", () => {
  it("is shown as the sentence that it is, once, after a command of the palette", async () => {
    world.addFolder("/project");
    const session = { execute: () => Promise.reject(refusal(sentence)) };
    registerCommands(fake<CommandParts>({ environments: {}, session }));
    await world.commands.get("pinwise.createVenv")?.();
    expect(world.messages).toEqual([".venv is being made already."]);
  });

  it("is shown likewise after a quick fix, and VS Code is not told of it", async () => {
    expect(await toldToUser(() => Promise.reject(refusal(sentence)))).toBeUndefined();
    expect(world.messages).toEqual([".venv is being made already."]);
  });

  it("is not shown where the user cancelled", async () => {
    await toldToUser(() => Promise.reject(refusal("Cancelled", -32800)));
    expect(world.messages).toEqual([]);
  });

  it("does not stand in the way of answers", async () => {
    expect(await toldToUser(() => Promise.resolve(3))).toBe(3);
  });
});
