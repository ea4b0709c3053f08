import { describe, expect, it, vi } from "vitest";

import type { SessionState } from "../src/session";
import { statusView } from "../src/statusView";
import { base, environment, fake, status } from "./samples";

vi.mock("vscode", () => import("./vscodeStub"));

const running = fake<SessionState>({ kind: "running" });
const project = "/project";

describe("the status bar", () => {
  it("shows the environment and says why it is this one", () => {
    const view = statusView(running, status(project, environment()), true);
    expect(view).toMatchObject({
      text: "Python 3.12.1 (.venv)",
      severity: "normal",
      command: "pinwise.selectInterpreter",
    });
    expect(view.tooltip).toContain(".venv in the folder.");
    expect(view.tooltip).toContain("command:pinwise.activateTerminal");
  });

  it("leaves the name of an environment as it is, also where a sentence begins with it", () => {
    const old = environment({ name: "old one", prefix: "/project/envs/old one" });
    const reason = "old one in the folder; the file .venv names /gone, which does not exist";
    const { tooltip } = statusView(running, status(project, old, { reason }), true);
    expect(tooltip).toContain("old one in the folder; the file");
    const chosen = statusView(running, status(project, old, { reason: "chosen by you" }), true);
    expect(chosen.tooltip).toContain("Chosen by you.");
  });

  it("says to screen readers what its colour and its icons show", () => {
    const problems = ["Its base Python is gone."];
    const broken = environment({ broken: true, problems });
    expect(statusView(running, status(project, broken), true).spoken).toBe(
      "Python interpreter: Python 3.12.1 (.venv), Its base Python is gone.",
    );
    const twice = environment({ broken: true, problems: [...problems, "It was moved."] });
    expect(statusView(running, status(project, twice), true).spoken).toBe(
      "Python interpreter: Python 3.12.1 (.venv), Its base Python is gone. It was moved.",
    );
    expect(statusView(running, status(project, base("3.13.0")), true).spoken).toBe(
      "Python interpreter: Python 3.13.0 (system), This folder has no environment of its own.",
    );
    const states = [
      { kind: "noPython", rejections: [] },
      { kind: "failed", reason: "it ended" },
      { kind: "starting" },
    ] as const;
    for (const state of states) {
      const { spoken } = statusView(state, undefined, true);
      expect(spoken).toMatch(/^[A-Z][^$]+[.…]$/);
    }
  });

  it("warns where there is none", () => {
    const none = status(project, null, { reason: "no Python was found" });
    const view = statusView(running, none, true);
    expect(view).toMatchObject({ text: "$(warning) No Python environment", severity: "warning" });
    expect(view.tooltip).toContain("No Python was found.");
    expect(view.spoken).toBe("No Python environment, No Python was found.");
    expect(view.tooltip).toContain("command:pinwise.createVenv");
  });

  it("warns where a project's requirements would go into a base interpreter", () => {
    const reason = "the folder has no environment; this is the newest Python found";
    const newest = status(project, base("3.13.0"), { reason });
    const view = statusView(running, newest, true);
    expect(view).toMatchObject({
      text: "$(warning) Python 3.13.0 (system)",
      severity: "warning",
      command: "pinwise.selectInterpreter",
    });
    expect(view.tooltip).toContain(
      "$(warning) The folder has no environment; this is the newest Python found. Click to create",
    );
    expect(view.tooltip.match(/no environment/g)).toHaveLength(1);
    const restricted = statusView(running, newest, false);
    expect(restricted.severity).toBe("warning");
    expect(restricted.tooltip).toContain("The folder has no environment;");
    expect(restricted.tooltip).not.toContain("Click to create");
  });

  it("does not warn of a base interpreter that was chosen, or that nothing would go into", () => {
    for (const changes of [{ explicit: true }, { hasRequirements: false }]) {
      const view = statusView(running, status(project, base("3.13.0"), changes), true);
      expect(view).toMatchObject({ text: "Python 3.13.0 (system)", severity: "normal" });
      expect(view.tooltip).not.toContain("Click to create");
    }
  });

  it("warns of a broken one, names its problems and does not offer to activate it", () => {
    const broken = environment({ broken: true, problems: ["Its base Python is gone."] });
    const view = statusView(running, status(project, broken), true);
    expect(view).toMatchObject({
      text: "$(warning) Python 3.12.1 (.venv)",
      severity: "warning",
    });
    expect(view.tooltip).toContain("Its base Python is gone.");
    expect(view.tooltip).not.toContain("activateTerminal");
    expect(view.tooltip).toContain("command:pinwise.createEnvironmentFrom");
  });

  it("names a problem that breaks nothing without a warning", () => {
    const view = statusView(
      running,
      status(project, environment({ problems: ["It has no pip."] })),
      true,
    );
    expect(view.severity).toBe("normal");
    expect(view.tooltip).toContain("It has no pip.");
  });

  it("offers to create beside a base interpreter, but nothing that needs trust without it", () => {
    const system = status(project, base("3.13.0"));
    expect(statusView(running, system, true).tooltip).toContain("command:pinwise.createVenv");
    const restricted = statusView(running, system, false);
    expect(restricted.tooltip).not.toContain("createVenv");
    expect(restricted.tooltip).toContain("command:pinwise.selectInterpreter");
  });

  it("takes paths for text, not for Markdown or icons", () => {
    const odd = environment({ prefix: "my_env/[x](command:evil) $(trash) *" });
    const { tooltip } = statusView(running, status(project, odd), true);
    expect(tooltip).toContain(String.raw`\[x\]\(command:evil\) \$\(trash\) \*`);
  });

  it("spins until the first answer", () => {
    expect(statusView({ kind: "starting" }, undefined, true).text).toBe("$(loading~spin) Python");
    expect(statusView(running, undefined, true).severity).toBe("normal");
  });

  it("leads to the cure where the server does not run", () => {
    const noPython = { kind: "noPython", rejections: [] } as const;
    expect(statusView(noPython, undefined, true)).toMatchObject({
      severity: "warning",
      command: "pinwise.chooseServerPython",
    });
    const old = {
      origin: "path",
      program: "/usr/bin/python3",
      reason: "it is Python 3.8.2",
    } as const;
    const tried = { kind: "noPython", rejections: [old] } as const;
    expect(statusView(tried, undefined, true).tooltip).toBe(
      [
        "Pinwise found no Python that can run its server.",
        String.raw`/usr/bin/python3: it is Python 3.8.2.`,
        "Install Python 3.10 or newer, or click to choose one.",
      ].join("\n\n"),
    );
    const failed = { kind: "failed", reason: "launch.py is missing" } as const;
    const view = statusView(failed, status(project, environment()), true);
    expect(view).toMatchObject({ severity: "warning", command: "pinwise.showOutput" });
    expect(view.tooltip).toContain("launch.py is missing");
  });
});
