import { beforeEach, describe, expect, it, vi } from "vitest";

import { pythonSettings, withPythonSettings } from "../src/pythonSettings";
import { world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

// scenario(17)
describe("the settings of the Python extensions", () => {
  it("are sent as they are written, with who wrote them", () => {
    world.inspected = {
      "python.defaultInterpreterPath": {
        // Another extension's default is nobody's wish.
        defaultValue: "python",
        globalValue: "~/envs/one",
        workspaceValue: "/for/all/folders",
        workspaceFolderValue: "${workspaceFolder}/x",
      },
      "python.venvPath": { globalValue: "~/envs", workspaceValue: "/planted" },
      "python.venvFolders": { globalValue: ["envs", 3, ""] },
    };
    expect(pythonSettings(undefined)).toEqual({
      defaultInterpreterPath: { workspace: "${workspaceFolder}/x", user: "~/envs/one" },
      venvPath: "~/envs",
      venvFolders: ["envs"],
    });
  });

  it("say nothing where nobody set them, or not to what they should be", () => {
    const nothing = {
      defaultInterpreterPath: { workspace: "", user: "" },
      venvPath: "",
      venvFolders: [],
    };
    expect(pythonSettings(undefined)).toEqual(nothing);
    world.inspected = { "python.defaultInterpreterPath": { globalValue: 3 } };
    expect(withPythonSettings({ offline: true }, undefined)).toEqual({
      offline: true,
      python: nothing,
    });
    expect(withPythonSettings(null, undefined)).toEqual({ python: nothing });
  });
});
