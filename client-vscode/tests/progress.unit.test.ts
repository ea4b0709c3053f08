import { beforeEach, describe, expect, it, vi } from "vitest";

import { CancellableProgress } from "../src/progress";
import { world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

function start() {
  const cancelled: unknown[] = [];
  const next = vi.fn<() => void>();
  const progress = new CancellableProgress((token) => cancelled.push(token));
  return { progress, cancelled, next };
}

const begin = { kind: "begin", title: "Creating .venv", cancellable: true } as const;

describe("a progress that can be cancelled", () => {
  it("is a notification with a button, from its beginning to its end", async () => {
    const { progress, next, cancelled } = start();
    progress.handle("a", { ...begin, message: "Choosing a Python" }, next);
    // This one comes before VS Code has opened the notification.
    progress.handle("a", { kind: "report", message: "Making folders", percentage: 10 }, next);
    const shown = await vi.waitUntil(() => world.progress[0]);
    progress.handle("a", { kind: "report", message: "Installing pip", percentage: 40 }, next);
    progress.handle("a", { kind: "report", percentage: 70 }, next);
    expect(shown.options).toEqual({ location: 15, title: "Creating .venv", cancellable: true });
    expect(shown.reports).toEqual([
      { message: "Making folders", increment: 10 },
      { message: "Installing pip", increment: 30 },
      { message: "Installing pip", increment: 30 },
    ]);
    expect(next).not.toHaveBeenCalled();

    shown.cancelled.fire();
    expect(cancelled).toEqual(["a"]);

    progress.handle("a", { kind: "end" }, next);
    await vi.waitFor(() => expect(shown.ended).toBe(true));
    // The language client has to hear of it, to listen no more.
    expect(next).toHaveBeenCalledOnce();
  });

  it("ends with the server", async () => {
    const { progress, next } = start();
    progress.handle("a", begin, next);
    progress.handle("b", begin, next);
    progress.clear();
    await vi.waitUntil(() => world.progress.length === 2);
    await vi.waitFor(() => expect(world.progress.map(({ ended }) => ended)).toEqual([true, true]));
  });
});

describe("a progress that cannot be cancelled", () => {
  it("is the language client's to show", () => {
    const { progress, next } = start();
    progress.handle("a", { ...begin, cancellable: false }, next);
    progress.handle("a", { kind: "report", message: "x" }, next);
    progress.handle("a", { kind: "end" }, next);
    expect(next).toHaveBeenCalledTimes(3);
    expect(world.progress).toEqual([]);
  });
});
