import {
  AdkError,
  FileAttribute,
  Findings,
  globToMatcher,
  junctionTo,
  parseSddl,
  REPARSE_TAG_MOUNT_POINT,
  REPARSE_TAG_SYMLINK,
  reparseDataToBytes,
  securityDescriptorToBytes,
  symlinkTo,
} from "@adk/core";
import { describe, expect, test } from "vitest";
import { type MemoryEntry, memoryVolume } from "../testing/memory-volume.ts";
import { type CompareOptions, compareVolumes } from "./compare.ts";

type Tree = Readonly<Record<string, MemoryEntry>>;

async function compare(before: Tree, after: Tree, options: CompareOptions = {}) {
  return compareVolumes(memoryVolume(before), memoryVolume(after), options);
}

/** Each difference as a line: `changed /a: content, times`. */
async function lines(before: Tree, after: Tree, options: CompareOptions = {}): Promise<string[]> {
  const { differences } = await compare(before, after, options);
  return differences.map(({ kind, path, what, before }) => {
    const from = kind === "moved" ? `${before?.path} -> ` : "";
    return `${kind} ${from}${path}${what.length > 0 ? `: ${what.join(", ")}` : ""}`;
  });
}

function security(sddl: string): Uint8Array {
  return securityDescriptorToBytes(parseSddl(sddl));
}

function symlink(target: string): MemoryEntry {
  return { reparse: { tag: REPARSE_TAG_SYMLINK, data: reparseDataToBytes(symlinkTo(target)) } };
}

function junction(target: string): MemoryEntry {
  return { reparse: { tag: REPARSE_TAG_MOUNT_POINT, data: reparseDataToBytes(junctionTo(target)) } };
}

describe("entries of one side", () => {
  test("equal trees have no differences", async () => {
    const tree = { "/a": { data: "x" }, "/d/e": { data: "" }, "/d/l": symlink("..\\a") };
    const { differences, before, summary } = await compare(tree, tree);
    expect(differences).toEqual([]);
    expect(before).toEqual({ entries: 5, bytes: 1 });
    expect(summary).toEqual({ added: 0, removed: 0, changed: 0, moved: 0, bytesAdded: 0, bytesRemoved: 0, what: {} });
  });

  test("added and removed trees are told entry by entry, in the order of paths", async () => {
    expect(
      await lines({ "/b/c": { data: "1" }, "/b.txt": { data: "2" } }, { "/A": { data: "3" }, "/z/y/x": { data: "4" } }),
    ).toMatchInlineSnapshot(`
      [
        "added /A",
        "removed /b",
        "removed /b/c",
        "removed /b.txt",
        "added /z",
        "added /z/y",
        "added /z/y/x",
      ]
    `);
  });

  test("all that is known of them is told", async () => {
    const { differences } = await compare({}, { "/f": { data: "abc", shortName: "F~1", security: security("O:SY") } });
    expect(differences[0]?.after).toMatchObject({
      path: "/f",
      type: "file",
      size: 3,
      sha1: "a9993e364706816aba3e25717850c26c9cd0d89d",
      shortName: "F~1",
      security: "O:SY",
    });
    expect(differences[0]).not.toHaveProperty("before");
  });

  test("a file that became a directory is changed, and what is in it added", async () => {
    expect(await lines({ "/x": { data: "1" } }, { "/x/y": { data: "2" } })).toEqual([
      "changed /x: type, content",
      "added /x/y",
    ]);
  });
});

