import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { crc32 } from "node:zlib";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { sizes } from "./sizes.mjs";

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pinwise-sizes-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/**
 * Writes an archive of stored files.
 *
 * @param {Record<string, string>} files
 */
function archive(files) {
  /** @type {Buffer[]} */
  const bodies = [];
  /** @type {Buffer[]} */
  const list = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const header = Buffer.alloc(30);
    header.write("PK\x03\x04", "latin1");
    const entry = Buffer.alloc(46);
    entry.write("PK\x01\x02", "latin1");
    for (const [place, offset] of /** @type {const} */ ([
      [header, 14],
      [entry, 16],
    ])) {
      place.writeUInt32LE(crc32(text), offset);
      place.writeUInt32LE(text.length, offset + 4);
      place.writeUInt32LE(text.length, offset + 8);
      place.writeUInt16LE(name.length, offset + 12);
    }
    entry.writeUInt32LE(at, 42);
    bodies.push(header, Buffer.from(name + text));
    list.push(entry, Buffer.from(name));
    at += 30 + name.length + text.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  const file = path.join(folder, "some.vsix");
  writeFileSync(file, Buffer.concat([...bodies, ...list, end]));
  return file;
}

describe("sizes", () => {
  it("sums the files of each part, the largest first", () => {
    const file = archive({
      "extension/server/a.py": "x".repeat(100),
      "extension/server/deeper/b.py": "x".repeat(300),
      "extension/bundled/libs/attr/_make.py": "x".repeat(50),
      "extension/bundled/libs/typing_extensions.py": "x".repeat(20),
      "extension/bundled/libs/virtualenv/seed/pip-1-py3-none-any.whl": "x".repeat(1000),
      "extension/package.json": "{}",
    });

    expect(sizes(file).map(({ part, unpacked, files }) => [part, unpacked, files])).toEqual([
      ["pip for new environments", 1000, 1],
      ["server", 400, 2],
      ["library attr", 50, 1],
      ["library typing_extensions", 20, 1],
      ["manifest, README and the rest", 2, 1],
    ]);
  });

  it("accounts for every byte but those that end the archive", () => {
    const file = archive({ "extension/server/a.py": "abc", "extension.vsixmanifest": "<x/>" });

    const packed = sizes(file).reduce((sum, part) => sum + part.packed, 0);
    expect(packed).toBe(statSync(file).size - 22);
  });
});
