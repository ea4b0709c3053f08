import { describe, expect, it } from "vitest";

import { shellName, tellsWhenReady } from "../src/shells";

describe("shellName", () => {
  it.each([
    ["/usr/bin/zsh", "zsh"],
    [String.raw`C:\Program Files\PowerShell\7\pwsh.EXE`, "pwsh"],
    ["", ""],
  ])("of %j is %j", (program, name) => expect(shellName(program)).toBe(name));
});

describe("scenario 28: whether it pays to wait until a shell says that it is ready", () => {
  it.each(["bash", "zsh", "fish", "pwsh", "powershell", "gitbash"])("%s does", (shell) =>
    expect(tellsWhenReady(shell)).toBe(true),
  );
  it.each(["nu", "xonsh", "csh", "tcsh", "cmd", "sh", "dash", "ksh", ""])(
    "%j never does",
    (shell) => expect(tellsWhenReady(shell)).toBe(false),
  );
});
