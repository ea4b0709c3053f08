/** The package index that the stories ask: it runs on loopback and knows what a file tells it. */

import path from "node:path";

import { root, shown, venvProgram } from "../../../scripts/lib/paths.mjs";
import { start, stop } from "../../../scripts/lib/processes.mjs";
import { poll } from "./poll.mjs";

/**
 * @typedef {object} FakeIndex
 * @property {string} url what pip calls the index URL
 * @property {() => Promise<void>} stop
 */

/**
 * Starts the index of the Python tests in a process of its own.
 *
 * @param {string} data
 * @returns {Promise<FakeIndex>}
 */
export async function startIndex(data) {
  const child = start(
    venvProgram("python"),
    ["-m", "tests.fake_index", "--port", "0", path.resolve(data)],
    { cwd: root, leash: true },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (/** @type {Buffer} */ chunk) => {
      output += chunk.toString("utf8");
    });
  }
  try {
    const url = await poll(
      `the fake index with ${shown(data)}`,
      () => {
        if (child.exitCode !== null) throw new Error(`The fake index ended: ${output}`);
        return /^READY (http:\/\/127\.0\.0\.1:\d+\/\S*)/m.exec(output)?.[1];
      },
      { seen: async () => output },
    );
    return { url, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}
