/** What package.json promises and what the code keeps must not drift apart. */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { describe, expect, it, vi } from "vitest";

import { type CommandParts, registerCommands } from "../src/commands";
import { documentSelector, filePatterns, languageId } from "../src/requirementsFiles";
import { linkedCommands } from "../src/statusView";
import { fake } from "./samples";
import { world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

const root = path.join(import.meta.dirname, "..", "..");
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), "utf8"));

interface Setting {
  scope: string;
  order?: number;
  properties?: object;
  markdownDescription?: string;
  enum?: string[];
  markdownEnumDescriptions?: string[];
}

interface Step {
  id: string;
  description: string;
  media: { image: string; altText: string };
  completionEvents: string[];
}

interface Manifest {
  icon: string;
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    languages: { id: string; filenamePatterns: string[]; configuration: string }[];
    grammars: { language: string; scopeName: string; path: string }[];
    commands: { command: string; category?: string; icon?: string; enablement?: string }[];
    menus: Record<string, { command: string; when: string; group?: string }[]>;
    keybindings: { command: string }[];
    configuration: { properties: Record<string, Setting> };
    walkthroughs: { icon: string; steps: Step[] }[];
    viewsWelcome: { contents: string; when: string }[];
  };
}

const manifest = fake<Manifest>(read("package.json"));
const { languages, grammars, commands, configuration } = manifest.contributes;

describe("the commands", () => {
  const declared = commands.map(({ command }) => command);

  it("are those that the code registers", () => {
    world.reset();
    registerCommands(fake<CommandParts>({ environments: {} }));
    expect([...world.commands.keys()].toSorted()).toEqual(declared.toSorted());
  });

  it("say in the palette whose they are", () => {
    expect(commands.filter(({ category }) => category !== "%category%")).toEqual([]);
  });

  it("have an icon where a row or a title shows nothing else of them", () => {
    const shown = Object.values(manifest.contributes.menus)
      .flat()
      .filter(({ group = "" }) => /^(?:inline|navigation)/.test(group));
    expect(shown.length).toBeGreaterThan(5);
    const pictured = new Set(commands.filter(({ icon }) => icon).map(({ command }) => command));
    expect(shown.filter(({ command }) => !pictured.has(command))).toEqual([]);
  });

  it("that change something wait for trust wherever they are offered", () => {
    const waiting = commands
      .filter(({ enablement }) => enablement?.includes("isWorkspaceTrusted"))
      .map(({ command }) => command);
    expect(waiting.length).toBeGreaterThan(10);
    const offered = Object.entries(manifest.contributes.menus)
      .filter(([menu]) => menu !== "commandPalette")
      .flatMap(([, entries]) => entries)
      .filter(({ command }) => waiting.includes(command));
    expect(offered.filter(({ when }) => !when.includes("isWorkspaceTrusted"))).toEqual([]);
  });

  it("are offered, and nothing called restricted, until VS Code says whether it asks for trust", () => {
    // It sets both keys at once, seconds after the window is up, and a palette that is open then
    // does not grow.
    const known = "(!isWorkspaceTrustEnabled || isWorkspaceTrusted)";
    const restricted = "isWorkspaceTrustEnabled && !isWorkspaceTrusted";
    const clauses = [
      ...commands.map(({ enablement }) => enablement ?? ""),
      ...manifest.contributes.viewsWelcome.map(({ when }) => when),
    ].filter((clause) => clause.includes("isWorkspaceTrusted"));
    expect(
      clauses.filter((clause) => !clause.includes(known) && !clause.includes(restricted)),
    ).toEqual([]);
  });

  it("of rows can be had without a mouse: in the palette, in the row's menu, or by a key", () => {
    const entries = manifest.contributes.menus["view/item/context"] ?? [];
    const inline = entries.filter(({ group }) => group?.startsWith("inline"));
    const inMenus = new Set(
      entries.filter((entry) => !inline.includes(entry)).map(({ command }) => command),
    );
    expect(inline.filter(({ command }) => !inMenus.has(command))).toEqual([]);
    const hidden = (manifest.contributes.menus["commandPalette"] ?? []).map(
      ({ command }) => command,
    );
    const keys = new Set(manifest.contributes.keybindings.map(({ command }) => command));
    expect(hidden.filter((id) => !inMenus.has(id) && !keys.has(id))).toEqual([]);
  });

  it("do not take the names that the language client registers for the server", () => {
    const architecture = readFileSync(path.join(root, "ARCHITECTURE.md"), "utf8");
    const ofServer = [...architecture.matchAll(/^\| `(pinwise\.\w+)` \|/gm)].map(([, id]) => id);
    expect(ofServer.length).toBeGreaterThan(3);
    expect(declared.filter((id) => ofServer.includes(id))).toEqual([]);
  });

  it("include those that the status bar links to", () => {
    expect(declared).toEqual(expect.arrayContaining([...linkedCommands]));
  });
});

