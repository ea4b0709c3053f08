/**
 * The texts of the client that can be translated: what its sources hand to `vscode.l10n.t`.
 *
 * VS Code looks a text up by itself in `client-vscode/l10n/bundle.l10n.<language>.json`. Whoever
 * translates copies `bundle.l10n.json`, which has every text, and `package.nls.json` likewise.
 */

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { root } from "./paths.mjs";

const sources = path.join(root, "client-vscode", "src");

/** As package.json names its folder. */
export const bundleFile = path.join(root, "client-vscode", "l10n", "bundle.l10n.json");

const call = /\bl10n\.t\(\s*/g;
// oxfmt writes every string so; a backslash only ever escapes a quote.
const literal = /^(?:"(?<double>(?:[^"\\\n]|\\.)*)"|'(?<single>[^'\\\n]*)')\s*[,)]/;

/**
 * The texts of one source.
 *
 * @param {string} source
 * @param {string} name for the message of the error
 * @returns {string[]}
 * @throws {Error} where a text is put together, because no translation would be found for it
 */
export function textsOf(source, name) {
  return [...source.matchAll(call)].map((found) => {
    const rest = source.slice(found.index + found[0].length);
    const groups = literal.exec(rest)?.groups;
    if (!groups) {
      const line = source.slice(0, found.index).split("\n").length;
      throw new Error(`${name}:${line}: the first argument of l10n.t must be one plain string.`);
    }
    return groups["single"] ?? JSON.parse(`"${groups["double"]}"`);
  });
}

/** The bundle as it has to be: every text once, in order, as its own translation. */
export function currentBundle() {
  const texts = readdirSync(sources)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => textsOf(readFileSync(path.join(sources, file), "utf8"), file));
  const entries = [...new Set(texts)].toSorted().map((text) => [text, text]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** Writes the bundle anew where the sources say other things than it. */
export function writeBundle() {
  const bundle = currentBundle();
  if (!isCurrentBundle(bundle)) writeFileSync(bundleFile, bundle);
}

/** @param {string} bundle */
function isCurrentBundle(bundle) {
  try {
    return readFileSync(bundleFile, "utf8") === bundle;
  } catch {
    return false;
  }
}
