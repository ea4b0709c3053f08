/** The grammar that colours a file before the server is up, in the tokenizer that VS Code uses. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { describe, expect, it } from "vitest";
import { OnigScanner, OnigString, loadWASM } from "vscode-oniguruma";
import { INITIAL, Registry, parseRawGrammar } from "vscode-textmate";

import { fake } from "./samples";

const root = path.join(import.meta.dirname, "..", "..");
const file = path.join(root, "client-vscode", "language", "pip-requirements.tmLanguage.json");
const data = path.join(root, "tests", "syntax", "data");

const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
await loadWASM(new Uint8Array(readFileSync(wasm)).buffer);
const registry = new Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new OnigScanner(patterns),
    createOnigString: (text) => new OnigString(text),
  }),
  loadGrammar: () => Promise.resolve(parseRawGrammar(readFileSync(file, "utf8"), file)),
});
const loaded = await registry.loadGrammar("source.pip-requirements.pinwise");
if (!loaded) throw new Error("the grammar cannot be loaded");
const grammar = loaded;

/** A stretch of a line and its scopes, outermost first, without the language's own. */
interface Stretch {
  start: number;
  end: number;
  text: string;
  scopes: string[];
}

function stretches(text: string): Stretch[][] {
  let stack = INITIAL;
  return text.split("\n").map((line) => {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    return result.tokens.map(({ startIndex: start, endIndex, scopes }) => {
      // The tokenizer counts the line's end as one more character.
      const end = Math.min(endIndex, line.length);
      const names = scopes
        .slice(1)
        .flatMap((scope) => scope.split(" "))
        .map((scope) => scope.replace(/\.pip-requirements$/u, ""));
      return { start, end, text: line.slice(start, end), scopes: names };
    });
  });
}

/** What is coloured in a text: each stretch with its innermost scope; white space is left out. */
function coloured(text: string): string[] {
  return stretches(text)
    .flat()
    .filter((part) => part.text.trim() !== "" && part.scopes.length > 0)
    .map((part) => `${part.text.trim()} ${part.scopes.at(-1)}`);
}

const name = "entity.name.type.package";
const operator = "keyword.operator.comparison";
const version = "constant.numeric.version";
const extra = "variable.parameter.extra";
const open = "[ punctuation.definition.extras.begin";
const close = "] punctuation.definition.extras.end";
const link = "markup.underline.link";
const variable = "variable.language.marker";
const single = "string.quoted.single";
const double = "string.quoted.double";
const logical = "keyword.operator.logical";
const filePath = "string.unquoted.path";
const include = "keyword.control.import";
const option = "keyword.other.option";
const argument = "string.unquoted.argument";
const comment = "comment.line.number-sign";
const hash = "# punctuation.definition.comment";
const pragma = "keyword.other.pragma";
const assignment = "= keyword.operator.assignment";
const semicolon = "; punctuation.separator.marker";
const continuation = "\\ punctuation.separator.continuation";

