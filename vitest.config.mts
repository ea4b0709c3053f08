import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["client-vscode/**/*.test.ts", "scripts/**/*.test.mjs", "tests/vscode/**/*.test.mjs"],
    // A test that asserts nothing proves nothing.
    expect: { requireAssertions: true },
    restoreMocks: true,
    unstubEnvs: true,
  },
});
