/**
 * Bundles the VS Code client into dist/extension.js.
 *
 *     npm run build      once, minified, with a source map for debugging
 *     npm run watch      again after each change
 */

import path from "node:path";

import { build, context } from "esbuild";

import { root } from "./lib/paths.mjs";

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
  legalComments: "none",
  logLevel: "info",
};

if (watch) {
  const watcher = await context(options);
  await watcher.watch();
} else {
  await build(options);
}
