/** The shells of terminals, by the names that VS Code gives them. */

/** Those that tell when they are ready for a line, once VS Code has put its script into them. */
const integrated: ReadonlySet<string> = new Set(["bash", "zsh", "fish", "pwsh", "gitbash"]);

/** The name of a shell from the path of its program: "/usr/bin/zsh" is "zsh". */
export function shellName(program: string): string {
  return (program.split(/[\\/]/).at(-1) ?? "").toLowerCase().replace(/\.exe$/, "");
}

/** Whether it pays to wait until the shell says that it is ready: others never do. */
export function tellsWhenReady(shell: string): boolean {
  return integrated.has(shell === "powershell" ? "pwsh" : shell);
}
