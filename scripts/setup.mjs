// Dependencies, Node 24 and a build: what `npm start` and `npm test` do first.
import { run } from "./lib/process.mjs";
import { setup } from "./lib/setup.mjs";
import { Steps } from "./lib/steps.mjs";

const steps = new Steps();
if (await setup(steps)) await steps.run("build", () => run("turbo", ["run", "build", "--output-logs=errors-only"]));
steps.report();
process.exitCode = steps.failed.length > 0 ? 1 : 0;
