import { FileAttribute } from "@adk/core";
import { expect, test } from "vitest";
import { type Dentry, newDentry } from "./dentry.ts";
import { countImage } from "./image-counts.ts";
import { type InodeStreams, inodeStreams, linkIdOf, setInodeStreams, streamHashes } from "./inode-streams.ts";
import { ZERO_HASH } from "./lookup-table.ts";

const { DIRECTORY, REPARSE_POINT, NORMAL, ENCRYPTED } = FileAttribute;
const [A, B, C] = ["aa", "bb", "cc"].map((byte) => byte.repeat(20)) as [string, string, string];

function of(attributes: number, mainHash: string, ...extra: [name: string, sha1: string][]): Dentry {
  const extraStreams = extra.map(([name, sha1]) => ({ name, sha1 }));
  return { ...newDentry("x", attributes, 0n), mainHash, extraStreams };
}

test.each<[string, Dentry, InodeStreams]>([
  ["one stream", of(NORMAL, A), { data: A, reparse: ZERO_HASH, named: [] }],
  ["nothing", of(NORMAL, ZERO_HASH), { data: ZERO_HASH, reparse: ZERO_HASH, named: [] }],
  [
    "data in an extra stream",
    of(NORMAL, ZERO_HASH, ["", A], ["s", B]),
    { data: A, reparse: ZERO_HASH, named: [{ name: "s", sha1: B }] },
  ],
  [
    "data in the main hash beside a named stream",
    of(NORMAL, A, ["s", B]),
    { data: A, reparse: ZERO_HASH, named: [{ name: "s", sha1: B }] },
  ],
  ["a reparse point", of(REPARSE_POINT, A), { data: ZERO_HASH, reparse: A, named: [] }],
  ["a reparse point with data", of(REPARSE_POINT, ZERO_HASH, ["", A], ["", B]), { data: B, reparse: A, named: [] }],
  ["raw EFS data", of(ENCRYPTED, A), { data: A, reparse: ZERO_HASH, named: [] }],
])("reading: %s", (_, dentry, streams) => {
  expect(inodeStreams(dentry)).toEqual(streams);
});

test.each<[string, number, InodeStreams, string, [string, string][]]>([
  ["data alone goes into the main hash", NORMAL, { data: A, reparse: ZERO_HASH, named: [] }, A, []],
  ["so does a reparse point", REPARSE_POINT, { data: ZERO_HASH, reparse: A, named: [] }, A, []],
  [
    "several go into extra streams",
    NORMAL,
    { data: A, reparse: ZERO_HASH, named: [{ name: "s", sha1: B }] },
    ZERO_HASH,
    [
      ["", A],
      ["s", B],
    ],
  ],
  [
    "an empty file keeps its place",
    NORMAL,
    { data: ZERO_HASH, reparse: ZERO_HASH, named: [{ name: "s", sha1: B }] },
    ZERO_HASH,
    [
      ["", ZERO_HASH],
      ["s", B],
    ],
  ],
  [
    "a directory gets no data",
    DIRECTORY,
    { data: ZERO_HASH, reparse: ZERO_HASH, named: [{ name: "s", sha1: B }] },
    ZERO_HASH,
    [["s", B]],
  ],
  [
    "reparse data comes first",
    REPARSE_POINT,
    { data: B, reparse: A, named: [{ name: "s", sha1: C }] },
    ZERO_HASH,
    [
      ["", A],
      ["", B],
      ["s", C],
    ],
  ],
])("writing: %s", (_, attributes, streams, mainHash, extra) => {
  const dentry = newDentry("x", attributes, 0n);
  setInodeStreams(dentry, streams);
  expect(dentry).toMatchObject({ mainHash, extraStreams: extra.map(([name, sha1]) => ({ name, sha1 })) });
  expect(inodeStreams(dentry)).toEqual(streams);
  expect(streamHashes(dentry)).toEqual(
    [streams.data, streams.reparse, ...streams.named.map(({ sha1 }) => sha1)].filter((sha1) => sha1 !== ZERO_HASH),
  );
});

test("names of one group with other data are other files, directories are never linked", () => {
  const linked = { ...of(NORMAL, A), hardLinkGroup: 7n };
  expect(linkIdOf(linked)).toBe(linkIdOf({ ...linked, name: "y" }));
  expect(linkIdOf(linked)).not.toBe(linkIdOf({ ...linked, mainHash: B }));
  expect(linkIdOf(of(NORMAL, A))).toBeUndefined();
  expect(linkIdOf({ ...of(DIRECTORY, ZERO_HASH), hardLinkGroup: 7n })).toBeUndefined();
});

test("counts: every name counts, and what hard links count again", () => {
  const root = newDentry("", DIRECTORY, 0n);
  const linked = { ...of(NORMAL, A), hardLinkGroup: 1n };
  root.children = [
    of(NORMAL, B),
    linked,
    { ...linked, name: "y" },
    { ...linked, name: "other data", mainHash: C },
    of(DIRECTORY | REPARSE_POINT, C),
    {
      ...newDentry("d", DIRECTORY, 0n),
      children: [{ ...linked, name: "z" }, of(NORMAL, ZERO_HASH, ["", A], ["s", B])],
    },
  ];
  const counts = countImage(root, (sha1) => (sha1 === A ? 100 : sha1 === B ? 10 : 1));
  expect(counts).toEqual({
    directories: 2,
    files: 7,
    totalBytes: 10 + 3 * 100 + 1 + 1 + 110,
    hardLinkBytes: 200,
    references: new Map([
      [B, 2],
      [A, 4],
      [C, 2],
    ]),
  });
});
