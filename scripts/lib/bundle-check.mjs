/**
 * Starts the server as VS Code would, out of the finished .vsix, with every Python that is there.
 * What the sources need and the .vsix lacks shows here and nowhere else: in the checkout, `.venv`
 * has it all.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { vsixFile } from "./bundle.mjs";
import { venvProgram } from "./paths.mjs";
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
 * Asks the server for its capabilities, which loads nearly everything that it is made of.
 *
 * @param {string} python
 * @param {string} extension the unpacked extension
 * @param {string} scratch
 */
async function initialize(python, extension, scratch) {
  const child = start(
    python,
    [
      ...["-I", "-X", "utf8", "-X", `pycache_prefix=${path.join(scratch, "pycache")}`],
      ...[path.join(extension, "server", "launch.py"), "serve"],
    ],
    { cwd: extension, leash: true },
  );
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
 * The step that starts the server of the .vsix.
 *
 * @returns {import("./steps.mjs").Step}
 */
export function bundleCheckStep() {
  return {
    name: "bundle",
    does: "starts the server out of the .vsix with every Python that is here",
    needs: ["vsix"],
    run: async (context) => {
      const scratch = mkdtempSync(path.join(tmpdir(), "pinwise-bundle-"));
      try {
        const extension = path.join(scratch, "unpacked");
        const unpack = ["-m", "zipfile", "-e", vsixFile(), extension];
        await context.run(venvProgram("python"), unpack);
        const pythons = await findPythons();
        for (const { executable } of pythons) {
          context.write(executable);
          await initialize(executable, path.join(extension, "extension"), scratch);
        }
        return `Python ${pythons.map(({ version }) => version.join(".")).join(", ")}`;
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
  };
}
