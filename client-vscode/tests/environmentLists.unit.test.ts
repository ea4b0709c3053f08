import { describe, expect, it } from "vitest";

import { EnvironmentLists } from "../src/environmentLists";
import type { EnvironmentInfo, Notifications } from "../src/protocol";
import { base, fake } from "./samples";
import { Uri } from "./vscodeStub";

type Found = Notifications["pinwise/environmentFound"];
type Lists = ConstructorParameters<typeof EnvironmentLists>[0];
type ListParameters = Parameters<EnvironmentLists["list"]>;

describe("lists of environments", () => {
  it("hand each finding to the list that asked for it, and to none after its end", async () => {
    const asked: { folder?: string; token: string }[] = [];
    const ends: ((environments: EnvironmentInfo[]) => void)[] = [];
    const reports = new Map<string, (told: unknown) => void>();
    const report = (found: Found) => reports.get("pinwise/environmentFound")?.(found);
    const lists = new EnvironmentLists(
      fake<Lists>({
        onNotification: (method: string, handler: (told: unknown) => void) => {
          reports.set(method, handler);
        },
        execute: (_command: string, argument: { folder?: string; token: string }) => {
          asked.push(argument);
          return new Promise((resolve) => ends.push(resolve));
        },
      }),
    );

    const found: string[][] = [[], []];
    const skipped: string[] = [];
    const listing = found.map((versions) =>
      lists.list(
        fake<ListParameters[0]>(Uri.file("/project")),
        ({ version }) => versions.push(version),
        fake<ListParameters[2]>({ isCancellationRequested: false }),
        undefined,
        (messages) => skipped.push(...messages),
      ),
    );
    const [first = "", second = ""] = asked.map(({ token }) => token);
    expect(asked[0]?.folder).toBe("file:///project");
    expect(first).not.toBe(second);

    report({ token: second, environment: base("3.13.0") });
    report({ token: first, environment: base("3.12.0") });
    reports.get("pinwise/placesSkipped")?.({ token: first, messages: ["Not conda."] });
    ends[0]?.([base("3.12.0")]);
    await listing[0];
    report({ token: first, environment: base("3.11.0") });
    expect(skipped).toEqual(["Not conda."]);
    expect(found).toEqual([["3.12.0"], ["3.13.0"]]);
  });
});
