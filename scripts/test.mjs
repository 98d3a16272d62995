// `npm test`: sets everything up, then runs every check that there is. The last line is the sum: "N passed, N failed, N skipped";
// each check that is not a test run counts as one.
import { run } from "./lib/process.mjs";
import { setup } from "./lib/setup.mjs";
import { Steps } from "./lib/steps.mjs";
import { forgetTestResults, sumTestResults, testedWorkspaces } from "./lib/test-results.mjs";

const CONFORMANCE = "@adk/conformance";
const SHOWN_SKIPS = 30;

const total = { passed: 0, failed: 0, skipped: 0, skips: [] };
const steps = new Steps();
if (await setup(steps)) {
  await steps.run("build", () => turbo(["generate", "build"]));
  await steps.run("types", () => npm("typecheck"));
  await steps.run("lint and format", () => npm("lint"));
  await steps.run("dead code", () => npm("deadcode"));
  await steps.run("import boundaries", () => npm("boundaries"));
  await steps.run("packages", () => npm("packages"), ["build"]);
  forgetTestResults();
  await steps.run("unit tests", () =>
    test(({ manifest }) => manifest.name !== CONFORMANCE, [`--filter=!${CONFORMANCE}`]),
  );
  await steps.run("conformance", () =>
    test(({ manifest }) => manifest.name === CONFORMANCE, [`--filter=${CONFORMANCE}`, "--only"]),
  );
}
for (const { name, state } of steps.results) {
  if (name === "unit tests" || name === "conformance") continue;
  if (state === "passed") total.passed++;
  if (state === "failed") total.failed++;
}

if (total.skips.length > 0) {
  console.log("\nSkipped:");
  for (const name of total.skips.slice(0, SHOWN_SKIPS)) console.log(`  ${name}`);
  if (total.skips.length > SHOWN_SKIPS) console.log(`  and ${total.skips.length - SHOWN_SKIPS} more`);
}
steps.report();
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = steps.failed.length > 0 ? 1 : 0;

function npm(script) {
  return run("npm", ["run", script]);
}

function turbo(tasks, options = []) {
  return run("turbo", ["run", ...tasks, "--continue=dependencies-successful", "--output-logs=errors-only", ...options]);
}

/** Runs the tests of some workspaces and adds what they counted to the total. */
async function test(chosen, options) {
  const { ok, output } = await turbo(["test"], options);
  const sum = sumTestResults(testedWorkspaces().filter(chosen));
  total.passed += sum.passed;
  total.skipped += sum.skipped;
  total.skips.push(...sum.skips);
  const complete = sum.absent.length === 0 && sum.failed === 0;
  // A run can fail without a failed test: a process that died, results that are absent.
  total.failed += ok && complete ? 0 : Math.max(1, sum.failed);
  const note = sum.absent.length > 0 ? `No test ran in ${sum.absent.join(", ")}\n` : "";
  return { ok: ok && complete, output: output + note };
}
