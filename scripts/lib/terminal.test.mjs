import { describe, expect, it } from "vitest";

import { duration, table, tail } from "./terminal.mjs";

describe("duration", () => {
  it.each([
    [12.4, "12 ms"],
    [1500, "1.5 s"],
    [60_000, "1 min 0 s"],
    [119_700, "2 min 0 s"],
  ])("%d ms is %s", (milliseconds, expected) => {
    expect(duration(milliseconds)).toBe(expected);
  });
});

describe("table", () => {
  it("lines the columns up", () => {
    const rows = [
      ["a", "passed", "x"],
      ["bcd", "no", ""],
    ];
    expect(table(rows)).toBe("a    passed  x\nbcd  no");
  });
});

describe("tail", () => {
  it("keeps the last lines that say something", () => {
    expect(tail("one\ntwo\nthree\n\n", 2)).toBe("two\nthree");
  });
});