describe("the language", () => {
  it("has the files that the server looks after", () => {
    const [language] = languages;
    expect(language?.id).toBe(languageId);
    // A name without a folder is looked for at any depth, which `**/` says to the server's client.
    const patterns = language?.filenamePatterns.map((pattern) =>
      pattern.startsWith("**/") ? pattern : `**/${pattern}`,
    );
    expect(patterns).toEqual(filePatterns);
  });

  it("is looked after in files only, because the server knows no others", () => {
    expect(new Set(documentSelector.map(({ scheme }) => scheme))).toEqual(new Set(["file"]));
  });

  it("has its files where the manifest says", () => {
    for (const file of [languages[0]?.configuration, grammars[0]?.path, manifest.icon]) {
      expect(existsSync(path.join(root, file ?? "missing"))).toBe(true);
    }
    expect(read(grammars[0]?.path ?? "")).toMatchObject({ scopeName: grammars[0]?.scopeName });
  });
});

describe("the settings", () => {
  const { properties } = configuration;

  it("that decide what is started or asked count for nothing in an untrusted workspace", () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(restrictedConfigurations).toContain("pinwise.interpreter");
    expect(restrictedConfigurations).toContain("pinwise.environments.creator");
    expect(restrictedConfigurations.filter((name) => !(name in properties))).toEqual([]);
  });

  it("are described, with each of their values, and stand in an order", () => {
    const all = Object.entries(properties);
    const orders = all.map(([, { order = 0 }]) => order).toSorted((one, other) => one - other);
    expect(orders).toEqual(all.map((_, place) => place + 1));
    const poor = all.filter(
      ([, setting]) =>
        setting.markdownDescription === undefined ||
        setting.enum?.length !== setting.markdownEnumDescriptions?.length,
    );
    expect(poor.map(([name]) => name)).toEqual([]);
  });

  it("leave the choice of the server's Python to the machine", () => {
    expect(properties["pinwise.interpreter"]?.scope).toBe("machine");
  });

  it("name the rules that have a page, each with its code", () => {
    const folder = path.join(root, "docs", "rules");
    const titles = readdirSync(folder)
      .filter((file) => file.endsWith(".md") && file !== "README.md")
      .map((file) => readFileSync(path.join(folder, file), "utf8").split("\n")[0] ?? "");
    const texts = fake<Record<string, string>>(read("package.nls.json"));
    const rules = Object.keys(properties["pinwise.rules"]?.properties ?? {});
    const named = rules.map((name) => `# ${name} (${texts[`rules.${name}`]?.slice(0, 5)})`);
    expect(new Set(named)).toEqual(new Set(titles));
  });
});

describe("the walkthrough", () => {
  const texts = fake<Record<string, string>>(read("package.nls.json"));
  const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  const declared = new Set(commands.map(({ command }) => command));

  it("shows pictures that are shipped", () => {
    const shipped = readFileSync(path.join(root, ".vscodeignore"), "utf8");
    expect(shipped).toContain("\n!docs/images/walkthrough-*.png\n");
    for (const { media } of steps) {
      expect(existsSync(path.join(root, media.image))).toBe(true);
      expect(media.image).toMatch(/^docs\/images\/walkthrough-\w+\.png$/);
    }
  });

  it("links, as welcome texts do, only to commands that there are", () => {
    const contents = manifest.contributes.viewsWelcome.map((welcome) => welcome.contents);
    const linked = [...contents, ...steps.map(({ description }) => description)]
      .map((key) => texts[key.slice(1, -1)] ?? "")
      .flatMap((text) => [...text.matchAll(/\]\(command:([\w.]+)/g)].map(([, id]) => id ?? ""));
    expect(linked.length).toBeGreaterThan(5);
    const ofOthers = linked.filter((id) => !declared.has(id));
    expect(ofOthers.filter((id) => !id.startsWith("workbench."))).toEqual([]);
  });

  it("is written without marks that VS Code shows as they are", () => {
    const said = steps.map(({ description }) => texts[description.slice(1, -1)] ?? "`");
    expect(said.filter((text) => /[`*_]/.test(text))).toEqual([]);
  });

  it("ticks a step when its command has run", () => {
    const awaited = steps.map(({ completionEvents }) =>
      completionEvents.flatMap((event) => /^onCommand:(pinwise\..*)$/.exec(event)?.[1] ?? []),
    );
    expect(awaited.flat().filter((id) => !declared.has(id))).toEqual([]);
    expect(steps.every(({ completionEvents }) => completionEvents.length > 0)).toBe(true);
  });
});

describe("the texts", () => {
  it("are there for every key, and none is left over", () => {
    const used = [...JSON.stringify(manifest).matchAll(/%([\w.-]+)%/g)].map(([, key]) => key);
    const texts = Object.keys(fake<Record<string, string>>(read("package.nls.json")));
    expect(new Set(used)).toEqual(new Set(texts));
  });
});
