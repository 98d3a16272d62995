import { defineConfig } from "vitest/config";

// Every package runs its tests with this file (`vitest run --root . --config ../../vitest.config.ts`): workspace packages
// are read as TypeScript source, in the test process and in the worker threads that it starts.
export default defineConfig({
  resolve: { conditions: ["@adk/source", "node", "import", "default"] },
  ssr: { resolve: { conditions: ["@adk/source", "node", "import", "default"] } },
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/fuzz.test.ts.skip"],
    pool: "forks",
    execArgv: ["--conditions=@adk/source"],
    testTimeout: 60_000,
    reporters: ["default", "json"],
    outputFile: { json: "test-results.json" },
    passWithNoTests: false,
  },
});
