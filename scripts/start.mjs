// `npm start`: sets everything up, then runs the main job on the bundled example.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "./lib/process.mjs";
import { setup } from "./lib/setup.mjs";
import { Steps } from "./lib/steps.mjs";

const EXAMPLE = "examples/workstation";
const OUTPUT = "out/workstation";

const steps = new Steps();
let ready = await setup(steps);
ready &&= await steps.run("build", () => run("turbo", ["run", "build", "--output-logs=errors-only"]));
if (existsSync(join(ROOT, EXAMPLE, "prepare.mjs"))) {
  ready &&= await steps.run("prepare the example", () => run("node", [`${EXAMPLE}/prepare.mjs`]));
}
if (ready) {
  const args = ["build", `${EXAMPLE}/deployment.yaml`, "--out", OUTPUT];
  console.log(`\nadk ${args.join(" ")}\n`);
  const { ok } = await run("adk", args, { live: true });
  if (!ok) console.log("\nadk build failed; its message is above.");
  else {
    console.log(`\nThe result is in ${OUTPUT}. More commands: npx adk --help`);
    for (const disc of readdirSync(join(ROOT, OUTPUT)).filter((name) => name.endsWith(".iso"))) {
      const file = `${OUTPUT}/${disc}`;
      console.log(`A disc with the image on it, which starts: qemu-system-x86_64 -m 256 -cdrom ${file}`);
    }
  }
  process.exitCode = ok ? 0 : 1;
} else {
  steps.report();
  process.exitCode = 1;
}
