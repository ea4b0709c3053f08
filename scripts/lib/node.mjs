/** The Node side: npm packages and the bundle that VS Code loads. */

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { isWindows, nodeModule, root } from "./paths.mjs";
import { StepFailure, digest } from "./steps.mjs";

/**
 * How to start npm. `npm run` tells where its own JavaScript lies, which is the one way that
 * works alike on Windows, where `npm` is a batch file.
 *
 * @returns {[string, ...string[]]}
 */
export function npm() {
  const script = process.env["npm_execpath"];
  if (script && existsSync(script) && /\.c?js$/.test(script)) return [process.execPath, script];
  if (isWindows) {
    throw new StepFailure("Start this by `npm run …`: on Windows npm cannot be found otherwise.");
  }
  return ["npm"];
}

/** Whatever changes what `npm ci` installs, and nothing that merely edits the manifest. */
function installationKey() {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const { dependencies, devDependencies } = manifest;
  return digest({
    texts: [JSON.stringify({ dependencies, devDependencies }), process.platform, process.arch],
    files: [path.join(root, "package-lock.json")],
  });
}

/**
 * The step that installs the npm packages of the root.
 *
 * @returns {import("./steps.mjs").Step}
 */
export function npmStep() {
  return {
    name: "npm",
    does: "installs the npm packages (npm ci)",
    stamp: () => ({ file: nodeModule(".pinwise"), key: installationKey() }),
    run: async (context) => {
      const [major = 0] = process.versions.node.split(".").map(Number);
      if (major < 20) {
        throw new StepFailure(`Pinwise needs Node 20 or newer, and this is ${process.version}.`);
      }
      const [program, ...args] = npm();
      await context.run(program, [...args, "ci"], { cwd: root });
    },
  };
}

/**
 * The step that bundles the extension's client. It takes less time than finding out whether it
 * has to be done.
 *
 * @returns {import("./steps.mjs").Step}
 */
export function buildStep() {
  return {
    name: "build",
    does: "bundles the extension's client (esbuild)",
    needs: ["npm"],
    run: async (context) => {
      await context.run(process.execPath, [path.join(root, "scripts", "build.mjs")], { cwd: root });
    },
  };
}