describe.each<[string, string[]]>([
  ["flask", [`flask ${name}`]],
  ["  zope.interface", [`zope.interface ${name}`]],
  ["flask==1.0", [`flask ${name}`, `== ${operator}`, `1.0 ${version}`]],
  [
    "flask >= 1!2.0rc1 , != 3.*",
    [
      `flask ${name}`,
      `>= ${operator}`,
      `1!2.0rc1 ${version}`,
      ", punctuation.separator.specifier",
      `!= ${operator}`,
      `3.* ${version}`,
    ],
  ],
  [
    "flask (~=1.0)",
    [
      `flask ${name}`,
      "( punctuation.section.parens",
      `~= ${operator}`,
      `1.0 ${version}`,
      ") punctuation.section.parens",
    ],
  ],
  ["flask===1.0+local", [`flask ${name}`, `=== ${operator}`, `1.0+local ${version}`]],
  [
    "flask[async, dotenv]",
    [
      `flask ${name}`,
      open,
      `async ${extra}`,
      ", punctuation.separator.extras",
      `dotenv ${extra}`,
      close,
    ],
  ],
  [
    "flask[a,\\\nb]==1",
    [
      `flask ${name}`,
      open,
      `a ${extra}`,
      ", punctuation.separator.extras",
      continuation,
      `b ${extra}`,
      close,
      `== ${operator}`,
      `1 ${version}`,
    ],
  ],
  ["flask[a\ndjango", [`flask ${name}`, open, `a ${extra}`, `django ${name}`]],
  [
    "flask; python_version < '3.8' and os_name == \"nt\"",
    [
      `flask ${name}`,
      semicolon,
      `python_version ${variable}`,
      `< ${operator}`,
      `'3.8' ${single}`,
      `and ${logical}`,
      `os_name ${variable}`,
      `== ${operator}`,
      `"nt" ${double}`,
    ],
  ],
  [
    "flask; os_name not in 'nt' \\\n  or extra == 'x'",
    [
      `flask ${name}`,
      semicolon,
      `os_name ${variable}`,
      `not ${logical}`,
      `in ${logical}`,
      `'nt' ${single}`,
      continuation,
      `or ${logical}`,
      `extra ${variable}`,
      `== ${operator}`,
      `'x' ${single}`,
    ],
  ],
  [
    "flask; os_name == 'a #1'",
    [
      `flask ${name}`,
      semicolon,
      `os_name ${variable}`,
      `== ${operator}`,
      "'a meta.marker",
      hash,
      `1' ${comment}`,
    ],
  ],
  [
    "flask; os_name == 'nt' --hash=sha256:0a \\\n    --hash sha512:ff",
    [
      `flask ${name}`,
      semicolon,
      `os_name ${variable}`,
      `== ${operator}`,
      `'nt' ${single}`,
      `--hash ${option}`,
      assignment,
      "sha256 support.constant.algorithm",
      ": punctuation.separator.key-value",
      "0a string.unquoted.digest",
      continuation,
      `--hash ${option}`,
      "sha512 support.constant.algorithm",
      ": punctuation.separator.key-value",
      "ff string.unquoted.digest",
    ],
  ],
  [
    "flask @ https://host.example/x.zip#egg=x ; os_name == 'nt'",
    [
      `flask ${name}`,
      "@ keyword.operator.reference",
      `https://host.example/x.zip#egg=x ${link}`,
      semicolon,
      `os_name ${variable}`,
      `== ${operator}`,
      `'nt' ${single}`,
    ],
  ],
  ["git+ssh://git@host.example/x.git@v1", [`git+ssh://git@host.example/x.git@v1 ${link}`]],
  ["./local[a]", [`./local ${filePath}`, open, `a ${extra}`, close]],
  ["../x-1.0.tar.XZ[a]", [`../x-1.0.tar.XZ ${filePath}`, open, `a ${extra}`, close]],
  ["x-1.0-py3-none-any.whl", [`x-1.0-py3-none-any.whl ${filePath}`]],
  ["C:\\x\\y", [`C:\\x\\y ${filePath}`]],
  [".", [`. ${filePath}`]],
  ["-r base.txt", [`-r ${include}`, `base.txt ${filePath}`]],
  ["-cbase.txt", [`-c ${include}`, `base.txt ${filePath}`]],
  ["--requirement=base.txt", [`--requirement ${include}`, assignment, `base.txt ${filePath}`]],
  ['-r "a b.txt"', [`-r ${include}`, `"a b.txt" ${filePath}`]],
  ["-e ./x[a]", [`-e ${include}`, `./x ${filePath}`, open, `a ${extra}`, close]],
  [
    "-e git+https://host.example/x#egg=x",
    [`-e ${include}`, `git+https://host.example/x#egg=x ${link}`],
  ],
  [
    '-e "x @ git+https://host.example/x"',
    [
      `-e ${include}`,
      `" ${filePath}`,
      `x ${name}`,
      `@ ${filePath}`,
      `git+https://host.example/x ${link}`,
      `" ${filePath}`,
    ],
  ],
  [
    "--index-url https://${TOKEN}@host.example/simple",
    [
      `--index-url ${option}`,
      `https:// ${link}`,
      "${ punctuation.definition.variable",
      "TOKEN variable.other.environment",
      "} punctuation.definition.variable",
      `@host.example/simple ${link}`,
    ],
  ],
  [
    "--pre --no-binary=:all:",
    [`--pre ${option}`, `--no-binary ${option}`, assignment, `:all: ${argument}`],
  ],
  ['flask -C "a=b c"', [`flask ${name}`, `-C ${option}`, `"a=b c" ${argument}`]],
  [
    "flask==${VERSION}",
    [
      `flask ${name}`,
      `== ${operator}`,
      "${ punctuation.definition.variable",
      "VERSION variable.other.environment",
      "} punctuation.definition.variable",
    ],
  ],
  ["flask==1#no-comment", [`flask ${name}`, `== ${operator}`, `1 ${version}`]],
  ["flask # note", [`flask ${name}`, hash, `note ${comment}`]],
  ["    # via django", [hash, "via keyword.other.via", `django ${comment}`]],
  [
    "flask # via x # pinwise: ignore[a, PW101]",
    [
      `flask ${name}`,
      hash,
      "via keyword.other.via",
      `x # ${comment}`,
      `pinwise ${pragma}`,
      `: ${comment}`,
      `ignore ${pragma}`,
      `[ ${comment}`,
      "a constant.other.rule",
      `, ${comment}`,
      "PW101 constant.other.rule",
      `] ${comment}`,
    ],
  ],
  ["# pinwise: ignore-file", [hash, `pinwise ${pragma}`, `: ${comment}`, `ignore-file ${pragma}`]],
  ["# pinwise: ignored", [hash, `pinwise: ignored ${comment}`]],
  ["# note \\\nflask", [hash, `note \\ ${comment}`, `flask ${name}`]],
])("%j", (text, expected) => {
  it("is coloured by what it says", () => {
    expect(coloured(text)).toEqual(expected);
  });
});

