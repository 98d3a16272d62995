import { createHash } from "node:crypto";
import {
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

// A tree of files with what archivers get wrong, and a way to compare trees.

export interface SampleTreeOptions {
  /** Bytes of the two files that are too large to be handled whole. Default 4.2 MB; 0 for none. */
  readonly largeBytes?: number;
}

/** Makes a tree in a directory. Links with absolute targets lead into it and out of it. */
export function makeSampleTree(directory: string, { largeBytes = 4_200_000 }: SampleTreeOptions = {}): void {
  const add = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  };
  for (const size of [0, 1, 2, 32767, 32768, 32769, 65536, 65537]) {
    add(`sizes/text-${size}`, text(size, size));
    add(`sizes/noise-${size}`, noise(size, size));
  }
  for (let i = 0; i < 60; i++) add(`many/file ${i}.txt`, text(700 + i * 37, i));
  if (largeBytes > 0) {
    add("large/text.log", text(largeBytes, 3));
    add("large/noise.bin", noise(largeBytes + 1, 5));
    add("large/copy of text.log", text(largeBytes, 3));
    // Half of it does not shrink: some chunks are stored as they are.
    add("large/mixed.bin", Buffer.concat([noise(100_000, 8), text(150_001, 8), new Uint8Array(90_000), noise(5, 9)]));
  }
  add("same/a.bin", noise(5000, 1));
  add("same/b.bin", noise(5000, 1));
  mkdirSync(join(directory, "empty directory/inner"), { recursive: true });

  add("names/Grüße 文件 🎉.txt", "unicode");
  add("names/\u00e9", "composed");
  add("names/e\u0301", "decomposed");
  add("names/Case", "one");
  add("names/case", "two");
  add("names/.hidden", "dot");
  add("names/quote ' and [brackets] & $dollar #hash ~1", "shell");
  add(`names/${"n".repeat(255)}`, "as long as it can be");
  add(`${"deep directory name/".repeat(60)}end.txt`, "deep");

  add("links/target.txt", "target");
  linkSync(join(directory, "links/target.txt"), join(directory, "links/second name.txt"));
  linkSync(join(directory, "links/target.txt"), join(directory, "names/third name.txt"));
  add("links/empty target", "");
  linkSync(join(directory, "links/empty target"), join(directory, "links/empty second"));
  const links: Record<string, string> = {
    relative: "target.txt",
    upwards: "../sizes/text-1",
    "to directory": "../many",
    dangling: "nowhere/at all",
    "absolute inside": join(directory, "links/target.txt"),
    "absolute inside directory": join(directory, "many"),
    "absolute outside": "/adk-conformance/outside",
    "to the root": directory,
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(directory, "links", name));
  setTimes(directory);
}

/** Times of a path's own, so that none can be mistaken for another; directories after what they hold. */
function setTimes(directory: string): void {
  for (const path of pathsBelow(directory).reverse()) {
    const seconds = 1_000_000_000 + (createHash("sha1").update(path).digest().readUInt32LE() % 700_000_000) + 0.5;
    const host = join(directory, path);
    if (lstatSync(host).isSymbolicLink()) lutimesSync(host, seconds, seconds);
    else utimesSync(host, seconds, seconds);
  }
  utimesSync(directory, 1_234_567_890, 1_234_567_890);
}

/** A directory before what it holds; links are not followed, as the recursive `readdir` would. */
export function pathsBelow(directory: string, inner = ""): string[] {
  const entries = readdirSync(join(directory, inner), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(inner, entry.name);
      return entry.isDirectory() ? [path, ...pathsBelow(directory, path)] : [path];
    });
}

/** Words in no order: it compresses about as well as source code. */
export function text(size: number, seed: number): Uint8Array {
  const words = "the image holds a directory of files, streams and links; return offset + length \n{}[]".split(" ");
  const picks = noise(Math.ceil(size / 3) + 1, seed);
  let result = "";
  for (const pick of picks) {
    if (result.length >= size) break;
    result += `${words[pick % words.length]} ${pick & 0x80 ? pick : ""}`;
  }
  return Buffer.from(result.padEnd(size).slice(0, size));
}

/** Bytes that do not compress. */
export function noise(size: number, seed: number): Uint8Array {
  return createHash("shake256", { outputLength: size }).update(`seed ${seed}`).digest();
}

/** What is below a directory, by path. */
export interface TreeEntry {
  /** `directory`, `link to <target>`, or the size and SHA-1 of a file. */
  readonly what: string;
  /** Last write, nanoseconds since 1970. */
  readonly modified: bigint;
  /** The first path, in their order, of those that are the same file. */
  readonly sameAs: string | undefined;
}

/**
 * Reads a tree.
 *
 * @param as the directory that absolute link targets below `directory` are told to be in
 */
export function readTree(directory: string, as = directory): Map<string, TreeEntry> {
  const paths = pathsBelow(directory);
  const infos = new Map(paths.map((path) => [path, lstatSync(join(directory, path), { bigint: true })]));
  const names = new Map<bigint, string[]>();
  for (const [path, { ino }] of infos) names.set(ino, [...(names.get(ino) ?? []), path]);
  const entries = new Map<string, TreeEntry>();
  for (const [path, info] of infos) {
    const host = join(directory, path);
    const all = names.get(info.ino) ?? [];
    const what = info.isDirectory()
      ? "directory"
      : info.isSymbolicLink()
        ? `link to ${movedTarget(readlinkSync(host), directory, as)}`
        : `${info.size} ${createHash("sha1").update(readFileSync(host)).digest("hex")}`;
    entries.set(path, { what, modified: info.mtimeNs, sameAs: all.length > 1 ? all[0] : undefined });
  }
  return entries;
}

/** A slash behind the directory itself makes no difference. */
function movedTarget(target: string, from: string, to: string): string {
  if (target === from || target === `${from}/`) return to;
  return target.startsWith(`${from}/`) ? to + target.slice(from.length) : target;
}

/** The contents alone: files by their hash, and directories. */
export function filesOf(tree: ReadonlyMap<string, TreeEntry>): [string, string][] {
  return [...tree].filter(([, { what }]) => !what.startsWith("link to")).map(([path, { what }]) => [path, what]);
}

/** Times without what `utimes` of Node cannot set: it takes seconds as a double, good to a microsecond. */
export function toMicroseconds(tree: ReadonlyMap<string, TreeEntry>): [string, TreeEntry][] {
  return [...tree].map(([path, entry]) => [path, { ...entry, modified: (entry.modified + 500n) / 1000n }]);
}
