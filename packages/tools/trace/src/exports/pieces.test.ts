import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { jsonElements, jsonList, jsonObject, jsonValue } from "./json-pieces.ts";
import { gather } from "./pieces.ts";
import { writeExport } from "./write-export.ts";

async function written(pieces: Iterable<string | Uint8Array>, gzip = false) {
  const blocks: Uint8Array[] = [];
  const size = await writeExport(pieces, { write: async (block) => void blocks.push(block.slice()) }, { gzip });
  const bytes = Buffer.concat(blocks);
  expect(bytes.length).toBe(size);
  return { bytes, blocks };
}

describe("pieces of a file", () => {
  test("are gathered into blocks, whatever their sizes", async () => {
    const pieces = ["é".repeat(100_000), "\u{1f600}", new Uint8Array(300_000).fill(7), "end", "x".repeat(1_000_000)];
    const { bytes, blocks } = await written(pieces);
    expect(bytes.equals(Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))))).toBe(true);
    expect(blocks.length).toBeLessThan(6);
    expect([...gather([])]).toEqual([]);
    expect([...gather(Array<string>(300_000).fill("ab"))].length).toBeLessThan(5);
  });

  test("compressed, the bytes are the same everywhere", async () => {
    const { bytes } = await written(["some text"], true);
    expect(gunzipSync(bytes).toString()).toBe("some text");
    // No time, no name, no system.
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  });

  test.each([false, true])("what fails while they are made fails the export (compressed: %s)", async (gzip) => {
    const pieces = function* () {
      yield "some text";
      throw new Error("no more");
    };
    await expect(written(pieces(), gzip)).rejects.toThrow("no more");
    const full = { write: () => Promise.reject(new Error("full")) };
    await expect(writeExport(["text"], full, { gzip })).rejects.toThrow("full");
  });

  test("a cancelled export stops", async () => {
    const signal = AbortSignal.abort();
    const write = async () => expect.fail("written");
    await expect(writeExport(["text"], { write }, { signal })).rejects.toMatchObject({ code: "CANCELLED" });
  });

  test("JSON that comes in pieces is the JSON of the whole", () => {
    const numbers = Array.from({ length: 1500 }, (_, i) => i);
    const pieces = jsonObject({
      empty: jsonList(0, () => 0),
      numbers: jsonList(1500, (i) => numbers[i] as number),
      nothing: jsonElements([]),
      elements: jsonElements([jsonValue("a"), jsonObject({}), jsonValue(null)]),
    });
    expect(JSON.parse([...pieces].join(""))).toEqual({
      empty: [],
      numbers,
      nothing: [],
      elements: ["a", {}, null],
    });
  });
});