describe("entries of both sides", () => {
  const base: MemoryEntry = { data: "same", attributes: FileAttribute.ARCHIVE };
  test.each<[string, MemoryEntry, MemoryEntry, string[]]>([
    ["content of another size", base, { ...base, data: "other size" }, ["content"]],
    ["content of the same size", base, { ...base, data: "emas" }, ["content"]],
    ["attributes", base, { ...base, attributes: FileAttribute.HIDDEN }, ["attributes"]],
    ["NORMAL, which stands for none", { data: "", attributes: FileAttribute.NORMAL }, { data: "" }, []],
    ["time of the last change", base, { ...base, time: 1n }, ["times"]],
    ["time of the last access alone", base, { ...base, accessTime: 1n }, []],
    ["an added stream", base, { ...base, streams: { s: "1" } }, ["streams"]],
    ["data of a stream", { ...base, streams: { s: "1" } }, { ...base, streams: { s: "2" } }, ["streams"]],
    ["case of a stream's name", { ...base, streams: { s: "1" } }, { ...base, streams: { S: "1" } }, []],
    ["short name", base, { ...base, shortName: "X" }, ["short-name"]],
    [
      "security descriptor",
      { ...base, security: security("O:SY") },
      { ...base, security: security("O:BA") },
      ["security"],
    ],
    ["no security descriptor", { ...base, security: security("O:SY") }, base, ["security"]],
    ["object id", base, { ...base, items: [{ tag: 1, data: new Uint8Array(16) }] }, ["object-id"]],
    ["extended attributes", base, { ...base, items: [{ tag: 2, data: new Uint8Array(1) }] }, ["extended-attributes"]],
    ["an unknown item", base, { ...base, items: [{ tag: 9, data: new Uint8Array(1) }] }, ["other-items"]],
    ["target of a link", symlink("a"), symlink("b"), ["reparse-point"]],
    ["link and junction", symlink("C:\\a"), junction("C:\\a"), ["type"]],
  ])("%s", async (_, before, after, what) => {
    const { differences } = await compare({ "/x": before }, { "/x": after });
    expect(differences.flatMap((difference) => difference.what)).toEqual(what);
  });

  test("equal descriptors that are stored otherwise are equal", async () => {
    const stored = security("O:SYG:SY");
    // The group moved behind four bytes that belong to nothing.
    const apart = new Uint8Array(stored.length + 4);
    apart.set(stored.subarray(0, 32));
    apart.set(stored.subarray(32), 36);
    new DataView(apart.buffer).setUint32(8, new DataView(stored.buffer).getUint32(8, true) + 4, true);
    expect(new DataView(stored.buffer).getUint32(8, true)).toBe(32);
    expect(await lines({ "/x": { data: "", security: stored } }, { "/x": { data: "", security: apart } })).toEqual([]);
  });

  test("both values are told of what differs, and nothing else but type and size", async () => {
    const { differences } = await compare(
      { "/x": { ...symlink("old"), shortName: "X" } },
      { "/x": { ...symlink("new"), shortName: "X" } },
    );
    expect(differences).toEqual([
      {
        path: "/x",
        kind: "changed",
        what: ["reparse-point"],
        before: { type: "symlink", size: 0, target: "old" },
        after: { type: "symlink", size: 0, target: "new" },
      },
    ]);
  });
});

describe("names", () => {
  test("are matched without regard to case, and a change of case is told of the entry alone", async () => {
    expect(await lines({ "/WINDOWS/a": { data: "1" } }, { "/Windows/a": { data: "1" } })).toEqual([
      "changed /Windows: case",
    ]);
  });

  test("that differ in case only are matched as they are written", async () => {
    const both = { "/a": { data: "1" }, "/A": { data: "2" } };
    expect(await lines(both, { "/A": { data: "2" }, "/a": { data: "1" } })).toEqual([]);
    expect(await lines(both, { "/A": { data: "2" } })).toEqual(["removed /a"]);
  });
});

describe("moves", () => {
  test("a file with data that no other removed or added file has", async () => {
    expect(await lines({ "/a": { data: "1" } }, { "/d/b": { data: "1" } })).toEqual([
      "added /d",
      "moved /a -> /d/b: path",
    ]);
  });

  test("what else differs is told too", async () => {
    expect(await lines({ "/a": { data: "1" } }, { "/b": { data: "1", time: 5n } })).toEqual([
      "moved /a -> /b: path, times",
    ]);
  });

  test("empty files and copies are none", async () => {
    expect(await lines({ "/a": { data: "" } }, { "/b": { data: "" } })).toEqual(["removed /a", "added /b"]);
    expect(await lines({ "/a": { data: "1" } }, { "/b": { data: "1" }, "/c": { data: "1" } })).toEqual([
      "removed /a",
      "added /b",
      "added /c",
    ]);
  });

  test("of several with the same data, those of the same name", async () => {
    expect(
      await lines(
        { "/p/a": { data: "1" }, "/p/b": { data: "1" }, "/p/x": {} },
        { "/q/A": { data: "1" }, "/q/b": { data: "1" } },
      ),
    ).toEqual(["removed /p/x", "moved /p -> /q: path", "moved /p/a -> /q/A: path", "moved /p/b -> /q/b: path"]);
  });

  test("directories above directories", async () => {
    expect(await lines({ "/a/b/c": { data: "1" } }, { "/x/b/c": { data: "1" } })).toEqual([
      "moved /a -> /x: path",
      "moved /a/b -> /x/b: path",
      "moved /a/b/c -> /x/b/c: path",
    ]);
  });

  test("a directory whose files went to two places is none", async () => {
    expect(
      await lines({ "/a/1": { data: "1" }, "/a/2": { data: "2" } }, { "/x/1": { data: "1" }, "/y/2": { data: "2" } }),
    ).toEqual(["removed /a", "added /x", "moved /a/1 -> /x/1: path", "added /y", "moved /a/2 -> /y/2: path"]);
  });
});

