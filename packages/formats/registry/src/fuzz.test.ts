import { MemoryAccess } from "@adk/core";
import { fuzz, mutate, orRefused, type Sample } from "@adk/testing";
import { expect, test } from "vitest";
import {
  checkHive,
  diffHives,
  type Hive,
  HiveEditor,
  openHive,
  RegType,
  recoverDeleted,
  repairHive,
  textData,
} from "./index.ts";
import { contentOf } from "./testing/content.ts";
import { makeDirty, newLog, oldLog } from "./testing/logs.ts";

// Damaged hives must be refused with an `AdkError`, or read as far as they go with findings: in bounded time and memory.
// `npm run fuzz` runs more of them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const LIMITS = { memoryBytes: 2 ** 24 };
const TIME = 132_000_000_000_000_000n;

/** A hive, or one with its log: the log lies behind the hive. */
interface HiveSample extends Sample {
  readonly hiveSize: number;
}

function sampleHive(minorVersion: number, extra: string): HiveEditor {
  const editor = HiveEditor.create({ minorVersion, time: TIME });
  const key = editor.createKey("Software\\Ключ");
  editor.setClassName(key, "class");
  for (const [i, size] of [0, 3, 20, 700].entries()) editor.setValue(key, `v${i}`, i, new Uint8Array(size).fill(i));
  editor.setValue(key, "имя", RegType.MULTI_SZ, textData("a\0b\0"));
  for (let i = 0; i < 12; i++) editor.createKey(`Many\\k${i}\\below`);
  editor.setValue(editor.createKey("deleted\\key"), "gone", RegType.SZ, textData("not quite"));
  editor.deleteKey(editor.createKey("deleted"));
  editor.setValue(editor.hive.root, "extra", RegType.SZ, textData(extra));
  return editor;
}

function makeSamples(): HiveSample[] {
  const samples: HiveSample[] = [3, 5, 6].map((version) => toSample(sampleHive(version, "").toBytes()));
  const wide = HiveEditor.create({ minorVersion: 3, time: TIME });
  for (let i = 0; i < 520; i++) wide.createKey(`k${i}`);
  const large = HiveEditor.create({ time: TIME });
  large.setValue(large.createKey("a"), "big", RegType.BINARY, new Uint8Array(17_000));
  const [before, after] = ["a", "b".repeat(200)].map((text) => sampleHive(5, text).toBytes()) as [
    Uint8Array,
    Uint8Array,
  ];
  const dirty = makeDirty(before, 2, 1);
  samples.push(toSample(large.toBytes()));
  samples.push(toSample(dirty, newLog(before, [{ sequence: 2, after }])), toSample(dirty, oldLog(before, after, 2)));
  // The last is that which takes long.
  samples.push(toSample(wide.toBytes()));
  return samples;
}

function toSample(hive: Uint8Array, log: Uint8Array = new Uint8Array(0)): HiveSample {
  const end = hive.length + log.length;
  const regions: [number, number][] = [
    [0, 180],
    [4096, Math.min(hive.length, 4096 + 3000)],
    log.length > 0 ? [hive.length, end] : [4128, hive.length],
  ];
  return { bytes: new Uint8Array([...hive, ...log]), regions, hiveSize: hive.length };
}

test("damaged hives", { timeout: 0 }, async () => {
  const samples = makeSamples();
  const sound = await openHive(new MemoryAccess(samples[1]?.bytes as Uint8Array));
  const outcomes = { refused: 1 / 50, found: 1 / 50, sound: 1 / 50 };
  await fuzz({ executions: 1500, mostTime: 2000, outcomes }, (next) => {
    const sample = samples.at(next() % 32 === 0 ? -1 : next() % (samples.length - 1)) as HiveSample;
    const bytes = mutate(sample, next);
    return use(bytes.subarray(0, sample.hiveSize), bytes.subarray(sample.hiveSize), sound);
  });
});

/** Does with a hive what tools do. */
async function use(bytes: Uint8Array, log: Uint8Array, other: Hive): Promise<"refused" | "found" | "sound"> {
  const access = new MemoryAccess(bytes, "fuzz");
  const options = { limits: LIMITS, ...(log.length > 0 ? { logs: [new MemoryAccess(log, "log")] } : {}) };
  const hive =
    (await orRefused(() => openHive(access, options))) ??
    (await orRefused(() => openHive(access, { ...options, ignoreLogs: true })));
  if (!hive) return "refused";
  const root = await orRefused(() => hive.root);
  if (!root) return "refused";
  contentOf(hive);
  for (const key of root.subkeys()) await orRefused(() => root.subkey(key.name)?.path);
  for (const found of recoverDeleted(hive)) JSON.stringify(found.name);
  await orRefused(() => [...diffHives(root, other.root)]);
  const { ok } = checkHive(hive);
  const repaired = await orRefused(() => repairHive(hive, { time: TIME }));
  if (repaired) expectSound(repaired.editor.hive);
  if (ok) await edit(hive);
  return ok && hive.findings.list.length === 0 ? "sound" : "found";
}

/** A hive without errors can be changed, and stays sound. */
async function edit(hive: Hive): Promise<void> {
  const access = new MemoryAccess(hive.cells.bytes);
  const editor = await orRefused(() => HiveEditor.open(access, { ignoreLogs: true, time: TIME }));
  // Of a version that is not written.
  if (!editor) return;
  const [first] = editor.hive.root.subkeys();
  if (first) editor.deleteKey(first);
  editor.setValue(editor.createKey("new\\key"), "v", RegType.BINARY, new Uint8Array(500));
  expectSound(editor.hive);
}

function expectSound(hive: Hive): void {
  expect(checkHive(hive).findings.filter(({ severity }) => severity === "error")).toEqual([]);
}
