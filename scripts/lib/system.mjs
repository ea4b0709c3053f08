/** What the system is, and the exact command that installs what it lacks. */

import { existsSync, readFileSync } from "node:fs";

/**
 * The families of Linux distributions that we know the package manager of.
 *
 * @returns {"debian" | "fedora" | "arch" | "suse" | "alpine" | undefined}
 */
export function linuxFamily() {
  if (process.platform !== "linux" || !existsSync("/etc/os-release")) return undefined;
  const text = readFileSync("/etc/os-release", "utf8");
  const names = [...text.matchAll(/^(?:ID|ID_LIKE)=(.*)$/gm)]
    .flatMap(([, value]) => (value ?? "").replaceAll('"', "").split(/\s+/))
    .map((name) => name.toLowerCase());
  if (names.some((name) => name === "debian" || name === "ubuntu")) return "debian";
  if (names.some((name) => name === "fedora" || name === "rhel")) return "fedora";
  if (names.includes("arch")) return "arch";
  if (names.some((name) => name === "suse" || name === "opensuse")) return "suse";
  if (names.includes("alpine")) return "alpine";
  return undefined;
}

/** Root needs no sudo, and in a container there often is none. */
function asRoot() {
  return process.getuid?.() === 0 ? "" : "sudo ";
}

/** @param {...string} packages names in Debian's archive */
export function aptInstall(...packages) {
  return `${asRoot()}apt install ${packages.join(" ")}`;
}

/** The command that installs a Python with venv and pip on this system. */
export function pythonInstall() {
  if (process.platform === "darwin") return "brew install python@3.13";
  if (process.platform === "win32") return "winget install Python.Python.3.13";
  switch (linuxFamily()) {
    case "fedora":
      return `${asRoot()}dnf install python3 python3-pip`;
    case "arch":
      return `${asRoot()}pacman -S python python-pip`;
    case "suse":
      return `${asRoot()}zypper install python313 python313-pip`;
    case "alpine":
      return `${asRoot()}apk add python3 py3-pip`;
    case "debian":
    case undefined:
      return aptInstall("python3", "python3-venv", "python3-pip");
  }
}
