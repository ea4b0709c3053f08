/** The lines that activate and deactivate an environment, by shell. Pure text, quoted. */

import path from "node:path";

import type { EnvironmentInfo } from "./protocol";

/** The shells whose syntax is known, by the names that VS Code gives them. */
type Family = "posix" | "fish" | "csh" | "powershell" | "cmd" | "nu" | "xonsh";

const families: Readonly<Record<string, Family>> = {
  bash: "posix",
  gitbash: "posix",
  zsh: "posix",
  ksh: "posix",
  sh: "posix",
  dash: "posix",
  wsl: "posix",
  fish: "fish",
  csh: "csh",
  tcsh: "csh",
  pwsh: "powershell",
  powershell: "powershell",
  cmd: "cmd",
  nu: "nu",
  xonsh: "xonsh",
};

/** The scripts that activate, best first: those who make environments spell some differently. */
const scripts: Readonly<Record<Family, readonly string[]>> = {
  posix: ["activate"],
  fish: ["activate.fish"],
  csh: ["activate.csh"],
  powershell: ["Activate.ps1", "activate.ps1"],
  cmd: ["activate.bat"],
  nu: ["activate.nu"],
  xonsh: ["activate.xsh"],
};

/** The name of a shell from the path of its program: "/usr/bin/zsh" is "zsh". */
export function shellName(program: string): string {
  return (program.split(/[\\/]/).at(-1) ?? "").toLowerCase().replace(/\.exe$/, "");
}

/**
 * The line that activates the environment, or `undefined` where the shell is not known or the
 * environment has no script for it: not every tool writes all of them.
 */
export async function activationLine(
  shell: string,
  environment: EnvironmentInfo,
  exists: (file: string) => Promise<boolean>,
): Promise<string | undefined> {
  const family = families[shell];
  if (!family) return undefined;
  const paths = environment.binDir.includes("\\") ? path.win32 : path.posix;
  for (const name of scripts[family]) {
    const script = paths.join(environment.binDir, name);
    if (await exists(script)) {
      const quoted = quote(family, shell, script);
      return quoted && runScript(family, shell, quoted);
    }
  }
  return undefined;
}

function runScript(family: Family, shell: string, script: string): string {
  switch (family) {
    case "posix":
      return isPlain(shell) ? `. ${script}` : `source ${script}`;
    case "powershell":
      return `& ${script}`;
    case "cmd":
      return script;
    case "nu":
      return `overlay use ${script}`;
    case "xonsh":
      // A string that is a word of a command has its variables expanded, an expression has not.
      return `source @(${script})`;
    case "fish":
    case "csh":
      return `source ${script}`;
  }
}

/** The shells of the family that know what POSIX asks for and no more. */
function isPlain(shell: string): boolean {
  return shell === "sh" || shell === "dash" || shell === "ksh";
}

/**
 * The line that takes an environment back, whichever way it was activated. A terminal that got it by
 * variables has no `deactivate`, so its variables are taken away by hand; one that ran the script
 * has both. `undefined` where the shell is not known.
 */
export function deactivationLine(shell: string, environment: EnvironmentInfo): string | undefined {
  const family = families[shell];
  if (!family) return undefined;
  const bin = environment.binDir;
  const quoted = quote(family, shell, bin);
  if (quoted === undefined) return undefined;
  switch (family) {
    case "posix":
      // Plain sh has no pattern replacement, and there the variables cannot be taken back in a line.
      if (isPlain(shell)) return "deactivate";
      return (
        `command -v deactivate >/dev/null && deactivate; unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT; ` +
        // In zsh a slash would end the pattern, quoted or not; its array takes whole folders.
        (shell === "zsh" ? `path=(\${path:#${quoted}})` : `PATH=\${PATH//${quoted}:/}`)
      );
    case "fish":
      return (
        `functions -q deactivate; and deactivate; set -e VIRTUAL_ENV VIRTUAL_ENV_PROMPT; ` +
        `set -gx PATH (for p in $PATH; test $p = ${quoted}; or echo $p; end)`
      );
    case "powershell":
      return (
        `if (Get-Command deactivate -ErrorAction Ignore) { deactivate }; ` +
        `Remove-Item Env:VIRTUAL_ENV, Env:VIRTUAL_ENV_PROMPT -ErrorAction Ignore; ` +
        `$s = [IO.Path]::PathSeparator; ` +
        `$env:PATH = ($env:PATH -split $s | Where-Object { $_ -ne ${quoted} }) -join $s`
      );
    case "cmd":
      return `set "VIRTUAL_ENV=" & set "VIRTUAL_ENV_PROMPT=" & call set "PATH=%PATH:${bin};=%"`;
    case "nu":
      return "overlay hide activate";
    case "csh":
    case "xonsh":
      return "deactivate";
  }
}

/** The text as one word of the shell, or `undefined` where the shell cannot say it. */
function quote(family: Family, shell: string, text: string): string | undefined {
  switch (family) {
    case "posix": {
      // Git Bash wants /c/folder, and takes a backslash for an escape.
      const unix =
        shell === "gitbash"
          ? text
              .replace(/^([A-Za-z]):/, (_whole, drive: string) => `/${drive.toLowerCase()}`)
              .replaceAll("\\", "/")
          : text;
      return `'${unix.replaceAll("'", String.raw`'\''`)}'`;
    }
    case "csh":
      // History expansion works even between single quotes.
      return `'${text.replaceAll("'", String.raw`'\''`).replaceAll("!", String.raw`\!`)}'`;
    case "fish":
      return `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
    case "powershell":
      // Typographic apostrophes end a string of PowerShell like the plain one.
      return `'${text.replaceAll(/['‘’‚‛]/g, "$&$&")}'`;
    case "cmd":
      // A percent sign would name a variable, and at the prompt nothing escapes it.
      return /[%"]/.test(text) ? undefined : `"${text}"`;
    case "nu":
      return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
    case "xonsh":
      return JSON.stringify(text);
  }
}
