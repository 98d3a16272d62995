import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./process.mjs";
import { workspaces } from "./workspaces.mjs";

/** What vitest's JSON reporter writes in each workspace; turbo brings it back with a cached run. */
const RESULTS = "test-results.json";

/** The workspaces that have tests. */
export function testedWorkspaces() {
  return workspaces().filter(({ manifest }) => manifest.scripts?.test);
}

/** So that a run that never wrote its results is not taken for the one before. */
export function forgetTestResults() {
  for (const { directory } of testedWorkspaces()) rmSync(join(ROOT, directory, RESULTS), { force: true });
}

/**
 * The sum over some workspaces.
 *
 * @param {import("./workspaces.mjs").Workspace[]} tested
 * @returns {{ passed: number, failed: number, skipped: number, absent: string[], skips: string[] }} `absent`: workspaces
 *   that left no results; `skips`: the names of what was skipped
 */
export function sumTestResults(tested) {
  const sum = { passed: 0, failed: 0, skipped: 0, absent: [], skips: [] };
  for (const { directory } of tested) {
    const file = join(ROOT, directory, RESULTS);
    if (!existsSync(file)) {
      sum.absent.push(directory);
      continue;
    }
    for (const testFile of JSON.parse(readFileSync(file, "utf8")).testResults) {
      // A file that could not be loaded failed without any test.
      if (testFile.status === "failed" && testFile.assertionResults.length === 0) sum.failed++;
      for (const { status, fullName } of testFile.assertionResults) {
        if (status === "passed") sum.passed++;
        else if (status === "failed") sum.failed++;
        else {
          sum.skipped++;
          sum.skips.push(`${directory}: ${fullName}`);
        }
      }
    }
  }
  return sum;
}