/** What the parser calls a stretch with these scopes; "" where it has no name for it. */
function kindOf(scopes: string[]): string {
  const kinds: [string, string][] = [
    ["comment.line", "comment"],
    ["punctuation.separator.continuation", "continuation"],
    ["punctuation.separator.marker", ""],
    ["meta.marker", "marker"],
    ["string.unquoted.url", "url"],
    ["string.unquoted.path", "path"],
    ["entity.name.type.package", "name"],
    ["variable.parameter.extra", "extra"],
    ["keyword.operator.comparison", "operator"],
    ["constant.numeric.version", "version"],
    ["string.unquoted.digest", "hash"],
    ["support.constant.algorithm", "hash"],
    ["punctuation.separator.key-value", "hash"],
    ["keyword.operator.assignment", "option"],
    ["keyword.other.option", "option"],
    ["keyword.control.import", "option"],
  ];
  for (const scope of scopes.toReversed()) {
    const [, kind] = kinds.find(([prefix]) => scope.startsWith(prefix)) ?? [];
    const apart = kind === "comment" || kind === "continuation";
    if (kind !== undefined) return scopes.includes("meta.marker") && !apart ? "marker" : kind;
  }
  return "";
}

type Row = [line: number, start: number, end: number, kind: string];
const parsed = fake<Record<string, Row[]>>(
  JSON.parse(readFileSync(path.join(data, "tokens.json"), "utf8")),
);

describe.each(Object.entries(parsed))("%s", (fileName, rows) => {
  it("is coloured as the parser reads it", () => {
    const text = readFileSync(path.join(data, fileName), "utf8");
    const parts = stretches(text);
    const lines = text.split("\n");
    const differing: string[] = [];
    for (const [line, start, end, kind] of rows) {
      const kinds = new Set(
        (parts[line] ?? [])
          .filter((part) => part.end > start && part.start < end && part.text.trim() !== "")
          .map((part) => kindOf(part.scopes)),
      );
      if (kinds.size !== 1 || !kinds.has(kind)) {
        const shown = lines[line]?.slice(start, end);
        differing.push(`line ${line + 1}, ${shown}: ${kind}, not ${[...kinds].join(", ")}`);
      }
    }
    expect(differing).toEqual([]);
  });
});
