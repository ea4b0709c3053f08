/** Environments and folders for tests to vary. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import type { EnvironmentInfo, EnvironmentStatus, PackageInfo } from "../src/protocol";

/** `.venv` in the folder /work, as the server describes it. */
export function environment(changes: Partial<EnvironmentInfo> = {}): EnvironmentInfo {
  const prefix = changes.prefix ?? "/project/.venv";
  const name = changes.name ?? path.posix.basename(prefix);
  const version = changes.version ?? "3.12.1";
  return {
    prefix,
    executable: `${prefix}/bin/python`,
    binDir: `${prefix}/bin`,
    kind: "virtualenv",
    version,
    name,
    label: `Python ${version} (${name})`,
    description: prefix.replace("/project/", ""),
    isBase: false,
    inWorkspace: true,
    broken: false,
    externallyManaged: false,
    problems: [],
    selected: false,
    ...changes,
  };
}

export function base(version: string, changes: Partial<EnvironmentInfo> = {}): EnvironmentInfo {
  return environment({
    prefix: "/usr",
    executable: `/usr/bin/python${version}`,
    binDir: "/usr/bin",
    kind: "system",
    name: "system",
    version,
    description: "/usr",
    isBase: true,
    inWorkspace: false,
    ...changes,
  });
}

/** A package from an index, which nothing needs and nobody asks for. */
export function installed(name: string, changes: Partial<PackageInfo> = {}): PackageInfo {
  return {
    name,
    version: "1.0",
    size: 4200,
    editable: false,
    origin: "",
    latest: null,
    outdated: false,
    requiredBy: [],
    askedFor: false,
    summary: "",
    ...changes,
  };
}

export function status(
  folder: string,
  used: EnvironmentInfo | null,
  changes: Partial<EnvironmentStatus> = {},
): EnvironmentStatus {
  return {
    folder: `file://${folder}`,
    project: `file://${folder}`,
    environment: used,
    explicit: false,
    named: false,
    reason: ".venv in the folder",
    hasRequirements: true,
    projects: [],
    ...changes,
  };
}

/** A new folder under the system's temporary one, without links in its path. */
export function temporaryFolder(): string {
  return mkdtempSync(path.join(realpathSync(tmpdir()), "pinwise-"));
}

/**
 * Writes a program that prints something, and returns its path. What is there goes: writing through
 * a link could destroy a real interpreter.
 */
export function program(file: string, script = "exit 0"): string {
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { flag: "wx", mode: 0o755 });
  return file;
}

/** A stand-in that has as much of a type as the test needs. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- Its only use is the point.
export function fake<Type>(parts: unknown): Type {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return parts as Type;
}
