/** Waiting for what an editor shows: it answers when it is ready, and never says so. */

import { setTimeout as sleep } from "node:timers/promises";

/** How long anything may take. The machine that runs the stories may be busy with others. */
export const patience = 30_000;

/**
 * Asks again and again until the answer is neither `undefined` nor `false`, and hands it back.
 *
 * @template T
 * @param {string} what what is waited for, to be read after "waited in vain for"
 * @param {() => Promise<T | undefined | false> | T | undefined | false} ask
 * @param {{ timeout?: number, seen?: () => unknown }} [options] `seen` tells what there
 *   is instead, for the message of the failure
 * @returns {Promise<T>}
 */
export async function poll(what, ask, { timeout = patience, seen } = {}) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) break;
    await sleep(100);
  }
  const instead = seen ? `; there is ${JSON.stringify(await seen())}` : "";
  throw new Error(`Waited in vain for ${what}${instead}.`);
}
