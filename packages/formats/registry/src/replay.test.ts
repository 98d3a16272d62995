import { MemoryAccess } from "@adk/core";
import { adkError } from "@adk/testing";
import { expect, test } from "vitest";
import { HiveEditor, openHive, RegType, textData } from "./index.ts";
import { marvin32 } from "./marvin32.ts";
import { contentOf } from "./testing/content.ts";
import { makeDirty, newLog, oldLog } from "./testing/logs.ts";

const TIME = 132_000_000_000_000_000n;

/** A hive as it was, and after each of some changes that make it larger. */
async function stages(count: number): Promise<Uint8Array[]> {
  const stages: Uint8Array[] = [];
  let bytes = HiveEditor.create({ time: TIME }).toBytes();
  for (let stage = 0; stage <= count; stage++) {
    const editor = await HiveEditor.open(new MemoryAccess(bytes), { time: TIME });
    const key = editor.createKey(`stage ${stage}`);
    editor.setValue(key, "v", RegType.SZ, textData(`value ${stage}`.repeat(100 * stage)));
    bytes = editor.toBytes();
    stages.push(bytes);
  }
  return stages;
}

const access = (bytes: Uint8Array): MemoryAccess => new MemoryAccess(bytes, "hive");

async function expectReplay(hive: Uint8Array, logs: Uint8Array[], after: Uint8Array, entries: number): Promise<void> {
  const replayed = await openHive(access(hive), { logs: logs.map(access) });
  expect(replayed).toMatchObject({ dirty: true, logsApplied: entries });
  expect(contentOf(replayed)).toEqual(contentOf(await openHive(access(after))));
  expect(Buffer.compare(replayed.cells.bytes.subarray(4096, after.length), after.subarray(4096))).toBe(0);
}

test("Marvin32", () => {
  // What this gives for logs that Windows wrote is what they say; these two pin it.
  expect(marvin32(new Uint8Array(0))).toBe(0xb39efca403966e08n);
  expect(marvin32(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]))).toBe(0x9dbc8559cb2d626en);
});

test("two logs of the new format follow one another", async () => {
  const [s0, s1, s2, s3] = (await stages(3)) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const dirty = makeDirty(s0, 11, 10);
  const log1 = newLog(s0, [
    { sequence: 11, after: s1 },
    { sequence: 12, after: s2 },
  ]);
  const log2 = newLog(s2, [{ sequence: 13, after: s3 }]);
  await expectReplay(dirty, [log1, log2], s3, 3);
  await expectReplay(dirty, [log2, log1], s3, 3);
  await expectReplay(dirty, [log1], s2, 2);
  // The first of the later log does not follow what the hive holds: it is applied as it is the earliest that is left.
  const torn = log1.slice();
  torn[700] = (torn[700] ?? 0) ^ 1;
  const cut = await openHive(access(dirty), { logs: [access(torn), access(log2)] });
  expect(cut.logsApplied).toBe(1);
});

test("sequence numbers wrap around", async () => {
  const [s0, s1, s2] = (await stages(2)) as [Uint8Array, Uint8Array, Uint8Array];
  const dirty = makeDirty(s0, 0xffff_ffff, 0xffff_fffe);
  const log1 = newLog(s0, [{ sequence: 0xffff_ffff, after: s1 }]);
  const log2 = newLog(s1, [{ sequence: 0, after: s2 }]);
  await expectReplay(dirty, [log2, log1], s2, 2);
});

test("logs older than the hive are left out", async () => {
  const [s0, s1, s2] = (await stages(2)) as [Uint8Array, Uint8Array, Uint8Array];
  const dirty = makeDirty(s1, 12, 11);
  const old = newLog(s0, [{ sequence: 5, after: s1 }]);
  await expectReplay(dirty, [old, newLog(s1, [{ sequence: 11, after: s2 }])], s2, 1);
  await expect(openHive(access(dirty), { logs: [access(old)] })).rejects.toEqual(adkError("REG_DIRTY"));
});

test("a lost base block comes back from the later log", async () => {
  const [s0, s1, s2] = (await stages(2)) as [Uint8Array, Uint8Array, Uint8Array];
  const lost = s1.slice();
  lost.fill(0, 0, 4096);
  const logs = [newLog(s0, [{ sequence: 4, after: s1 }]), newLog(s1, [{ sequence: 5, after: s2 }])];
  await expectReplay(lost, logs, s2, 1);
});

test("a log of the old format", async () => {
  const [s0, s1] = (await stages(1)) as [Uint8Array, Uint8Array];
  const dirty = makeDirty(s0, 8, 7);
  const log = oldLog(s0, s1, 8);
  await expectReplay(dirty, [log, new Uint8Array(0)], s1, 1);
  for (const at of [4, 511, 512]) {
    const bad = log.slice();
    bad[at] = (bad[at] ?? 0) ^ 1;
    await expect(openHive(access(dirty), { logs: [access(bad)] })).rejects.toEqual(adkError("REG_DIRTY"));
  }
});

test("a dirty hive is never read as if it were clean", async () => {
  const [s0] = (await stages(0)) as [Uint8Array];
  const dirty = makeDirty(s0, 8, 7);
  await expect(openHive(access(dirty))).rejects.toEqual(adkError("REG_DIRTY"));
  const hive = await openHive(access(dirty), { ignoreLogs: true });
  expect(hive).toMatchObject({ dirty: true, logsApplied: 0 });
  expect(hive.findings.list).toEqual([expect.objectContaining({ severity: "warning", code: "REG_DIRTY" })]);
  const wrong = s0.slice();
  wrong[508] = (wrong[508] ?? 0) ^ 1;
  await expect(openHive(access(wrong))).rejects.toEqual(adkError("REG_DIRTY"));
});

test("an edited hive with applied logs is saved clean", async () => {
  const [s0, s1] = (await stages(1)) as [Uint8Array, Uint8Array];
  const logs = [access(newLog(s0, [{ sequence: 8, after: s1 }]))];
  const editor = await HiveEditor.open(access(makeDirty(s0, 8, 7)), { logs, time: TIME });
  const saved = await openHive(access(editor.toBytes()));
  expect(saved.dirty).toBe(false);
  expect(saved.baseBlock.primarySequence).toBe(10);
  expect(contentOf(saved)).toEqual(contentOf(await openHive(access(s1))));
});
