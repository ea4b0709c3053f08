import { beforeEach, describe, expect, it, vi } from "vitest";

import { EnvironmentWatch } from "../src/environmentWatch";
import type { EnvironmentInfo, FileChange } from "../src/protocol";
import type { StatusChange } from "../src/statuses";
import { base, environment, status } from "./samples";
import { EventEmitter, Uri, world } from "./vscodeStub";

vi.mock("vscode", () => import("./vscodeStub"));

beforeEach(() => world.reset());

function start() {
  const folder = world.addFolder("/project");
  const statuses = new EventEmitter<StatusChange>();
  const told: FileChange[] = [];
  const watch = new EnvironmentWatch({ onDidChange: statuses.event }, (change) => {
    told.push(change);
  });
  const use = (used: EnvironmentInfo | null, ...ofProjects: EnvironmentInfo[]) =>
    statuses.fire({
      folder,
      status: status("/project", used, {
        projects: ofProjects.map((one) => status("/project/svc", one)),
      }),
    });
  return { watch, told, use };
}

function places() {
  return world.watchers
    .filter(({ disposed }) => !disposed)
    .map(({ place }) => `${place.base.path} ${place.pattern}`);
}

describe("the watch of environments", () => {
  it("is on the configuration and on the folder itself, without descending", () => {
    const { use, told } = start();
    use(environment({ prefix: "/else where/[x]*" }));
    expect(places()).toEqual(["/else where/[x]* pyvenv.cfg", "/else where *"]);
    const [config, folder] = world.watchers;
    config?.changed.fire(Uri.file("/else where/[x]*/pyvenv.cfg"));
    folder?.deleted.fire(Uri.file("/else where/other"));
    folder?.deleted.fire(Uri.file("/else where/[x]*"));
    expect(told).toEqual([
      { uri: Uri.file("/else where/[x]*/pyvenv.cfg").toString(), type: 2 },
      { uri: Uri.file("/else where/[x]*").toString(), type: 3 },
    ]);
    // Whatever is installed changes the folder's time.
    expect(folder?.ignoresChanges).toBe(true);
  });

  it("follows the environment in use, and stays while it is the same", () => {
    const { use } = start();
    use(environment());
    use(environment({ problems: ["It has no pip."] }));
    expect(world.watchers).toHaveLength(2);
    use(environment({ prefix: "/project/env" }));
    expect(places()).toEqual(["/project/env pyvenv.cfg", "/project *"]);
    use(base("3.13.0"));
    expect(places()).toEqual([]);
    use(environment());
    use(null);
    expect(places()).toEqual([]);
  });

  it("is on those of the projects in a folder, too, each once", () => {
    const { use } = start();
    const [one, two] = ["/project/a/.venv", "/project/b/.venv"].map((prefix) =>
      environment({ prefix }),
    );
    if (!one || !two) throw new Error("There are two.");
    use(environment(), one, two, one);
    expect(places()).toHaveLength(6);
    use(environment(), two);
    expect(places()).toEqual([
      "/project/.venv pyvenv.cfg",
      "/project *",
      "/project/b/.venv pyvenv.cfg",
      "/project/b *",
    ]);
  });

  it("ends with the folder and with the extension", () => {
    const { watch, use } = start();
    use(environment());
    world.events.folders.fire({ removed: [{ uri: Uri.file("/project") }] });
    expect(places()).toEqual([]);
    use(environment());
    watch.dispose();
    expect(places()).toEqual([]);
    use(environment({ prefix: "/project/env" }));
    expect(places()).toEqual([]);
  });
});
