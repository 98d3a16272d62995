import { fuzz, orRefused } from "@adk/testing";
import { test } from "vitest";
import { type InfTarget, parseInf, readVersion, selectInstall } from "./index.ts";
import { bytesOf, COMMON_INF, NETWORK_INF, STORAGE_INF } from "./testing/samples.ts";

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

test("damaged INF files", { timeout: 0 }, async () => {
  const common = parseInf(bytesOf(COMMON_INF), { name: "netcommon.inf" });
  const outcomes = { refused: 0, found: 1 / 10, sound: 1 / 100 };
  await fuzz({ executions: 1000, mostTime: 2000, outcomes }, async (next) => {
    const bytes = mutate(SAMPLES[next() % SAMPLES.length] as Uint8Array, next);
    const findings = await orRefused(() => {
      const inf = parseInf(bytes, { language: next() % 2 ? 0x0407 : 0x0409 });
      readVersion(inf);
      for (const target of TARGETS) selectInstall(inf, target, { findInf: () => common });
      return inf.findings.list;
    });
    if (!findings) return "refused";
    return findings.length > 0 ? "found" : "sound";
  });
});

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
