import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { activationLine, deactivationLine, shellName } from "../src/shells";
import { environment, temporaryFolder } from "./samples";

const everything = async () => true;

describe("the activation line", () => {
  it.each([
    ["bash", "source '/p/my env/bin/activate'"],
    ["zsh", "source '/p/my env/bin/activate'"],
    ["sh", ". '/p/my env/bin/activate'"],
    ["fish", "source '/p/my env/bin/activate.fish'"],
    ["csh", "source '/p/my env/bin/activate.csh'"],
    ["pwsh", "& '/p/my env/bin/Activate.ps1'"],
    ["nu", "overlay use '/p/my env/bin/activate.nu'"],
    ["xonsh", 'source @("/p/my env/bin/activate.xsh")'],
  ])("of %s", async (shell, line) => {
    const used = environment({ prefix: "/p/my env" });
    expect(await activationLine(shell, used, everything)).toBe(line);
  });

  it("of the shells of Windows", async () => {
    const used = environment({ binDir: String.raw`C:\my env\Scripts` });
    expect(await activationLine("cmd", used, everything)).toBe(
      String.raw`"C:\my env\Scripts\activate.bat"`,
    );
    expect(await activationLine("gitbash", used, everything)).toBe(
      "source '/c/my env/Scripts/activate'",
    );
  });

  it("takes the script that is there", async () => {
    const line = await activationLine("pwsh", environment(), async (file) =>
      file.endsWith("activate.ps1"),
    );
    expect(line).toBe("& '/project/.venv/bin/activate.ps1'");
  });

  it("is missing where the environment has no script, or the shell is not known", async () => {
    expect(await activationLine("nu", environment(), async () => false)).toBeUndefined();
    expect(await activationLine("elvish", environment(), everything)).toBeUndefined();
  });

  it("is missing where cmd would take a part of the path for a variable", async () => {
    const used = environment({ binDir: String.raw`C:\100%\x%\Scripts` });
    expect(await activationLine("cmd", used, everything)).toBeUndefined();
    expect(deactivationLine("cmd", used)).toBeUndefined();
  });

  it("doubles what PowerShell takes for an apostrophe", async () => {
    const used = environment({ prefix: "/it’s" });
    expect(await activationLine("pwsh", used, everything)).toBe("& '/it’’s/bin/Activate.ps1'");
  });
});

describe("shellName", () => {
  it.each([
    ["/usr/bin/zsh", "zsh"],
    [String.raw`C:\Program Files\PowerShell\7\pwsh.EXE`, "pwsh"],
    ["", ""],
  ])("of %j is %j", (program, name) => expect(shellName(program)).toBe(name));
});

const shells = ["bash", "zsh", "fish"].filter((shell) => existsSync(`/usr/bin/${shell}`));

describe.each(shells)("real %s", (shell) => {
  let home = "";
  beforeEach(() => {
    home = temporaryFolder();
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const run = (script: string, binDir: string) =>
    execFileSync(shell, ["-c", script], {
      encoding: "utf8",
      env: {
        PATH: `${binDir}:/usr/bin:/bin`,
        VIRTUAL_ENV: path.dirname(binDir),
        HOME: home,
        LANG: "C.UTF-8",
      },
    }).trim();

  it.each([".venv", "my env (py 3.13) ünï", "it's", "a$b", "star*[x]"])(
    "takes %j back from the variables",
    (name) => {
      const binDir = path.join(home, name, "bin");
      const line = deactivationLine(shell, environment({ binDir }));
      expect(run(`${line}; echo "$PATH|$VIRTUAL_ENV"`, binDir).replaceAll(" ", ":")).toBe(
        "/usr/bin:/bin|",
      );
    },
  );

  it.each([".venv", "it's (ünï) $HOME"])("runs the script of %j", async (name) => {
    const binDir = path.join(home, name, "bin");
    mkdirSync(binDir, { recursive: true });
    for (const script of ["activate", "activate.fish"]) {
      writeFileSync(path.join(binDir, script), "echo activated\n");
    }
    const used = environment({ binDir });
    const line = await activationLine(shell, used, async (file) => existsSync(file));
    expect(run(line ?? "", binDir)).toBe("activated");
  });
});
