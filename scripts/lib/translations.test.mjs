import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { root } from "./paths.mjs";
import { bundleFile, currentBundle, textsOf } from "./translations.mjs";

const sources = path.join(root, "client-vscode", "src");

describe("textsOf", () => {
  it("finds what is handed to VS Code for translation, over lines and in either quotes", () => {
    const source = [
      'vscode.l10n.t("Plain")',
      "l10n.t(",
      String.raw`  "With {0} and \"quotes\"",`,
      "  name,",
      ")",
      `t(l10n.t('Say "no"', x))`,
    ].join("\n");
    expect(textsOf(source, "some.ts")).toEqual(["Plain", 'With {0} and "quotes"', 'Say "no"']);
  });

  it.each(["l10n.t(`With ${name}`)", "l10n.t(title)", 'l10n.t("One " + name)'])(
    "refuses %s, for which no translation would be found",
    (source) => {
      expect(() => textsOf(`\n${source}`, "some.ts")).toThrow("some.ts:2");
    },
  );
});

describe("the bundle", () => {
  it("is what the sources say; `npm run build` writes it", () => {
    expect(readFileSync(bundleFile, "utf8")).toBe(currentBundle());
  });
});

/** Errors that end in the log. */
const logged = new Set([" is unknown to the extension."]);

/**
 * Strings in which a sentence or a title stands, by line. Comments and imports have none, and what
 * is logged is for whoever helps, in one language.
 *
 * @param {string} source
 */
function sentences(source) {
  const bare = source
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ""))
    .replaceAll(/^\s*\/\/.*$/gm, "")
    .replaceAll(/\bl10n\.t\(\s*(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*')/g, "")
    .replaceAll(/\blog(?:\??\.\w+|\[\w+\])\([^;]*;/g, "");
  const found = [...bare.matchAll(/"((?:[^"\\\n]|\\.)*)"|`([^`]*)`/g)];
  return found
    .map(([, plain, template]) => (plain ?? template ?? "").replaceAll(/\$\{[^}]*\}/g, ""))
    .filter((text) => !logged.has(text))
    .filter((text) => /(?:^|\) |\*)[A-Z][a-z]+(?: [a-z]|[….])|[a-z] [a-z]+ [a-z]/.test(text));
}

describe("what the client says", () => {
  const files = readdirSync(sources).filter((file) => file.endsWith(".ts"));

  it.each(files)("can be translated: %s", (file) => {
    expect(sentences(readFileSync(path.join(sources, file), "utf8"))).toEqual([]);
  });

  it("is recognised by this test", () => {
    const source = 'show("No terminal is open.");\nask({ title: `$(add) Create environment…` });';
    expect(sentences(source)).toHaveLength(2);
    expect(sentences('show(vscode.l10n.t("No terminal is open."));')).toEqual([]);
  });
});
