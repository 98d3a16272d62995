import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./process.mjs";

/**
 * @typedef {object} Workspace
 * @property {string} directory relative to the root, with `/`: `packages/formats/wim`
 * @property {Record<string, any>} manifest its package.json
 */

/** @param {string} file relative to the root */
export function readJson(file) {
  return JSON.parse(readFileSync(join(ROOT, file), "utf8"));
}

/** The workspaces that the root package.json names, in its order. @returns {Workspace[]} */
export function workspaces() {
  return readJson("package.json")
    .workspaces.flatMap((pattern) => (pattern.endsWith("/*") ? children(pattern.slice(0, -2)) : [pattern]))
    .filter((directory) => existsSync(join(ROOT, directory, "package.json")))
    .map((directory) => ({ directory, manifest: readJson(`${directory}/package.json`) }));
}

function children(directory) {
  if (!existsSync(join(ROOT, directory))) return [];
  return readdirSync(join(ROOT, directory))
    .sort()
    .map((name) => `${directory}/${name}`);
}

/** All files below a directory whose name ends so, relative to the root, without what is installed, built or not ours to check. */
export function filesBelow(directory, endings) {
  if (!existsSync(join(ROOT, directory))) return [];
  return readdirSync(join(ROOT, directory), { recursive: true, encoding: "utf8" })
    .map((name) => `${directory}/${name.replaceAll("\\", "/")}`)
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .filter((file) => !/\/(node_modules|dist|\.turbo|out)\//.test(file))
    .sort();
}
