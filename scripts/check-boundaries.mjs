// The arrows between packages only go down (docs/architecture.md): checks every import, and every dependency that a package.json declares.
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, posix } from "node:path";
import { ROOT } from "./lib/process.mjs";
import { filesBelow, readJson, workspaces } from "./lib/workspaces.mjs";

/**
 * Which layers each layer may import from. `checks` are conformance and bench: they look at everything and are never shipped.
 * The tests of all of them may use `testing`.
 */
const MAY_IMPORT = {
  testing: [],
  core: [],
  format: ["core", "format"],
  "cli-kit": ["core"],
  report: ["core"],
  tool: ["core", "format", "cli-kit", "report", "tool"],
  app: ["core", "format", "cli-kit", "report", "tool"],
  checks: ["core", "format", "cli-kit", "report", "tool", "app"],
};

const packages = workspaces();
const byName = new Map(packages.map((workspace) => [workspace.manifest.name, workspace]));
const testTools = Object.keys(readJson("package.json").devDependencies);
const problems = packages.flatMap((workspace) => [...checkManifest(workspace), ...checkSources(workspace)]);

console.log(problems.length === 0 ? `${packages.length} packages keep the boundaries.` : problems.join("\n"));
process.exitCode = problems.length > 0 ? 1 : 0;

function layerOf(directory) {
  if (directory.startsWith("packages/formats/")) return "format";
  if (directory.startsWith("packages/tools/")) return "tool";
  if (directory.startsWith("packages/")) return directory.slice("packages/".length);
  return directory.startsWith("apps/") ? "app" : "checks";
}

function isForTests(name) {
  return byName.has(name) && layerOf(byName.get(name).directory) === "testing";
}

function checkManifest({ directory, manifest }) {
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const problems = declared.flatMap((name) => checkArrow(directory, name));
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    if (isForTests(name)) problems.push(`${name} is never published: put it in "devDependencies"`);
  }
  return problems.map((problem) => `${directory}/package.json: ${problem}`);
}

function checkArrow(directory, name) {
  const target = byName.get(name);
  if (target === undefined) return [];
  const [from, to] = [layerOf(directory), layerOf(target.directory)];
  if (directory === target.directory || isForTests(name)) return [];
  return MAY_IMPORT[from].includes(to) ? [] : [`a package of layer "${from}" must not use ${name} of layer "${to}"`];
}

function checkSources(workspace) {
  return filesBelow(workspace.directory, [".ts", ".js", ".mjs"]).flatMap((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    return importsOf(text).flatMap(({ specifier, line }) =>
      checkImport(workspace, file, specifier).map((problem) => `${file}:${line}: ${problem}`),
    );
  });
}

function checkImport({ directory, manifest }, file, specifier) {
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? [] : [`import "node:${specifier}"`];
  if (specifier.startsWith(".")) {
    const target = posix.join(dirname(file), specifier);
    // Examples are no packages; what they have is tested as it is.
    const isExample = directory === "conformance" && target.startsWith("examples/");
    return isExample || target.startsWith(`${directory}/`)
      ? []
      : [`"${specifier}" leaves the package; import the other package by its name`];
  }
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  const problems = checkArrow(directory, name);
  // A test may, to show the package as a reader of its README uses it.
  if (name === manifest.name && isShipped(file))
    problems.push(`the package imports itself by its name; use a relative path`);
  const entry = `.${specifier.slice(name.length)}`;
  if (byName.has(name) && !(entry in (byName.get(name).manifest.exports ?? {}))) {
    problems.push(`"${specifier}" reaches into ${name}; import what its exports name`);
  }
  if (entry !== "." && layerOf(directory) === "tool" && layerOf(byName.get(name)?.directory ?? "") === "tool") {
    problems.push(`a tool uses another tool only through its index: import "${name}"`);
  }
  if (!mayUse(manifest, file, name)) problems.push(`"${name}" is not declared in ${directory}/package.json`);
  return problems;
}

/** What is shipped needs a dependency; tests and scripts may also use what is there for development. */
function mayUse(manifest, file, name) {
  if (name in (manifest.dependencies ?? {}) || name === manifest.name) return true;
  return !isShipped(file) && (name in (manifest.devDependencies ?? {}) || testTools.includes(name));
}

function isShipped(file) {
  return /\/(src|bin)\//.test(file) && !file.endsWith(".test.ts") && !file.includes("/testing/");
}

/** The module names in `import` and `export ... from` statements, `import()` and type imports. */
function importsOf(text) {
  const code = text
    .replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/^[ \t]*\/\/.*$/gm, "");
  const forms = [
    /^[ \t]*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"'\n]+)["']/gm,
    /^[ \t]*import\s*["']([^"'\n]+)["']/gm,
    /\bimport\(\s*["']([^"'\n]+)["']/g,
  ];
  return forms.flatMap((form) =>
    [...code.matchAll(form)].map((match) => ({
      specifier: match[1],
      line: code.slice(0, match.index + match[0].length).split("\n").length,
    })),
  );
}
