/**
 * Bundles the VS Code client into dist/extension.js, and lists the texts that can be translated.
 *
 *     npm run build      once, minified, with a source map for debugging
 *     npm run watch      again after each change
 */

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { build, context } from "esbuild";

import { root } from "./lib/paths.mjs";
import { writeBundle } from "./lib/translations.mjs";

const watch = process.argv.includes("--watch");

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: root,
  entryPoints: [path.join("client-vscode", "src", "extension.ts")],
  outfile: path.join("dist", "extension.js"),
  bundle: true,
  format: "cjs",
  platform: "node",
  // The Node of VS Code 1.101, the oldest that the manifest admits.
  target: "node22",
  // VS Code itself provides this module.
  external: ["vscode"],
  minify: !watch,
  sourcemap: true,
  sourcesContent: false,
  // Whose code is in the bundle stands in a file beside it.
  legalComments: "none",
  metafile: true,
  logLevel: "info",
};

/**
 * Writes the licences of the packages whose code is in the bundle, as they ask for.
 *
 * @param {import("esbuild").Metafile} metafile
 */
function writeLicences(metafile) {
  const folders = Object.keys(metafile.inputs).map(
    (input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0],
  );
  const parts = [...new Set(folders.filter((folder) => folder !== undefined))]
    .toSorted()
    .map((folder) => {
      const full = path.join(root, folder);
      const manifest = JSON.parse(readFileSync(path.join(full, "package.json"), "utf8"));
      const file = readdirSync(full).find((name) => /^licen[cs]e/i.test(name));
      const text = file ? readFileSync(path.join(full, file), "utf8") : manifest.license;
      return `${manifest.name} ${manifest.version}\n\n${text.trim()}\n`;
    });
  const text = parts.join(`\n${"-".repeat(80)}\n\n`);
  writeFileSync(path.join(root, "dist", "third-party-licences.txt"), text);
}

if (watch) {
  const watcher = await context(options);
  await watcher.watch();
} else {
  writeBundle();
  const { metafile } = await build(options);
  if (metafile) writeLicences(metafile);
}
