import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { startAdk } from "./support/adk.ts";

// Edits of a directory that are cut off at any moment: the next command finds all of them done, or none.

const FILES = 200;

interface Edited {
  readonly root: string;
  readonly session: string;
}

/** A directory of files, and a session that replaces each of them and adds as many. */
async function edited(): Promise<Edited> {
  const place = temporaryDirectory();
  const [root, session] = [join(place, "root"), join(place, "session")];
  mkdirSync(join(root, "old"), { recursive: true });
  mkdirSync(join(place, "new"));
  for (let i = 0; i < FILES; i++) {
    writeFileSync(join(root, "old", String(i)), "before");
    writeFileSync(join(place, "new", String(i)), "after");
  }
  expect(await adk("open", root, "--session", session)).toBe(0);
  expect(await adk("put", session, join(place, "new"), "/old")).toBe(0);
  expect(await adk("put", session, join(place, "new"), "/added")).toBe(0);
  return { root, session };
}

async function adk(...args: string[]): Promise<number | null> {
  return (await startAdk(["image", ...args]).ended).exitCode;
}

function contents(root: string, directory: string): Set<string> {
  const names = existsSync(join(root, directory)) ? readdirSync(join(root, directory)) : [];
  return new Set(names.map((name) => readFileSync(join(root, directory, name), "utf8")));
}

test.each([
  ["preparing", 20],
  ["committing", 0],
  ["committing", 8],
  ["committing", 20],
] as const)("a commit that is killed while %s, after %i ms", async (phase, delay) => {
  const { root, session } = await edited();
  const { child, ended } = startAdk(["image", "commit", session]);
  const state = join(root, ".adk-session/session.json");
  const reached = () =>
    existsSync(state) && (phase === "preparing" || readFileSync(state, "utf8").includes('"committing"'));
  while (child.exitCode === null && !reached()) await setTimeout(1);
  await setTimeout(delay);
  child.kill("SIGKILL");
  await ended;
  // Any command that edits the directory settles it first; this one has nothing to do itself.
  expect(await adk("remove", root, "/none", "--force")).toBe(0);
  expect(readdirSync(root).filter((name) => name.startsWith("."))).toEqual([]);
  const added = existsSync(join(root, "added"));
  if (phase === "committing") expect(added).toBe(true);
  expect(contents(root, "old")).toEqual(new Set([added ? "after" : "before"]));
  expect(contents(root, "added")).toEqual(new Set(added ? ["after"] : []));
  expect(readdirSync(join(root, "old"))).toHaveLength(FILES);
  if (added) expect(readdirSync(join(root, "added"))).toHaveLength(FILES);
});
