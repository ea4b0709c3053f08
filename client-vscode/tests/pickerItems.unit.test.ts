import { describe, expect, it, vi } from "vitest";

import { activeItem, looksLikePath, pickerItems, withEnvironment } from "../src/pickerItems";
import { base, environment } from "./samples";

vi.mock("vscode", () => import("./vscodeStub"));

const nothing = { environments: [], typed: "", explicit: false, canCreate: true };
const labels = (model: Partial<Parameters<typeof pickerItems>[0]>) =>
  pickerItems({ ...nothing, ...model }).map(({ label }) => label);

describe("the picker's items", () => {
  it("stand in groups: the workspace's environments, others, interpreters, actions", () => {
    const elsewhere = environment({ prefix: "/home/me/envs/tools", inWorkspace: false });
    expect(labels({ environments: [base("3.13.0"), elsewhere, environment()] })).toEqual([
      "Environments of this workspace",
      "$(blank) Python 3.12.1 (.venv)",
      "Other environments",
      "$(blank) Python 3.12.1 (tools)",
      "Interpreters",
      "$(blank) Python 3.13.0 (system)",
      "More",
      "$(add) Create environment…",
      "$(folder-opened) Browse…",
      "$(edit) Enter path…",
    ]);
  });

  it("say what was not looked at, where nobody can pick it", () => {
    const message = "The environments of conda were not all looked at.";
    const items = pickerItems({ ...nothing, environments: [base("3.13.0")], skipped: [message] });
    expect(items.map(({ label }) => label).slice(0, 4)).toEqual([
      "Interpreters",
      "$(blank) Python 3.13.0 (system)",
      message,
      "More",
    ]);
    expect(items[2]?.choice).toBeUndefined();
  });

  it("mark the one in use and show a broken one with its problem", () => {
    const [, used, broken] = pickerItems({
      ...nothing,
      environments: [
        environment({ selected: true }),
        environment({ prefix: "/project/old", broken: true, problems: ["Its Python is gone."] }),
      ],
    });
    expect(used).toMatchObject({
      label: "$(check) Python 3.12.1 (.venv)",
      description: "virtualenv · in use",
    });
    expect(used).not.toHaveProperty("detail");
    expect(broken).toMatchObject({
      label: "$(warning) Python 3.12.1 (old)",
      detail: "Its Python is gone.",
    });
  });

  it("offer .venv by name while there is none, and nothing to create without trust", () => {
    expect(labels({})).toContain("$(add) Create .venv…");
    expect(labels({ canCreate: false })).not.toContain("$(add) Create .venv…");
  });

  it("offer the way back only from a choice", () => {
    const back = "$(discard) Use automatic selection";
    expect(labels({})).not.toContain(back);
    expect(labels({ explicit: true })).toContain(back);
  });

  it("offer a typed path first, whatever the filter says", () => {
    const [first] = pickerItems({ ...nothing, environments: [environment()], typed: " ~/py " });
    expect(first).toMatchObject({
      label: "$(arrow-right) Use ~/py",
      alwaysShow: true,
      choice: { kind: "path", path: "~/py" },
    });
  });

  it.each([
    ["/usr/bin/python3", true],
    ["~", true],
    [String.raw`C:\Python312\python.exe`, true],
    ["envs/legacy", true],
    ["3.12", false],
    ["", false],
  ])("takes %j for a path: %s", (typed, expected) => {
    expect(looksLikePath(typed)).toBe(expected);
  });
});

describe("the active item", () => {
  const used = environment({ selected: true });
  const other = environment({ prefix: "/project/other" });

  it("is the environment in use, wherever it stands", () => {
    const items = pickerItems({ ...nothing, environments: [other, used] });
    expect(activeItem(items, undefined)?.label).toContain("(.venv)");
  });

  it("stays the one that the user went to, in its new shape", () => {
    const before = pickerItems({ ...nothing, environments: [other] });
    const goneTo = before.find(({ label }) => label.includes("(other)"));
    const broken = { ...other, broken: true };
    const after = pickerItems({ ...nothing, environments: [used, broken] });
    expect(activeItem(after, goneTo)?.label).toBe("$(warning) Python 3.12.1 (other)");
  });

  it("is never a separator", () => {
    expect(activeItem(pickerItems(nothing), undefined)?.choice).toEqual({ kind: "create" });
    const items = pickerItems({ ...nothing, environments: [other] });
    expect(activeItem(items, undefined)?.choice?.kind).toBe("environment");
  });
});

describe("adding an environment", () => {
  it("puts a later report in the place of an earlier one", () => {
    const seed = environment({ selected: true });
    const all = withEnvironment([seed, base("3.13.0")], environment({ version: "3.12.2" }));
    expect(all.map(({ version }) => version)).toEqual(["3.12.2", "3.13.0"]);
  });

  it("tells two interpreters of the same prefix apart", () => {
    expect(withEnvironment([base("3.13.0")], base("3.12.0"))).toHaveLength(2);
  });
});
