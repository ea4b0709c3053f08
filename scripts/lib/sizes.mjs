/** What takes how much room in a .vsix, which is a zip archive. */

import { readFileSync } from "node:fs";

/** @typedef {{ part: string, packed: number, unpacked: number, files: number }} Part */

/** The headers of a file in an archive, without its name: before its bytes, and in the list. */
const local = 30;
const central = 46;

/**
 * The parts of the extension, the largest first. Sizes are bytes; the headers of each file in the
 * archive count as its own.
 *
 * @param {string} file
 * @returns {Part[]}
 */
export function sizes(file) {
  const bytes = readFileSync(file);
  const last = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (last === -1) throw new Error(`${file} is no archive.`);
  /** @type {Map<string, Part>} */
  const parts = new Map();
  let at = bytes.readUInt32LE(last + 16);
  for (let left = bytes.readUInt16LE(last + 10); left > 0; left -= 1) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const more = nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    const name = bytes.toString("utf8", at + central, at + central + nameLength);
    const part = partOf(name);
    const sum = parts.get(part) ?? { part, packed: 0, unpacked: 0, files: 0 };
    sum.packed += bytes.readUInt32LE(at + 20) + local + nameLength + central + more;
    sum.unpacked += bytes.readUInt32LE(at + 24);
    sum.files += 1;
    parts.set(part, sum);
    at += central + more;
  }
  return [...parts.values()].toSorted((one, other) => other.packed - one.packed);
}

/** @type {[RegExp, string][]} */
const names = [
  [/^extension\/bundled\/libs\/.*\.whl$/, "pip for new environments"],
  [/^extension\/bundled\/libs\/[^/]*\.dist-info\//, "metadata and licences of the libraries"],
  [/^extension\/bundled\/libs\/([^/]*?)(?:\.py|\/.*)$/, "library $1"],
  [/^extension\/server\//, "server"],
  [/^extension\/dist\//, "client"],
  [/^extension\/docs\/images\//, "pictures of the walkthrough"],
  [/^extension\/client-vscode\//, "client's grammar, icon and translations"],
  [/^extension\/docs\//, "guide and rules' pages"],
];

/** @param {string} name */
function partOf(name) {
  for (const [pattern, part] of names) {
    const match = pattern.exec(name);
    if (match) return part.replace("$1", match[1] ?? "");
  }
  return "manifest, README and the rest";
}
