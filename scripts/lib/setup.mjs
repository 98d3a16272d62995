import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "./process.mjs";
import { workspaces } from "./workspaces.mjs";

const STAMP = join(ROOT, "node_modules", ".adk-setup");
const NODE_MAJOR = 24;

/** Dependencies and Node; both do nothing when they were done for the same manifests. @param {import("./steps.mjs").Steps} steps */
export async function setup(steps) {
  return (await steps.run("dependencies", installDependencies)) && (await steps.run(`Node ${NODE_MAJOR}`, checkNode));
}

async function installDependencies() {
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === manifestHash()) return { ok: true, output: "" };
  // Not `npm ci`: it refuses a lockfile that names a platform binary which the registry in use does not have.
  // Nothing saved: another version of npm would write the lockfile another way. Errors only: the packages ask for Node 24, which this very command brings.
  const result = await run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (result.ok) writeFileSync(STAMP, manifestHash());
  return result;
}

/** One hash over what decides which dependencies belong into node_modules. */
function manifestHash() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  const files = [
    "package.json",
    "package-lock.json",
    ".npmrc",
    ...workspaces().map(({ directory }) => `${directory}/package.json`),
  ];
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}

/** An optional dependency brings Node for the usual platforms and puts it before the machine's own on the path of `npm run`. */
async function checkNode() {
  const { output } = await run("node", ["--version"]);
  if (Number(/^v(\d+)\./.exec(output)?.[1]) >= NODE_MAJOR) return { ok: true, output: "" };
  return {
    ok: false,
    output: `Found Node ${output.trim() || "nowhere"}; the kit needs ${NODE_MAJOR} or newer. The registry in use brought none for
${process.platform} ${process.arch}: put Node ${NODE_MAJOR} on the PATH and run this again.`,
  };
}