describe("hard links", () => {
  const file = (linkId?: string): MemoryEntry => ({ data: "1", ...(linkId === undefined ? {} : { linkId }) });

  test("other identities of the same groups are equal", async () => {
    const before = { "/a": file("1"), "/b": file("1"), "/c": file("2") };
    expect(await lines(before, { "/a": file("9"), "/b": file("9"), "/c": file() })).toEqual([]);
  });

  test("a link that became a file of its own", async () => {
    const { differences } = await compare({ "/a": file("1"), "/b": file("1") }, { "/a": file("1"), "/b": file() });
    expect(differences.map(({ path, what }) => [path, what])).toEqual([
      ["/a", ["hard-links"]],
      ["/b", ["hard-links"]],
    ]);
    expect(differences[0]?.before?.hardLinks).toEqual(["/b"]);
    expect(differences[0]?.after?.hardLinks).toBeUndefined();
  });

  test("groups of the same size with other members", async () => {
    const before = { "/a": file("1"), "/b": file("1"), "/c": file("2"), "/d": file("2") };
    const after = { "/a": file("1"), "/b": file("2"), "/c": file("1"), "/d": file("2") };
    expect(await lines(before, after)).toHaveLength(4);
  });

  test("a further name is added, without new data", async () => {
    const { differences, summary } = await compare({ "/a": file("1") }, { "/a": file("1"), "/b": file("1") });
    expect(differences.map(({ kind, path }) => `${kind} ${path}`)).toEqual(["added /b"]);
    expect(summary.bytesAdded).toBe(0);
  });
});

test("sums up: new and gone data, and what differs how often", async () => {
  const { summary, before, after } = await compare(
    { "/gone": { data: "12345" }, "/changed": { data: "123" }, "/touched": { data: "1234567" } },
    { "/new": { data: "12" }, "/changed": { data: "1234", time: 1n }, "/touched": { data: "1234567", time: 1n } },
  );
  expect(summary).toEqual({
    added: 1,
    removed: 1,
    changed: 2,
    moved: 0,
    bytesAdded: 6,
    bytesRemoved: 8,
    what: { content: 1, times: 2 },
  });
  expect(after.bytes - before.bytes).toBe(summary.bytesAdded - summary.bytesRemoved);
});

describe("options", () => {
  const before = { "/a/x.dll": { data: "1" }, "/a/y": { data: "2" }, "/b/z.dll": { data: "3" } };
  const after = { "/a/x.dll": { data: "10", time: 1n }, "/b/z.dll": { data: "3", time: 1n }, "/c": { data: "4" } };

  test("only", async () => {
    expect(await lines(before, after, { only: ["added", "removed"] })).toEqual(["removed /a/y", "added /c"]);
  });

  test("path", async () => {
    expect(await lines(before, after, { path: globToMatcher("/**/*.dll") })).toEqual([
      "changed /a/x.dll: content, times",
      "changed /b/z.dll: times",
    ]);
  });

  test("ignore", async () => {
    expect(await lines(before, after, { ignore: ["times"] })).toEqual([
      "changed /a/x.dll: content",
      "removed /a/y",
      "added /c",
    ]);
  });

  test("host: what a directory of the host cannot hold is not compared", async () => {
    const image = {
      "/x": { data: "1", attributes: 3, shortName: "X", security: security("O:SY"), streams: { s: "" }, time: 1000n },
      "/l": junction("C:\\x"),
    };
    const directory = { "/x": { data: "1", time: 1010n }, "/l": symlink("D:\\x") };
    expect(await lines(image, directory, { host: true })).toEqual([]);
    expect(await lines(image, { ...directory, "/l": symlink("C:\\y") }, { host: true })).toEqual([
      "changed /l: reparse-point",
    ]);
    expect(await lines(image, { ...directory, "/x": { data: "1" } }, { host: true })).toEqual(["changed /x: times"]);
  });

  test("a cancelled comparison stops", async () => {
    await expect(compare(before, after, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "CANCELLED" });
  });
});

describe("data", () => {
  const tree = {
    "/a": { data: "1234" },
    "/b": { data: "12" },
    "/c": { data: "", streams: { s: "123" } },
    "/m": { data: "12345" },
  };
  const other = {
    "/a": { data: "4321" },
    "/b": { data: "123" },
    "/c": { data: "", streams: { s: "321" } },
    "/n": { data: "12345" },
  };
  const expected = ["/a", "/b", "/c", "/n"];

  test("is not read where hashes are stored", async () => {
    const [before, after] = [memoryVolume(tree), memoryVolume(other)];
    const { differences } = await compareVolumes(before, after);
    expect(differences.map(({ path }) => path)).toEqual(expected);
    expect([before.dataRead, after.dataRead]).toEqual([[], []]);
  });

  test("is read of equal size where they are not", async () => {
    const [before, after] = [memoryVolume(tree), memoryVolume(other, false)];
    const { differences } = await compareVolumes(before, after);
    expect(differences.map(({ path }) => path)).toEqual(expected);
    expect([before.dataRead, after.dataRead]).toEqual([[], ["/a", "/c:s", "/n"]]);
  });

  test("that is damaged counts as different, with a finding", async () => {
    const [before, after] = [
      memoryVolume({ "/a": { data: "1" } }, false),
      memoryVolume({ "/a": { data: "1" } }, false),
    ];
    const findings = new Findings();
    before.open = async () => {
      throw new AdkError("DAMAGED", "The data is damaged.");
    };
    const { differences } = await compareVolumes(before, after, { findings });
    expect(differences).toMatchObject([{ path: "/a", what: ["content"] }]);
    expect(findings.list).toMatchObject([{ severity: "error", code: "DAMAGED", where: { path: "/a" } }]);
  });
});
