import { describe, expect, it } from "vitest";

import { installationTables } from "./python.mjs";

describe("installationTables", () => {
  const project = '[project]\nname = "x"\ndependencies = [\n    "a[b]>=1",\n]\n';

  it("keeps what an installation depends on", () => {
    const build = '[build-system]\nrequires = ["hatchling"]\n';
    const hatch = "[tool.hatch.build]\nx = 1\n";
    expect(installationTables(build + project + hatch)).toBe(build + project + hatch);
  });

  it("drops the settings of the linters and of the tests", () => {
    const ruff = "[tool.ruff]\nline-length = 100\n";
    const pytest = '[tool.pytest.ini_options]\naddopts = [\n    "-ra",\n]\n';
    expect(installationTables(ruff + project + pytest)).toBe(project);
  });

  it("keeps the optional dependencies, where the tests' tools stand", () => {
    const optional = '[project.optional-dependencies]\ndev = ["pytest"]\n';
    expect(installationTables(project + optional)).toContain("pytest");
  });
});
