#!/usr/bin/env node
// Starts the command adk. Plain JavaScript that old versions of Node understand as well, since they must get as far as
// starting the right one: an npm package that has it, where one is installed beside.
import { existsSync } from "node:fs";
import * as module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 24;
const ENVIRONMENT_FAILED = 4;

const entry = new URL("../dist/main.js", import.meta.url);
const version = Number(process.versions.node.split(".")[0]);

if (!existsSync(entry)) fail("The program is not built yet.", "Run `npm start` in the repository; it builds it first.");
else if (version >= NEEDED) {
  // Saves the compiling of the modules from the second run on: some 20 ms of a command.
  module.enableCompileCache();
  await import(entry.href);
} else {
  const node = process.env.ADK_RESTARTED ? undefined : packagedNode();
  if (node === undefined)
    fail(`Node ${NEEDED} or newer is needed, this is ${process.version}.`, "See https://nodejs.org");
  else await restart(node);
}

/** The binary of the npm package `node`, or of the one for this platform, if one is installed. */
function packagedNode() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const require = module.createRequire(import.meta.url);
  for (const name of ["node", `node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]) {
    try {
      const directory = dirname(require.resolve(`${name}/package.json`));
      const binary = join(directory, "bin", platform === "win" ? "node.exe" : "node");
      if (existsSync(binary)) return binary;
    } catch {
      // That one is not installed.
    }
  }
  return undefined;
}

/** Runs this file again with another Node, passes signals on and ends as that one ends. */
async function restart(node) {
  const { spawn } = await import("node:child_process");
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, ADK_RESTARTED: "1" },
  });
  // A terminal sends SIGINT to both processes, so only SIGTERM is passed on; neither may end this one before the other.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => fail(error.message, `Node ${NEEDED} or newer is needed.`));
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? code : 130;
  });
}

function fail(message, hint) {
  process.stderr.write(`adk: error[CANNOT_START] ${message}\n  hint:     ${hint}\n`);
  process.exitCode = ENVIRONMENT_FAILED;
}
