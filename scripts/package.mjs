/**
 * Builds the extension: `pinwise-<version>.vsix`, which installs on every platform.
 *
 *     npm run package                     what has not changed is not done again
 *     npm run package -- --update-lock    first choose the newest dependencies to carry along
 *     npm run package -- --sizes          tell also what takes how much room in it
 */

import { libsStep, lockStep, vsixFile, vsixStep } from "./lib/bundle.mjs";
import { buildStep, npmStep } from "./lib/node.mjs";
import { shown } from "./lib/paths.mjs";
import { stopOnSignals } from "./lib/processes.mjs";
import { pythonStep } from "./lib/python.mjs";
import { sizes } from "./lib/sizes.mjs";
import { allPassed, performAll } from "./lib/steps.mjs";
import { kilobytes, table } from "./lib/terminal.mjs";

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
if (process.argv.includes("--sizes")) {
  const parts = sizes(vsixFile());
  const rows = parts.map(({ part, packed, unpacked, files }) => [
    kilobytes(packed).padStart(8),
    kilobytes(unpacked).padStart(8),
    String(files).padStart(5),
    part,
  ]);
  console.log(`\n${table([["  packed", "unpacked", "files", "part"], ...rows])}`);
}
