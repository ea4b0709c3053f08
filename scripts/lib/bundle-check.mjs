/**
 * Starts the server as VS Code would, out of the finished .vsix, with every Python that is there,
 * and makes an environment with it. What the sources need and the .vsix lacks shows here and
 * nowhere else: in the checkout, `.venv` has it all.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { vsixFile } from "./bundle.mjs";
import { isWindows, venvProgram } from "./paths.mjs";
import { start, stop } from "./processes.mjs";
import { findPythons } from "./python.mjs";
import { StepFailure } from "./steps.mjs";

const request = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { processId: null, rootUri: null, capabilities: {} },
});

/**
 * How the client starts a program of the extension.
 *
 * @param {string} extension the unpacked extension
 * @param {string} scratch
 * @param {string[]} args
 */
function launch(extension, scratch, args) {
  return [
    ...["-I", "-X", "utf8", "-X", `pycache_prefix=${path.join(scratch, "pycache")}`],
    ...[path.join(extension, "server", "launch.py"), ...args],
  ];
}

/**
 * Asks the server for its capabilities, which loads nearly everything that it is made of.
 *
 * @param {string} python
 * @param {string} extension the unpacked extension
 * @param {string} scratch
 */
async function initialize(python, extension, scratch) {
  const child = start(python, launch(extension, scratch, ["serve"]), {
    cwd: extension,
    leash: true,
  });
  let output = "";
  let errors = "";
  const timer = setTimeout(() => void stop(child), 30_000);
  try {
    child.stdin.write(`Content-Length: ${Buffer.byteLength(request)}\r\n\r\n${request}`);
    await new Promise((resolve) => {
      child.stdout.on("data", (/** @type {Buffer} */ chunk) => {
        output += chunk.toString("utf8");
        if (output.includes('"capabilities"')) resolve(undefined);
      });
      child.stderr.on("data", (/** @type {Buffer} */ chunk) => {
        errors += chunk.toString("utf8");
      });
      child.once("close", resolve);
    });
  } finally {
    clearTimeout(timer);
    await stop(child);
  }
  if (!output.includes('"capabilities"')) {
    throw new StepFailure(`The server in the .vsix does not start with ${python}.`, errors);
  }
}

/**
 * Makes an environment with the virtualenv and the pip that are in the .vsix, and nothing else:
 * the only index that is configured is a folder that does not exist.
 *
 * @param {import("./steps.mjs").StepContext} context
 * @param {string} python
 * @param {string} extension the unpacked extension
 * @param {string} scratch
 */
async function createEnvironment(context, python, extension, scratch) {
  const folder = mkdtempSync(path.join(scratch, "project-"));
  const nowhere = path.join(scratch, "nowhere");
  const env = { ...process.env, HOME: scratch, PIP_INDEX_URL: pathToFileURL(nowhere).href };
  const create = ["env", "create", "--python", python, folder];
  await context.run(python, launch(extension, scratch, create), { cwd: scratch, env });
  const [bin, program] = isWindows ? ["Scripts", "python.exe"] : ["bin", "python"];
  const made = path.join(folder, ".venv", bin, program);
  await context.run(made, ["-I", "-m", "pip", "--version"], { cwd: scratch, env });
}

/**
 * The step that starts the server of the .vsix.
 *
 * @returns {import("./steps.mjs").Step}
 */
export function bundleCheckStep() {
  return {
    name: "bundle",
    does: "starts the server out of the .vsix with every Python that is here, and makes environments",
    needs: ["vsix"],
    run: async (context) => {
      const scratch = mkdtempSync(path.join(tmpdir(), "pinwise-bundle-"));
      try {
        const unpacked = path.join(scratch, "unpacked");
        const extension = path.join(unpacked, "extension");
        const unpack = ["-m", "zipfile", "-e", vsixFile(), unpacked];
        await context.run(venvProgram("python"), unpack);
        const pythons = await findPythons();
        for (const { executable } of pythons) {
          context.write(executable);
          await initialize(executable, extension, scratch);
          await createEnvironment(context, executable, extension, scratch);
        }
        return `Python ${pythons.map(({ version }) => version.join(".")).join(", ")}`;
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
  };
}
