import { beforeEach, describe, expect, it, vi } from "vitest";

import { type ViewNode, readableSize, treeItem } from "../src/environmentsViewItems";
import type { EnvironmentInfo, PackageInfo } from "../src/protocol";
import { base, environment, fake, installed } from "./samples";
import { type ThemeIcon, type TreeItem, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

const item = (node: ViewNode) => fake<TreeItem>(treeItem(node));
const icon = (shown: TreeItem) => fake<ThemeIcon>(shown.iconPath).id;

function environmentItem(info: EnvironmentInfo, ...projects: string[]): TreeItem {
  const folder = world.addFolder("/project");
  return item({ kind: "environment", folder, environment: info, projects });
}

function packageItem(found: PackageInfo, info = environment()): TreeItem {
  const folder = world.addFolder("/project");
  return item({ kind: "package", folder, environment: info, package: found });
}

describe("what a screen reader says", () => {
  it("of a group counts what is in it", () => {
    const folder = world.addFolder("/project");
    const node = {
      kind: "environment",
      folder,
      environment: base("3.13.0"),
      projects: [],
    } as const;
    const shown = item({ kind: "group", folder, group: "bases", environments: [node, node] });
    expect(shown.accessibilityInformation?.label).toBe("Base interpreters, 2 of them");
  });

  it("of a line that tells of a problem is more than its icon", () => {
    const icons = ["warning", "error", "add"] as const;
    const notes = icons.map((name) => item({ kind: "note", text: "It is gone.", icon: name }));
    expect(notes.map((shown) => shown.accessibilityInformation?.label)).toEqual([
      "Warning: It is gone.",
      "Error: It is gone.",
      "It is gone.",
    ]);
  });
});

describe("an environment", () => {
  it("is called by its name, with its Python, and open where it is in use", () => {
    const shown = environmentItem(environment({ selected: true }));
    expect(shown.label).toBe(".venv");
    expect(shown.description).toBe("Python 3.12.1 · in use");
    expect(shown.collapsibleState).toBe(2);
    expect(icon(shown)).toBe("check");
    expect(environmentItem(environment()).collapsibleState).toBe(1);
  });

  it("says which projects inside the folder use it", () => {
    const nested = environment({ prefix: "/project/svc-a/.venv" });
    const shown = environmentItem(nested, "svc-a");
    expect(shown.description).toBe("Python 3.12.1 · svc-a/.venv · in use by svc-a");
    expect(icon(shown)).toBe("check");
    const many = environmentItem(nested, "a", "b", "c", "d", "e");
    expect(many.description).toContain("in use by a, b, c and 2 more");
    expect(environmentItem(environment({ selected: true }), "svc-a").description).toBe(
      "Python 3.12.1 · in use",
    );
  });

  it("tells where it lies if its name does not", () => {
    const shown = environmentItem(environment({ prefix: "/project/app/.venv" }));
    expect(shown.description).toBe("Python 3.12.1 · app/.venv");
  });

  it("that is broken says so in words, not by its colour alone", () => {
    const problem = "Its Python is gone: /opt/python3.9.";
    const shown = environmentItem(environment({ broken: true, problems: [problem] }));
    expect(shown.description).toContain("broken");
    expect(icon(shown)).toBe("warning");
    expect(shown.accessibilityInformation?.label).toContain(problem);
    expect(shown.contextValue).toBe("environment own broken");
  });

  it("that is a base interpreter is called by its version", () => {
    const shown = environmentItem(base("3.13.0", { externallyManaged: true }));
    expect(shown.label).toBe("Python 3.13.0");
    expect(shown.description).toBe("/usr");
    expect(shown.contextValue).toBe("environment base");
  });

  it("shows paths as they are written, whatever Markdown makes of them", () => {
    const shown = environmentItem(environment({ prefix: "/a_b_/**x**/.venv" }));
    expect(fake<{ value: string }>(shown.tooltip).value).toContain(String.raw`/a\_b\_/\*\*x\*\*/`);
  });

  it("keeps its identity while its state changes, and is another one in another folder", () => {
    const before = environmentItem(environment()).id;
    expect(environmentItem(environment({ selected: true, broken: true })).id).toBe(before);
    const folder = world.addFolder("/other");
    expect(
      item({ kind: "environment", folder, environment: environment(), projects: [] }).id,
    ).not.toBe(before);
  });
});

describe("a package", () => {
  it("has its version and its size beside it", () => {
    const shown = packageItem(installed("flask", { version: "3.0.0", size: 412_000 }));
    expect([shown.label, shown.description]).toEqual(["flask", "3.0.0 · 412 kB"]);
    expect(shown.contextValue).toBe("package changeable");
  });

  it("that is outdated has what would be installed beside it", () => {
    const shown = packageItem(
      installed("flask", { version: "2.0", latest: "3.0", outdated: true, askedFor: true }),
    );
    expect(shown.description).toBe("2.0 → 3.0 · 4.2 kB");
    expect(shown.contextValue).toBe("package outdated changeable");
    expect(shown.accessibilityInformation?.label).toBe(
      "flask 2.0, 3.0 is available, 4.2 kB, asked for by the project",
    );
  });

  it("of which nothing newer is known claims nothing", () => {
    const shown = packageItem(installed("flask", { latest: null, outdated: false, size: null }));
    expect(shown.description).toBe("1.0");
    expect(fake<{ value: string }>(shown.tooltip).value).not.toContain("available");
  });

  it("cannot be changed where pip refuses to", () => {
    const managed = base("3.13.0", { externallyManaged: true });
    expect(packageItem(installed("flask"), managed).contextValue).toBe("package");
  });

  it("tells who needs it, but not all of many", () => {
    const requiredBy = ["a", "b", "c", "d", "e", "f", "g"];
    const shown = packageItem(installed("click", { requiredBy }));
    expect(shown.accessibilityInformation?.label).toContain("needed by a, b, c, d, e and 2 more");
  });

  it("shows the summary of its author as plain text", () => {
    const shown = packageItem(installed("x", { summary: "[click](command:evil) <b>" }));
    const { value } = fake<{ value: string }>(shown.tooltip);
    expect(value).not.toContain("](command:");
    expect(fake<{ isTrusted: unknown }>(shown.tooltip).isTrusted).toBeUndefined();
  });
});

describe("a size", () => {
  it.each([
    [0, "0 B"],
    [812, "812 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [4200, "4.2 kB"],
    [99_949, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [13_000_000, "13 MB"],
    [2_500_000_000, "2.5 GB"],
  ])("of %i bytes is %s", (bytes, text) => {
    expect(readableSize(bytes)).toBe(text);
  });
});
