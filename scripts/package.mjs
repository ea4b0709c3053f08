/**
 * Builds the extension: `pinwise-<version>.vsix`, which installs on every platform.
 *
 *     npm run package                     what has not changed is not done again
 *     npm run package -- --update-lock    first choose the newest dependencies to carry along
 */

import { libsStep, lockStep, vsixFile, vsixStep } from "./lib/bundle.mjs";
import { buildStep, npmStep } from "./lib/node.mjs";
import { shown } from "./lib/paths.mjs";
import { stopOnSignals } from "./lib/processes.mjs";
import { pythonStep } from "./lib/python.mjs";
import { allPassed, performAll } from "./lib/steps.mjs";

stopOnSignals();
const update = process.argv.includes("--update-lock") ? [lockStep()] : [];
const results = await performAll([
  pythonStep("start"),
  ...update,
  npmStep(),
  buildStep(),
  libsStep(),
  vsixStep(),
]);
if (!allPassed(results)) process.exit(1);
console.log(`\n${shown(vsixFile())}`);
