/** What the status bar says, as plain data. */

import { l10n } from "vscode";

import { lowestPython } from "./probe";
import type { EnvironmentInfo, ProjectStatus } from "./protocol";
import type { Rejection } from "./python";
import type { SessionState } from "./session";

export interface StatusView {
  readonly text: string;
  /** What a screen reader says instead of the text, whose icons it cannot tell. */
  readonly spoken: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly severity: "normal" | "warning";
  readonly command: string;
}

export function statusView(
  state: SessionState,
  status: ProjectStatus | undefined,
  trusted: boolean,
): StatusView {
  switch (state.kind) {
    case "noPython":
      return {
        text: `$(warning) ${l10n.t("No Python for Pinwise")}`,
        spoken: l10n.t("Pinwise found no Python that can run its server."),
        tooltip: paragraphs(
          l10n.t("Pinwise found no Python that can run its server."),
          ...state.rejections.slice(0, shownRejections).map(rejected),
          l10n.t("Install Python {0} or newer, or click to choose one.", lowestPython),
        ),
        severity: "warning",
        command: "pinwise.chooseServerPython",
      };
    case "failed":
    case "stopped":
      return {
        text: `$(warning) ${l10n.t("Pinwise stopped")}`,
        spoken: l10n.t("The Pinwise server has stopped."),
        tooltip:
          state.kind === "failed"
            ? l10n.t("The Pinwise server could not be started: {0}", escaped(state.reason))
            : l10n.t("The Pinwise server has stopped."),
        severity: "warning",
        command: "pinwise.showOutput",
      };
    case "starting":
    case "running":
      return status
        ? environmentView(status, trusted)
        : {
            text: "$(loading~spin) Python",
            spoken: l10n.t("Looking for the environment of this folder…"),
            tooltip: l10n.t("Looking for the environment of this folder…"),
            severity: "normal",
            command: "pinwise.selectInterpreter",
          };
  }
}

/** How many of the programs that were asked in vain are named; the log has them all. */
const shownRejections = 5;

function rejected({ program, reason }: Rejection): string {
  return escaped(l10n.t("{0}: {1}.", program, reason));
}

function environmentView(status: ProjectStatus, trusted: boolean): StatusView {
  const { environment } = status;
  const command = "pinwise.selectInterpreter";
  if (!environment) {
    return {
      text: `$(warning) ${l10n.t("No Python environment")}`,
      spoken: [l10n.t("No Python environment"), sentence(status.reason)].join(", "),
      tooltip: paragraphs(
        `**${l10n.t("No Python environment")}**`,
        escaped(sentence(status.reason)),
        links(null, trusted),
      ),
      severity: "warning",
      command,
    };
  }
  const problems = environment.problems.map((problem) => `$(warning) ${escaped(problem)}`);
  const missing = hasNoneOfItsOwn(status, environment);
  const warns = environment.broken || missing;
  return {
    text: warns ? `$(warning) ${environment.label}` : environment.label,
    spoken: [
      l10n.t("Python interpreter: {0}", environment.label),
      [
        ...(missing ? [l10n.t("This folder has no environment of its own.")] : []),
        ...environment.problems,
      ].join(" "),
    ]
      .filter((part) => part !== "")
      .join(", "),
    tooltip: paragraphs(
      `**${escaped(environment.label)}**`,
      missing ? missingEnvironment(status.reason, trusted) : "",
      escaped(environment.isBase ? environment.executable : environment.prefix),
      // Above already, where it says that there is none.
      missing ? "" : escaped(sentence(status.reason, environment.name)),
      ...problems,
      links(environment, trusted),
    ),
    severity: warns ? "warning" : "normal",
    command,
  };
}

/** Whether requirements would go into an interpreter that is there for everybody, unasked. */
function hasNoneOfItsOwn(status: ProjectStatus, environment: EnvironmentInfo): boolean {
  return status.hasRequirements && environment.isBase && !status.explicit && !status.named;
}

/** The server's reason says that there is none, and why it is this Python then. */
function missingEnvironment(reason: string, trusted: boolean): string {
  const told = `$(warning) ${escaped(sentence(reason))}`;
  return trusted ? `${told} ${l10n.t("Click to create or choose one.")}` : told;
}

/** What can be done from here. Without trust, only what starts no program. */
function links(environment: EnvironmentInfo | null, trusted: boolean): string {
  const all = [`[${l10n.t("Select interpreter")}](command:pinwise.selectInterpreter)`];
  if (trusted) {
    if (!environment || environment.isBase) {
      all.push(`[${l10n.t("Create .venv")}](command:pinwise.createVenv)`);
    } else if (environment.broken) {
      all.push(`[${l10n.t("Create another")}](command:pinwise.createEnvironmentFrom)`);
    } else {
      all.push(`[${l10n.t("Activate in terminal")}](command:pinwise.activateTerminal)`);
    }
  }
  return all.join(" · ");
}

/** The commands that a link of the tooltip may run. */
export const linkedCommands = [
  "pinwise.selectInterpreter",
  "pinwise.createEnvironmentFrom",
  "pinwise.createVenv",
  "pinwise.activateTerminal",
] as const;

function paragraphs(...parts: string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The text as a sentence. A name that it begins with keeps its first letter. */
function sentence(text: string, name = ""): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const isName = name !== "" && trimmed.startsWith(name);
  const begun = isName ? trimmed : trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

/** Paths hold characters that Markdown would take for its own; `$(` would become an icon. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+\-!|~$]/g, String.raw`\$&`);
}
