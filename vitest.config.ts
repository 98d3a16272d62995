import { defineConfig } from "vitest/config";

/** A fuzz run that was asked for takes as long as it takes; tests have a minute. */
const TEST_TIMEOUT = process.env.ADK_FUZZ_EXECUTIONS ? 0 : 60_000;

// Every package runs its tests with this file (`vitest run --root . --config ../../vitest.config.ts`).
export default defineConfig({
  // Workspace packages are read as TypeScript source. Vitest hands the condition on to the processes that run the tests, and they
  // to the worker threads that they start, where Node strips the types.
  ssr: { resolve: { conditions: ["@adk/source"] } },
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    // As in packages/core/src/workers.ts, from the start: Node itself strips types with WebAssembly in the worker threads.
    execArgv: ["--no-wasm-code-gc"],
    testTimeout: TEST_TIMEOUT,
    hookTimeout: TEST_TIMEOUT,
    reporters: ["default", "json"],
    outputFile: { json: "test-results.json" },
  },
});
