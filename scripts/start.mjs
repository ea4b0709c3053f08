/**
 * Opens the examples in VS Code with Pinwise running, installing first what is missing.
 *
 *     npm start                 in the desktop VS Code if `code` is on PATH, else in the browser
 *     npm start -- --browser    in the browser, also where `code` is on PATH
 *     npm start -- --check      in the browser, and ends as soon as it answers
 */

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { libsStep, vsixFile, vsixStep } from "./lib/bundle.mjs";
import { buildStep, npmStep } from "./lib/node.mjs";
import { buildFolder, isWindows, onPath, root, shown } from "./lib/paths.mjs";
import { isStopping, run, stopOnSignals } from "./lib/processes.mjs";
import { pythonStep } from "./lib/python.mjs";
import { StepFailure, allPassed, digest, performAll } from "./lib/steps.mjs";
import { bold, dim, duration, green, red } from "./lib/terminal.mjs";
import { installExtension, startVscode, vscodeStep, writeProfile } from "./lib/vscode.mjs";

const examples = path.join(root, "examples");
const profile = path.join(buildFolder, "vscode");

/** What keeps VS Code from talking about itself, so that the examples are what one sees. */
const settings = {
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.enableExperiments": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};

const steps = [pythonStep("start"), npmStep(), buildStep(), libsStep()];

/** @type {import("./lib/steps.mjs").Step} */
const profileStep = {
  name: "profile",
  does: "installs the extension into VS Code",
  needs: ["vscode", "vsix"],
  stamp: () => ({ file: path.join(profile, "installed"), key: digest({ files: [vsixFile()] }) }),
  run: async (context) => {
    // The settings are the person's to change, so they are written once only.
    if (!existsSync(path.join(profile, "data"))) writeProfile(profile, settings);
    await installExtension(context, profile, vsixFile());
  },
};

/** @param {string} code the `code` command */
async function openDesktop(code) {
  if (!allPassed(await performAll(steps))) return 1;
  const args = [`--extensionDevelopmentPath=${root}`, examples];
  // On Windows `code` is a batch file, which only its shell can start.
  const [program, first] = isWindows ? ["cmd.exe", ["/d", "/s", "/c", code]] : [code, []];
  const { code: end, output } = await run(program, [...first, ...args]);
  if (end !== 0) throw new StepFailure(`\`${code}\` ended with ${end}.`, output);
  console.log(`\n${green("✓")} VS Code opens ${bold(shown(examples))} in a window of its own.`);
  return 0;
}

/** @param {boolean} check */
async function openBrowser(check) {
  const begun = performance.now();
  if (!allPassed(await performAll([...steps, vsixStep(), vscodeStep(), profileStep]))) return 1;
  // VS Code gives whoever reaches it a terminal: without a password, every user of this machine.
  const password = randomBytes(12).toString("base64url");
  const server = await startVscode({
    profile,
    workspace: examples,
    env: process.env,
    // The folder is this checkout's own, and whoever started this script trusts it.
    workspaceTrust: false,
    password,
  });
  console.log(
    [
      "",
      `${green("✓")} VS Code is ready ${dim(`after ${duration(performance.now() - begun)}`)}`,
      "",
      `    URL       ${bold(`${server.url}/?folder=${encodeURI(examples)}`)}`,
      `    Password  ${bold(password)}`,
      "",
    ].join("\n"),
  );
  if (check) {
    await server.stop();
    return 0;
  }
  console.log("Ctrl-C stops it.");
  await new Promise((resolve) => {
    server.process.once("exit", resolve);
  });
  if (isStopping()) return 0;
  console.log(`${red("✗")} VS Code ended by itself.`);
  return 1;
}

const { values: options } = parseArgs({
  options: { browser: { type: "boolean" }, check: { type: "boolean" } },
});
stopOnSignals();
try {
  const code = options.browser || options.check ? undefined : onPath("code");
  process.exitCode = await (code ? openDesktop(code) : openBrowser(options.check ?? false));
} catch (error) {
  if (!(error instanceof StepFailure)) throw error;
  console.error(`${red("✗")} ${error.message}\n${error.output}`);
  process.exitCode = 1;
}
