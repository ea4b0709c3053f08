/**
 * Installs what is missing and runs every check.
 *
 *     npm test                               everything
 *     npm test -- pytest mypy                these steps and what they need
 *     npm test -- pytest -- -k parser        the rest goes to the step
 *     npm test -- --without-vscode           everything but the stories in a real VS Code
 */

import { existsSync } from "node:fs";
import path from "node:path";

import { bundleCheckStep } from "./lib/bundle-check.mjs";
import { libsStep, vsixStep } from "./lib/bundle.mjs";
import { buildStep, npmStep } from "./lib/node.mjs";
import { chromium, nodeModule, root, venvProgram } from "./lib/paths.mjs";
import { stopOnSignals } from "./lib/processes.mjs";
import { pythonStep } from "./lib/python.mjs";
import { StepFailure, performAll } from "./lib/steps.mjs";
import { aptInstall } from "./lib/system.mjs";
import { bold, duration, green, red, table } from "./lib/terminal.mjs";
import { vscodeStep } from "./lib/vscode.mjs";

/** @typedef {import("./lib/steps.mjs").Step} Step */

const separator = process.argv.indexOf("--", 2);
const words = process.argv.slice(2, separator === -1 ? undefined : separator);
const passedOn = separator === -1 ? [] : process.argv.slice(separator + 1);
const flags = words.filter((word) => word.startsWith("-"));
const chosen = words.filter((word) => !word.startsWith("-"));

/**
 * A check by a program of `.venv`.
 *
 * @param {string} name
 * @param {string} does
 * @param {string[]} args the arguments of `python -m`
 * @param {RegExp} [summary] finds what is worth telling in the output
 * @returns {Step}
 */
function pythonCheck(name, does, args, summary) {
  return {
    name,
    does,
    needs: ["python"],
    run: async (context) => {
      const output = await context.run(venvProgram("python"), ["-m", ...args, ...passedOn], {
        cwd: root,
      });
      return summary?.exec(output)?.[1];
    },
  };
}

/**
 * A check by programs that npm installed.
 *
 * @param {string} name
 * @param {string} does
 * @param {string[][]} calls for each the path of its script in node_modules, then its arguments
 * @param {RegExp} [summary]
 * @returns {Step}
 */
function nodeCheck(name, does, calls, summary) {
  return {
    name,
    does,
    needs: ["npm"],
    run: async (context) => {
      let output = "";
      for (const [script = "", ...args] of calls) {
        output += await context.run(
          process.execPath,
          [nodeModule(...script.split("/")), ...args, ...passedOn],
          { cwd: root, env: { ...process.env, NO_COLOR: "1" } },
        );
      }
      return summary?.exec(output)?.[1];
    },
  };
}

const storyFolder = path.join(root, "tests", "vscode");

/** @type {Step} */
const storiesStep = {
  name: "stories",
  does: "plays the editor's stories in a real VS Code",
  needs: ["npm", "vsix", "vscode"],
  run: async (context) => {
    if (!chromium()) {
      throw new StepFailure(
        `The stories need Chromium. Install it with: ${aptInstall("chromium", "fonts-dejavu-core")}`,
      );
    }
    const script = path.join(storyFolder, "run.mjs");
    const output = await context.run(process.execPath, [script, ...passedOn], {
      cwd: root,
      // They take minutes: it is good to see that they go on.
      onLine: (line) => {
        if (/^ *[✓✗] /.test(line)) console.log(`    ${line.trim()}`);
      },
    });
    return /^(\d+ stor.*)$/m.exec(output)?.[1];
  },
};

/** @type {Step[]} */
const steps = [
  // It takes minutes where it is not installed yet, and nothing but the stories waits for it.
  { ...vscodeStep(), background: true },
  pythonStep("test"),
  npmStep(),
  pythonCheck("ruff", "lints the Python code", ["ruff", "check"]),
  pythonCheck("ruff-format", "checks the format of the Python code", ["ruff", "format", "--check"]),
  pythonCheck("mypy", "checks the types of the Python code", ["mypy"], /in (\d+ source files)/),
  nodeCheck("tsc", "checks the types of the client and of the scripts", [
    ["typescript/bin/tsc", "-p", "."],
    ["typescript/bin/tsc", "-p", "scripts"],
    ["typescript/bin/tsc", "-p", "tests/vscode"],
  ]),
  nodeCheck("oxlint", "lints the client and the scripts", [
    ["oxlint/bin/oxlint", "--type-aware", "--deny-warnings"],
  ]),
  nodeCheck("oxfmt", "checks the format of the client and of the scripts", [
    ["oxfmt/bin/oxfmt", "--check"],
  ]),
  nodeCheck(
    "vitest",
    "runs the client's and the scripts' unit tests",
    [["vitest/vitest.mjs", "run"]],
    /Tests +(\d+ passed.*)/,
  ),
  pythonCheck("pytest", "runs the Python tests", ["pytest", "-q"], /^(\d+ passed.*?) in /m),
  buildStep(),
  libsStep(),
  vsixStep(),
  bundleCheckStep(),
  storiesStep,
];

/** The chosen steps and what they need, in the order of the list. */
function selection() {
  for (const flag of flags) {
    if (flag !== "--without-vscode") throw new StepFailure(`There is no option ${flag}.`);
  }
  const withoutVscode = flags.includes("--without-vscode");
  const wanted = new Set(
    chosen.length > 0
      ? chosen
      : steps.map((step) => step.name).filter((name) => !(withoutVscode && name === "stories")),
  );
  for (const name of wanted) {
    if (!steps.some((step) => step.name === name)) {
      const names = steps.map((step) => step.name).join(", ");
      throw new StepFailure(`There is no step ${name}. There are: ${names}.`);
    }
  }
  if (chosen.length === 0 && withoutVscode) wanted.delete("vscode");
  if (passedOn.length > 0 && wanted.size !== 1) {
    throw new StepFailure("Arguments after -- go to one step: name it before them.");
  }
  for (const step of steps.toReversed()) {
    if (wanted.has(step.name)) for (const need of step.needs ?? []) wanted.add(need);
  }
  return steps.filter((step) => wanted.has(step.name));
}

async function main() {
  const selected = selection();
  const begun = performance.now();
  const results = await performAll(selected, { keepGoing: true });
  const good = results.filter(({ outcome }) => outcome === "passed" || outcome === "up to date");
  const rows = results.map(({ name, outcome, milliseconds, detail }) => [
    name,
    outcome,
    outcome === "not run" ? "" : duration(milliseconds),
    detail,
  ]);
  console.log(`\n${bold(`Summary, after ${duration(performance.now() - begun)}`)}`);
  console.log(
    table(rows, (row, index) => {
      const result = results[index];
      return result && good.includes(result) ? row : red(row);
    }),
  );
  const failed = results.length - good.length;
  if (flags.includes("--without-vscode")) {
    console.log("Left out by --without-vscode: the stories in a real VS Code.");
  }
  console.log((failed > 0 ? red : green)(`${good.length} passed, ${failed} failed`));
  return failed > 0 ? 1 : 0;
}

if (!existsSync(path.join(root, "pyproject.toml"))) {
  throw new Error("This is not a checkout of Pinwise.");
}
stopOnSignals();
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof StepFailure)) throw error;
  console.error(red(error.message));
  process.exitCode = 2;
}
