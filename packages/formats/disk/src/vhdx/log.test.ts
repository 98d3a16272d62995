import { MemoryAccess } from "@adk/core";
import { adkError, noise } from "@adk/testing";
import { expect, test } from "vitest";
import { piecesOf } from "../pieces.ts";
import { written } from "../testing/sample-disk.ts";
import { dirtyVhdx } from "./dirty-sample.ts";
import { openVhdx } from "./vhdx-disk.ts";
import { writeVhdx } from "./write.ts";

const MIB = 2 ** 20;
const GUID = "0f0e0d0c-0b0a-4908-8706-050403020100";
/** Where the first block of a small disk lies in its file. */
const DATA = 4 * MIB;

const DISK = noise(2 * MIB, 1);
const make = () =>
  written((file) => writeVhdx(file, DISK.length, piecesOf(new MemoryAccess(DISK)), { type: "dynamic", id: GUID }));

async function read(bytes: Uint8Array) {
  const file = await openVhdx(new MemoryAccess(bytes, "dirty"));
  const disk = await file.openDisk();
  return { disk: await disk.read(0, disk.size), codes: file.findings.list.map(({ code }) => code) };
}

test.each([0, 2 ** 20 - 8192])("changes in the log count, also where it goes on at its start (%i)", async (start) => {
  const [first, second] = [noise(4096, 2), noise(4096, 3)];
  const changes = [
    [
      { offset: DATA + 8192, bytes: first },
      { offset: DATA + 65_536, bytes: 8192 },
    ],
    [{ offset: DATA + 69_632, bytes: second }],
  ];
  const expected = DISK.slice();
  expected.set(first, 8192);
  expected.fill(0, 65_536, 69_632);
  expected.set(second, 69_632);
  const { disk, codes } = await read(dirtyVhdx(await make(), GUID, changes, start));
  expect(Buffer.compare(disk, expected)).toBe(0);
  expect(codes).toEqual(["VHDX_LOG_REPLAYED"]);
});

test("a log that is damaged or of another time is refused", async () => {
  const dirty = dirtyVhdx(await make(), GUID, [[{ offset: DATA, bytes: noise(4096, 2) }]]);
  const damaged = dirty.slice();
  damaged[MIB + 5000] = (damaged[MIB + 5000] as number) ^ 1;
  await expect(read(damaged)).rejects.toThrow(adkError("VHDX_BAD_LOG"));
  await expect(read(dirtyVhdx(dirty, "11111111-0b0a-4908-8706-050403020100", []))).rejects.toThrow(
    adkError("VHDX_BAD_LOG"),
  );
  await expect(read(dirty.slice(0, dirty.length - 10))).rejects.toThrow(adkError("VHDX_BAD_LOG"));
});
