// What each package would publish: the shape of its package.json, and what is in the archive that npm would make. Needs a build.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { ROOT, run } from "./lib/process.mjs";
import { filesBelow, readJson, workspaces } from "./lib/workspaces.mjs";

const published = workspaces().filter(({ manifest }) => !manifest.private);
const license = readFileSync(join(ROOT, "LICENSE"), "utf8");
const rootVersion = readJson("package.json").version;

const problems = [];
for (const workspace of published) {
  problems.push(...checkManifest(workspace), ...checkDirectory(workspace), ...(await checkShape(workspace)));
}
problems.push(...(await checkArchives()), ...checkLockfile());

console.log(problems.length === 0 ? `${published.length} packages are fit to publish.` : problems.join("\n"));
process.exitCode = problems.length > 0 ? 1 : 0;

function checkManifest({ directory, manifest }) {
  const expected = {
    version: rootVersion,
    license: "MIT",
    type: "module",
    sideEffects: false,
    engines: { node: ">=24" },
  };
  const found = Object.entries(expected)
    .filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value))
    .map(([field, value]) => `"${field}" must be ${JSON.stringify(value)}`);
  if (!/^@adk\/[a-z][a-z0-9-]*$/.test(manifest.name)) found.push(`"${manifest.name}" is no name of the kit`);
  if (!manifest.description?.endsWith(".")) found.push(`"description" must be a sentence`);
  for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
    if (isForWorkspace(entry, target)) continue;
    // The condition that is asked for first, then types, then what everybody gets.
    if (
      typeof target === "string"
        ? entry !== "./package.json"
        : Object.keys(target).join() !== "@adk/source,types,default"
    ) {
      found.push(`"exports" "${entry}" must have the conditions @adk/source, types, default in this order`);
    }
  }
  if (!manifest.exports && !manifest.bin) found.push(`there is neither "exports" nor "bin"`);
  for (const script of ["build", "test"]) if (!manifest.scripts?.[script]) found.push(`there is no script "${script}"`);
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) found.push(`the dependency ${name} "${version}" must be one exact version`);
  }
  return found.map((problem) => `${directory}/package.json: ${problem}`);
}

/** What the tests of other packages of this workspace use, by source alone: nobody else can reach it. */
function isForWorkspace(entry, target) {
  return entry === "./testing" && Object.keys(target).join() === "@adk/source";
}

function checkDirectory({ directory, manifest }) {
  const found = [];
  const copy = join(ROOT, directory, "LICENSE");
  if (!existsSync(copy) || readFileSync(copy, "utf8") !== license) {
    found.push(`${directory}: LICENSE must be a copy of the root's (cp LICENSE ${directory}/)`);
  }
  if (filesBelow(directory, [".test.ts"]).length === 0) found.push(`${directory}: there is no test`);
  if (filesBelow(directory, ["/fuzz.test.ts"]).length > 0 && !manifest.scripts?.fuzz) {
    found.push(`${directory}/package.json: there is a fuzz.test.ts, but no script "fuzz" that runs it`);
  }
  return found;
}

async function checkShape({ directory, manifest }) {
  const { messages } = await publint({ pkgDir: join(ROOT, directory), level: "warning", strict: true, pack: false });
  return messages.map((message) => `${directory}: ${formatMessage(message, manifest, { color: false })}`);
}

/** Knows what every package.json asks for, and no registry in particular. */
function checkLockfile() {
  const locked = readJson("package-lock.json").packages;
  const found = workspaces()
    .filter(({ directory, manifest }) =>
      ["dependencies", "devDependencies"].some(
        (field) => !isDeepStrictEqual(sorted(manifest[field]), sorted(locked[directory]?.[field])),
      ),
    )
    .map(({ directory }) => `package-lock.json is older than ${directory}/package.json: run npm install`);
  for (const [name, { resolved }] of Object.entries(locked)) {
    if (/^\w+:/.test(resolved ?? "")) found.push(`package-lock.json: ${name} is bound to ${resolved}`);
  }
  return found;
}

function sorted(dependencies = {}) {
  return Object.entries(dependencies).sort(([a], [b]) => a.localeCompare(b));
}

/** `npm pack --dry-run` for all of them in one go. */
async function checkArchives() {
  const chosen = published.flatMap(({ manifest }) => ["-w", manifest.name]);
  const { ok, output } = await run("npm", ["pack", "--dry-run", "--json", "--loglevel=silent", ...chosen]);
  if (!ok) return [`npm pack: ${output}`];
  const archives = Object.values(JSON.parse(output));
  return published.flatMap((workspace) => {
    const archive = archives.find(({ name }) => name === workspace.manifest.name);
    if (archive === undefined) return [`${workspace.directory}: npm pack made no archive`];
    return checkContents(
      workspace,
      archive.files.map(({ path }) => path),
    );
  });
}

function checkContents({ directory, manifest }, paths) {
  const exported = Object.entries(manifest.exports ?? {}).filter(([entry, target]) => !isForWorkspace(entry, target));
  const entries = exported.flatMap(([, target]) => Object.values(target));
  const wanted = ["package.json", "README.md", "LICENSE", ...entries, ...Object.values(manifest.bin ?? {})];
  const found = wanted
    .map((path) => path.replace(/^\.\//, ""))
    .filter((path) => !paths.includes(path))
    .map((path) => `${path} is missing`);
  const unwanted = /\.test\.|(^|\/)(testing|fixtures|node_modules|\.turbo)\/|tsbuildinfo$|test-results\.json$/;
  found.push(...paths.filter((path) => unwanted.test(path)).map((path) => `${path} must not be in it`));
  for (const path of paths) {
    const text = readFileSync(join(ROOT, directory, path), "latin1");
    if (text.includes(`${ROOT}/`)) found.push(`${path} names a path of this machine`);
  }
  return found.map((problem) => `${directory}: the archive: ${problem}`);
}
