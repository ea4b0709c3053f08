import { beforeEach, describe, expect, it, vi } from "vitest";

import { PackagePages, packagePage } from "../src/environmentsViewDetails";
import type { Target } from "../src/environmentsViewTarget";
import type { PackageDetails } from "../src/protocol";
import type { ServerSession } from "../src/session";
import { environment, fake, installed } from "./samples";
import { type Uri, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

function details(changes: Partial<PackageDetails> = {}): PackageDetails {
  return {
    ...installed("flask", {
      version: "2.0",
      latest: "3.0",
      outdated: true,
      summary: "A framework",
    }),
    licence: "BSD-3-Clause",
    homepage: "https://flask.example.org",
    requires: ["click>=8", "werkzeug>=2; extra == 'x'"],
    location: "/project/.venv/lib/python3.12/site-packages",
    files: 12,
    installer: "pip",
    installedAt: "",
    ...changes,
  };
}

describe("the page of a package", () => {
  it("says what is known, and leaves out what is not", () => {
    const page = packagePage(details({ licence: "" }), "Python 3.12.1 (.venv)");
    expect(page).toContain("# flask 2.0\n\nA framework\n\n| | |");
    expect(page).toContain("| Newer | 3.0 |");
    expect(page).toContain(String.raw`| Needs | click&gt;=8<br>werkzeug&gt;=2; extra == 'x' |`);
    expect(page).toContain("| Size | 4.2 kB in 12 files |");
    expect(page).toContain("| Home page | <https://flask.example.org> |");
    expect(page).not.toContain("Licence");
  });

  it("shows what packages write as plain text", () => {
    const page = packagePage(
      details({
        summary: "![](https://spy.example.org/x.png) <img src=x>\n# big",
        licence: "a | b\nc",
        homepage: "javascript:alert(1)",
        requires: ["[x](command:evil)"],
      }),
      "Python",
    );
    expect(page).not.toMatch(/<(?!https:|br>)/);
    expect(page).not.toContain("![](");
    expect(page).not.toContain("](command:");
    expect(page).toContain(String.raw`| Licence | a \| b c |`);
    expect(page).toContain(String.raw`javascript\:alert\(1\)`);
    expect(page.split("\n").filter((line) => line.startsWith("#"))).toHaveLength(1);
  });

  it("is opened as it is meant to be read, with the answer of this moment", async () => {
    const answer = { now: details() as PackageDetails | null };
    const session = fake<ServerSession>({ execute: async () => answer.now });
    const pages = new PackagePages(session);
    const info = environment();
    const target = fake<Target>({ argument: { prefix: info.prefix }, environment: info });
    await pages.show(target, "flask");
    const [command, uri] = fake<[string, Uri]>(world.executed[0]);
    expect([command, uri.path]).toEqual(["markdown.showPreview", "/flask.md"]);
    expect(pages.provideTextDocumentContent(fake(uri))).toContain("# flask 2.0");
    answer.now = details({ version: "3.0" });
    await pages.show(target, "flask");
    expect(pages.provideTextDocumentContent(fake(uri))).toContain("# flask 3.0");
    answer.now = null;
    await pages.show(target, "flask");
    expect(world.messages).toEqual(["flask is no longer in Python 3.12.1 (.venv)."]);
  });
});
