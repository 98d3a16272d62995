import { Findings, MemoryAccess } from "@adk/core";
import { adkError } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chsOf, chsToBytes } from "./chs.ts";
import { type GptEntry, GptType, writeGpt } from "./gpt.ts";
import { type MbrEntry, MbrType, parseMbr, protectiveMbr, writeMbr } from "./mbr.ts";
import { readPartitionTable } from "./partition-table.ts";

const SECTORS = 8192;
const DISK = "11111111-2222-3333-4444-555555555555";

function gptDisk(entries: readonly GptEntry[], sectors = SECTORS): Uint8Array {
  const disk = new Uint8Array(sectors * 512);
  const { primary, backup } = writeGpt(sectors, DISK, entries);
  disk.set(protectiveMbr(sectors));
  disk.set(primary, 512);
  disk.set(backup, disk.length - backup.length);
  return disk;
}

function mbrDisk(entries: readonly MbrEntry[]): Uint8Array {
  const disk = new Uint8Array(SECTORS * 512);
  disk.set(writeMbr({ diskSignature: 0xdeadbeef, entries }));
  return disk;
}

async function read(disk: Uint8Array) {
  const findings = new Findings();
  const table = await readPartitionTable(new MemoryAccess(disk, "disk"), findings);
  return { table, codes: findings.list.map(({ code }) => code) };
}

const DATA: GptEntry = {
  type: GptType.BASIC_DATA,
  guid: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
  firstSector: 2048,
  lastSector: 4095,
  attributes: 1n << 63n,
  name: "Größe",
};

test("a GPT is read as it was written", async () => {
  const second = { ...DATA, firstSector: 4096, lastSector: 8000, type: GptType.EFI_SYSTEM, name: "EFI" };
  const { table, codes } = await read(gptDisk([DATA, second]));
  expect(codes).toEqual([]);
  expect(table).toMatchObject({ scheme: "gpt", diskId: DISK, sectorBytes: 512 });
  expect(table?.partitions).toMatchObject([
    { number: 1, offset: 2 ** 20, length: 2 ** 20, typeName: "Windows data", guid: DATA.guid, name: "Größe" },
    { number: 2, offset: 2 ** 21, length: 3905 * 512, typeName: "EFI system", name: "EFI" },
  ]);
});

test("a GPT of sectors of 4096 bytes", async () => {
  const disk = new Uint8Array(SECTORS * 4096);
  const { primary, backup } = writeGpt(SECTORS, DISK, [DATA]);
  disk.set(protectiveMbr(SECTORS));
  disk.set(primary.subarray(0, 512), 4096);
  disk.set(primary.subarray(512), 2 * 4096);
  disk.set(backup.subarray(0, -512), (SECTORS - 33) * 4096);
  disk.set(backup.subarray(-512), (SECTORS - 1) * 4096);
  const expected = { sectorBytes: 4096, partitions: [{ offset: 2048 * 4096, length: 2048 * 4096, name: "Größe" }] };
  expect(await read(disk)).toMatchObject({ codes: [], table: expected });
  disk[4096 + 60] = 99;
  expect(await read(disk)).toMatchObject({ codes: ["DISK_GPT_FROM_BACKUP"], table: expected });
});

test("of two copies of a GPT one is enough", async () => {
  const disk = gptDisk([DATA]);
  const first = disk.slice();
  first[512 + 60] = 99;
  expect(await read(first)).toMatchObject({ codes: ["DISK_GPT_FROM_BACKUP"], table: { partitions: [{ number: 1 }] } });
  const table = disk.slice();
  table[1024 + 40] = 99;
  expect(await read(table)).toMatchObject({ codes: ["DISK_GPT_FROM_BACKUP"], table: { partitions: [{ number: 1 }] } });
  const last = disk.slice();
  last[disk.length - 500] = 99;
  expect(await read(last)).toMatchObject({ codes: ["DISK_GPT_BAD_BACKUP"], table: { partitions: [{ number: 1 }] } });
  first[disk.length - 500] = 99;
  await expect(read(first)).rejects.toThrow(adkError("DISK_BAD_GPT_HEADER"));
  await expect(read(disk.slice(0, 512))).rejects.toThrow(adkError("DISK_BAD_GPT_HEADER"));
});

test("partitions outside the disk and over each other are told of", async () => {
  const beyond = { ...DATA, firstSector: 4000, lastSector: 9000 };
  expect((await read(gptDisk([DATA, beyond]))).codes).toEqual(["DISK_PARTITION_OUTSIDE", "DISK_PARTITIONS_OVERLAP"]);
});

test("an MBR with logical partitions", async () => {
  const entry = (type: number, firstSector: number, sectors: number) => ({ active: false, type, firstSector, sectors });
  const disk = mbrDisk([{ ...entry(MbrType.FAT32_LBA, 64, 100), active: true }, entry(MbrType.EXTENDED, 1000, 3000)]);
  const logical = (at: number, next: number) => {
    const entries = [entry(MbrType.NTFS, 1, 50), ...(next ? [entry(MbrType.EXTENDED, next, 100)] : [])];
    disk.set(writeMbr({ diskSignature: 0, entries }), at * 512);
  };
  logical(1000, 100);
  logical(1100, 0);
  const { table, codes } = await read(disk);
  expect(codes).toEqual([]);
  expect(table).toMatchObject({ scheme: "mbr", diskId: "deadbeef" });
  expect(
    table?.partitions.map(({ number, offset, typeName, active }) => [number, offset / 512, typeName, active]),
  ).toEqual([
    [1, 64, "FAT32", true],
    [2, 1000, "extended", false],
    [5, 1001, "NTFS or exFAT", false],
    [6, 1101, "NTFS or exFAT", false],
  ]);
  logical(1100, 100);
  expect((await read(disk)).codes).toContain("DISK_BAD_EXTENDED");
});

test("a file system is no partition table", async () => {
  expect((await read(new Uint8Array(4096))).table).toBeUndefined();
  expect((await read(new Uint8Array(100))).table).toBeUndefined();
});

test("MBR entries survive writing and reading", () => {
  const entry = fc.record({
    active: fc.boolean(),
    type: fc.integer({ min: 1, max: 255 }),
    firstSector: fc.nat(2 ** 31),
    sectors: fc.integer({ min: 1, max: 2 ** 31 }),
  });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 4, maxLength: 4 }), fc.nat(), (entries, diskSignature) => {
      expect(parseMbr(writeMbr({ diskSignature, entries }))).toEqual({ diskSignature, entries });
    }),
  );
  expect(() => parseMbr(new Uint8Array(512))).toThrow(adkError("DISK_BAD_MBR"));
});

test("places as cylinder, head and sector", () => {
  expect(chsOf(2048)).toEqual({ cylinder: 0, head: 32, sector: 33 });
  expect([...chsToBytes(chsOf(2 ** 30))]).toEqual([0xfe, 0xff, 0xff]);
});
