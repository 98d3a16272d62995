import { AdkError } from "@adk/core";
import { expect, test } from "vitest";
import { type InfTarget, parseInf, readVersion, selectInstall } from "./index.ts";
import { bytesOf, COMMON_INF, NETWORK_INF, STORAGE_INF } from "./testing/samples.ts";

const EXECUTIONS = Number(process.env.ADK_FUZZ_EXECUTIONS ?? 1000);
const SEED = Number(process.env.ADK_FUZZ_SEED ?? 1);
/** Milliseconds: a small file must not keep a reader busy. */
const MOST_TIME = 2000;

const SAMPLES = [STORAGE_INF, NETWORK_INF, COMMON_INF].flatMap((text) => [
  bytesOf(text),
  Uint8Array.from(Buffer.from(`\ufeff${text}`, "utf16le")),
]);
const TARGETS: readonly InfTarget[] = [
  { architecture: "amd64", version: [10, 0, 22_631, 0] },
  { architecture: "arm64", version: [10, 0, 26_100, 0], productType: 3, suiteMask: 0x80 },
  { architecture: "x86", version: [5, 1, 2600, 0] },
];
const PIECES = [
  "[",
  "]",
  '"',
  "%",
  ",",
  "=",
  "\\\r\n",
  ";",
  "%%",
  "\n[scsi_inst]\n",
  "NTamd64.10.0",
  "0x",
  "Needs=",
  "@",
];

test("damaged INF files", { timeout: 0 }, () => {
  const next = random(SEED);
  const common = parseInf(bytesOf(COMMON_INF), { name: "netcommon.inf" });
  const outcomes = { refused: 0, found: 0, sound: 0 };
  for (let execution = 0; execution < EXECUTIONS; execution++) {
    const bytes = mutate(SAMPLES[next() % SAMPLES.length] as Uint8Array, next);
    const started = performance.now();
    try {
      const inf = parseInf(bytes, { language: next() % 2 ? 0x0407 : 0x0409 });
      readVersion(inf);
      for (const target of TARGETS) selectInstall(inf, target, { findInf: () => common });
      outcomes[inf.findings.list.length > 0 ? "found" : "sound"]++;
    } catch (cause) {
      if (!(cause instanceof AdkError)) throw new Error(`execution ${execution} of seed ${SEED}`, { cause });
      outcomes.refused++;
    }
    expect(performance.now() - started, `execution ${execution} of seed ${SEED}`).toBeLessThan(MOST_TIME);
  }
  expect(outcomes.found).toBeGreaterThan(EXECUTIONS / 10);
  expect(outcomes.sound).toBeGreaterThan(EXECUTIONS / 100);
});

/** Pseudo-random 32-bit numbers whose sequence never changes. */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x45d9f3b);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** Text that is cut, moved, doubled, or has signs of the syntax where none should be. */
function mutate(sample: Uint8Array, next: () => number): Uint8Array {
  let bytes = Buffer.from(sample);
  const wide = bytes[0] === 0xff;
  for (let changes = 1 + (next() % 5); changes > 0; changes--) {
    const at = next() % (bytes.length + 1);
    const from = next() % (bytes.length + 1);
    const length = next() % 80;
    const piece = Buffer.from(PIECES[next() % PIECES.length] as string, wide ? "utf16le" : "latin1");
    const inserted = [piece, bytes.subarray(from, from + length), Buffer.from([next()])][next() % 3] as Buffer;
    const removed = next() % 3 === 0 ? next() % 40 : 0;
    bytes = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
    if (next() % 30 === 0) bytes = bytes.subarray(0, at);
  }
  return new Uint8Array(bytes);
}
