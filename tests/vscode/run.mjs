/**
 * Plays the editor's stories in a real VS Code. `npm test -- stories` prepares what it needs.
 *
 *     node tests/vscode/run.mjs                      every story
 *     node tests/vscode/run.mjs misspelt-name        those whose names contain this
 *     node tests/vscode/run.mjs --update-pictures    also renews the pictures of the documentation
 */

import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { vsixFile } from "../../scripts/lib/bundle.mjs";
import { buildFolder, root, shown } from "../../scripts/lib/paths.mjs";
import { stopOnSignals } from "../../scripts/lib/processes.mjs";
import { duration, tail } from "../../scripts/lib/terminal.mjs";
import { startIndex } from "./harness/fake-index.mjs";
import { Session, readLogs } from "./harness/session.mjs";

/** @typedef {import("./harness/story.mjs").Story} Story */

const here = path.join(root, "tests", "vscode");
const results = path.join(buildFolder, "stories");
const ending = ".story.mjs";

/**
 * @param {string[]} words
 * @returns {Promise<{ name: string, story: Story }[]>}
 */
async function findStories(words) {
  const names = readdirSync(path.join(here, "stories"))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .toSorted();
  return Promise.all(
    names.map(async (name) => {
      const url = pathToFileURL(path.join(here, "stories", name + ending));
      /** @type {{ default: Story }} */
      const module = await import(url.href);
      return { name, story: module.default };
    }),
  );
}

/**
 * @param {string} folder
 * @param {unknown} error
 */
function explain(folder, error) {
  console.log(String(error instanceof Error ? (error.stack ?? error.message) : error));
  for (const log of readLogs(folder)) {
    if (log.text.trim() !== "") console.log(`--- ${log.name}\n${tail(log.text, 30)}`);
  }
  console.log(`Pictures and logs: ${shown(folder)}`);
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "update-pictures": { type: "boolean", default: false },
    vsix: { type: "string", default: vsixFile() },
  },
});

/** By how VS Code is set up. @type {Map<string, Session>} */
const sessions = new Map();
/** @type {import("./harness/fake-index.mjs").FakeIndex | undefined} */
let index;

async function stopAll() {
  await Promise.all([...sessions.values()].map((session) => session.stop()));
  sessions.clear();
  await index?.stop();
  index = undefined;
}

/**
 * How VS Code is set up for a story, as the name of its session.
 *
 * @param {Pick<Story, "workspaceTrust" | "withoutPython">} story
 */
function setUp({ workspaceTrust = false, withoutPython = false }) {
  return JSON.stringify({ workspaceTrust, withoutPython });
}

/**
 * The session for a story. Stories share one, each with a window and a workspace of its own,
 * unless VS Code itself has to be set up differently.
 *
 * @param {Story} story
 */
async function sessionFor({ workspaceTrust = false, withoutPython = false }) {
  const set = setUp({ workspaceTrust, withoutPython });
  const present = sessions.get(set);
  if (present) return present;
  index ??= await startIndex(path.join(here, "index.json"));
  const session = await Session.start({
    vsix: options.vsix,
    indexUrl: index.url,
    workspaceTrust,
    withoutPython,
  });
  sessions.set(set, session);
  return session;
}

/**
 * Ends a story's session, so that the next story, or this one once more, has one that is new.
 *
 * @param {Story} story
 */
async function endSession(story) {
  const set = setUp(story);
  const session = sessions.get(set);
  sessions.delete(set);
  await session?.stop();
}

/**
 * Plays a story and says how it went; whether it passed is the answer.
 *
 * @param {string} name
 * @param {Story} story
 * @param {string} folder for the pictures and logs
 * @param {string | undefined} gallery
 */
async function played(name, story, folder, gallery) {
  const begun = performance.now();
  const told = () => `${story.title} (${name}, ${duration(performance.now() - begun)})`;
  try {
    const session = await sessionFor(story);
    await session.play(name, story, { results: folder, gallery }, (text) => {
      console.log(`  ${name}: ${text}`);
    });
    console.log(`✓ ${told()}`);
    return true;
  } catch (error) {
    console.log(`✗ ${told()}`);
    explain(folder, error);
    // What is wrong may lie in the editor or in the browser, which all of its windows share.
    await endSession(story);
    return false;
  }
}

async function main() {
  const stories = await findStories(positionals);
  if (stories.length === 0) throw new Error(`No story is named ${positionals.join(" or ")}.`);
  const gallery = options["update-pictures"] ? path.join(root, "docs", "images") : undefined;
  let failed = 0;
  let again = 0;
  for (const { name, story } of stories) {
    // A whole editor, a browser and a busy machine have bad moments that are not the product's.
    // What fails twice is broken; what fails once is told, so that nobody gets used to it.
    // The pictures of the first time tell why, so that the second one has a folder of its own.
    const [first, second] = [path.join(results, name), path.join(results, `${name}-again`)];
    for (const old of [first, second]) rmSync(old, { recursive: true, force: true });
    if (await played(name, story, first, gallery)) continue;
    again += 1;
    if (!(await played(name, story, second, gallery))) failed += 1;
  }
  if (again > failed) console.log(`${again - failed} passed only when played again`);
  console.log(`${stories.length - failed} stories passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

stopOnSignals(stopAll);
try {
  process.exitCode = await main();
} finally {
  await stopAll();
}
