import { beforeEach, describe, expect, it, vi } from "vitest";

import {
  askForRequirement,
  installItems,
  requirementProblem,
} from "../src/environmentsViewInstall";
import type { ServerSession } from "../src/session";
import { fake } from "./samples";
import { type FakeQuickPick, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

const item = (text: string, detail = "") => ({ text, label: text, detail });

/** A server whose answers the test gives, and the box that asks it. */
function open(value?: string) {
  const questions: { text: string; answer: (texts: readonly string[]) => void }[] = [];
  const session = fake<ServerSession>({
    execute: (_command: string, { text }: { text: string }) =>
      new Promise((resolve) => {
        const answer = (texts: readonly string[]) =>
          resolve({ items: texts.map((found) => item(found)) });
        questions.push({ text, answer });
      }),
  });
  const folder = world.addFolder("/project");
  const answer = askForRequirement(session, {
    title: "Install",
    folder,
    ...(value !== undefined && { value }),
  });
  const box = fake<FakeQuickPick>(world.quickPicks.at(-1));
  const labels = () => box.items.map(({ label }) => label);
  return { questions, answer, box, labels };
}

describe("the box that asks what to install", () => {
  it("completes what is typed, and installs what is chosen", async () => {
    const { questions, answer, box, labels } = open();
    box.type("fla");
    questions.at(-1)?.answer(["flask", "flake8"]);
    await vi.waitFor(() => {
      expect(labels()).toEqual(["$(cloud-download) Install fla", "flask", "flake8"]);
    });
    box.goTo(/^flask$/);
    box.accept();
    expect(await answer).toBe("flask");
  });

  it("takes the typed text as it is, by Enter alone", async () => {
    const { answer, box } = open();
    box.type("requests==2.31.0");
    box.accept();
    expect(await answer).toBe("requests==2.31.0");
  });

  it("drops an answer about letters that no longer stand there", async () => {
    const { questions, box, labels } = open();
    box.type("fl");
    box.type("dj");
    questions[2]?.answer(["django"]);
    questions[1]?.answer(["flask"]);
    await vi.waitFor(() => expect(labels()).toContain("django"));
    await Promise.resolve();
    expect(labels()).not.toContain("flask");
    expect(box.busy).toBe(false);
  });

  it("stays open while what is typed means nothing, and says why", async () => {
    const { answer, box, labels } = open("flask==");
    expect(labels()).toEqual(["$(info) Something is missing at the end."]);
    box.accept();
    expect(box.shown).toBe(true);
    box.hide();
    expect(await answer).toBeUndefined();
  });

  it("stays with the row that the user went to while others come in", async () => {
    const { questions, box } = open();
    box.type("fla");
    questions.at(-1)?.answer(["flask", "flake8"]);
    await vi.waitFor(() => expect(box.items).toHaveLength(3));
    box.goTo(/flake8/);
    box.type("flak");
    expect(box.activeItems[0]?.label).toBe("flake8");
    questions.at(-1)?.answer(["flake8", "flaky"]);
    await vi.waitFor(() => expect(box.items).toHaveLength(3));
    expect(box.activeItems[0]?.label).toBe("flake8");
  });
});

describe("its rows", () => {
  it("do not repeat what is typed", () => {
    const rows = installItems("Flask", [item("flask"), item("flask-cors")]);
    expect(rows.map(({ label }) => label)).toEqual([
      ...["$(cloud-download) Install Flask", "flask-cors"],
    ]);
  });

  it("are the server's alone while nothing is typed", () => {
    expect(installItems(" ", [item("flask")]).map(({ label }) => label)).toEqual(["flask"]);
  });
});

describe("a requirement", () => {
  it.each([
    "flask",
    "zope.interface",
    "flask==3.0.0",
    "flask >= 2, < 4",
    "flask[async, dotenv]~=3.0",
    "flask[]",
    "numpy==1.26.*",
    "torch==2.1.0+cpu",
    "pkg @ https://files.example.org/pkg-1.0.whl",
    'tomli; python_version < "3.11"',
    "flask (>=2)",
  ])("%s is one", (text) => {
    expect(requirementProblem(text)).toBeUndefined();
  });

  it.each([
    ["-r requirements.txt", "Options"],
    ["--index-url=x", "Options"],
    ["./local", "A path"],
    ["flask=3", "two equals signs"],
    ["flask==", "missing"],
    ["flask[", "missing"],
    ["flask,", "missing"],
    ["flask django", "no requirement"],
  ])("%s is told apart", (text, problem) => {
    expect(requirementProblem(text)).toContain(problem);
  });
});
