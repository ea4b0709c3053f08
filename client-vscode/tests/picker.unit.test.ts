import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { EnvironmentLists } from "../src/environmentLists";
import { type PickerOptions, pickInterpreter } from "../src/picker";
import type { EnvironmentInfo } from "../src/protocol";
import { base, environment, fake, status } from "./samples";
import { type FakeQuickPick, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => {
  world.reset();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A search that the test leads: what it finds, when it ends, whether it was given up. */
class Search {
  private onFound: ((environment: EnvironmentInfo) => void) | undefined;
  token: { isCancellationRequested: boolean } | undefined;
  finish: (environments: readonly EnvironmentInfo[]) => void = () => {};
  fail: (error: Error) => void = () => {};

  readonly lists = fake<EnvironmentLists>({
    list: (
      _folder: unknown,
      onFound: (environment: EnvironmentInfo) => void,
      token: { isCancellationRequested: boolean },
    ) => {
      this.onFound = onFound;
      this.token = token;
      return new Promise<readonly EnvironmentInfo[]>((resolve, reject) => {
        this.finish = resolve;
        this.fail = reject;
      });
    },
  });

  report(found: EnvironmentInfo): void {
    this.onFound?.(found);
  }

  /** Reports a finding and lets the picker draw it. */
  find(found: EnvironmentInfo): void {
    this.report(found);
    vi.advanceTimersByTime(100);
  }
}

function open(changes: Partial<PickerOptions> = {}) {
  const search = new Search();
  const onError = vi.fn<(error: unknown) => void>();
  const choice = pickInterpreter(search.lists, {
    title: "Python Interpreter",
    folder: undefined,
    status: undefined,
    canCreate: true,
    onError,
    ...changes,
  });
  const box = world.quickPicks.at(-1);
  if (!box) throw new Error("There is no picker.");
  return { search, choice, box, onError };
}

const activeLabel = (box: FakeQuickPick) => box.activeItems[0]?.label;

describe("the picker", () => {
  it("is there at once, with what is known, and busy until the search ends", async () => {
    const { box, search } = open({ status: status("/project", environment()) });
    expect(box.shown).toBe(true);
    expect(box.busy).toBe(true);
    expect(activeLabel(box)).toBe("$(check) Python 3.12.1 (.venv)");
    search.finish([environment({ selected: true }), base("3.13.0")]);
    await vi.runAllTimersAsync();
    expect(box.busy).toBe(false);
    expect(box.items.map(({ label }) => label)).toContain("$(blank) Python 3.13.0 (system)");
  });

  it("stays with the item that the user went to while more come in", async () => {
    const { box, search } = open({ status: status("/project", environment()) });
    search.find(base("3.12.0"));
    box.goTo(/3\.12\.0/);
    search.find(base("3.13.0"));
    expect(activeLabel(box)).toBe("$(blank) Python 3.12.0 (system)");
    search.finish([environment({ selected: true }), base("3.13.0"), base("3.12.0")]);
    await vi.runAllTimersAsync();
    expect(activeLabel(box)).toBe("$(blank) Python 3.12.0 (system)");
  });

  it("moves on by itself to the environment in use where the user went nowhere", () => {
    const { box, search } = open();
    expect(activeLabel(box)).toBe("$(add) Create .venv…");
    search.find(base("3.13.0"));
    search.find(environment({ selected: true }));
    expect(activeLabel(box)).toBe("$(check) Python 3.12.1 (.venv)");
  });

  it("never touches what the user typed, and leaves filtering to the box", () => {
    const { box, search } = open();
    box.type("3.13");
    const before = box.activeItems;
    search.find(base("3.13.0"));
    expect(box.value).toBe("3.13");
    expect(box.activeItems).toBe(before);
  });

  it("draws a burst of findings once", () => {
    const { box, search } = open();
    let drawn = 0;
    let items = box.items;
    Object.defineProperty(box, "items", {
      get: () => items,
      set: (next: typeof items) => {
        drawn += 1;
        items = next;
      },
    });
    for (const version of ["3.10.0", "3.11.0", "3.12.0"]) search.report(base(version));
    expect(drawn).toBe(0);
    vi.runAllTimers();
    expect(drawn).toBe(1);
    expect(items.filter(({ label }) => label.includes("(system)"))).toHaveLength(3);
  });

  it("answers with a typed path", async () => {
    const { box, choice } = open();
    box.type("/opt/python/bin/python3");
    box.goTo(/^\$\(arrow-right\) Use \/opt/);
    box.accept();
    expect(await choice).toEqual({ kind: "path", path: "/opt/python/bin/python3" });
  });

  it("gives the search up when the user leaves", async () => {
    const { box, choice, search, onError } = open();
    box.hide();
    expect(await choice).toBeUndefined();
    expect(search.token?.isCancellationRequested).toBe(true);
    search.fail(new Error("cancelled"));
    await vi.runAllTimersAsync();
    expect(onError).not.toHaveBeenCalled();
  });

  it("tells of a search that failed and stays, since a path can still be entered", async () => {
    const { box, search, onError } = open();
    search.fail(new Error("no server"));
    await vi.runAllTimersAsync();
    expect(onError).toHaveBeenCalledOnce();
    expect(box.shown).toBe(true);
    expect(box.busy).toBe(false);
    expect(box.items.map(({ label }) => label)).toContain("$(edit) Enter path…");
  });
});
