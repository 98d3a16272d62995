import { fuzz, orRefused } from "@adk/testing";
import { expect, test } from "vitest";
import { walkSettings } from "../catalog.ts";
import { parseClg, writeClg } from "./clg.ts";
import { clgCatalog } from "./clg-catalog.ts";
import { sampleClg } from "./testing/sample-clg.ts";

// Damaged catalogues must be refused with an `AdkError` or read, in bounded time and memory. `npm run fuzz` runs more of
// them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const LIMITS = { entries: 100_000, memoryBytes: 2 ** 22 };

function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  const copy = bytes.slice();
  const at = Math.floor(next() * copy.length);
  switch (Math.floor(next() * 4)) {
    case 0:
      copy[at] = Math.floor(next() * 256);
      return copy;
    case 1:
      copy[at] = copy[at]! ^ (1 << Math.floor(next() * 8));
      return copy;
    case 2:
      return copy.subarray(0, at);
    default:
      return new Uint8Array(Buffer.concat([copy.subarray(0, at), copy.subarray(Math.floor(next() * copy.length))]));
  }
}

test("damaged catalogues", { timeout: 0 }, async () => {
  const sample = sampleClg();
  await fuzz({ executions: 3000, mostTime: 1000, outcomes: { refused: 1 / 100, read: 1 / 100 } }, async (numbers) => {
    const next = () => numbers() / 2 ** 32;
    const bytes = mutate(next() < 0.3 ? mutate(sample, next) : sample, next);
    const clg = await orRefused(() => parseClg(bytes, "fuzz.clg", LIMITS));
    if (!clg) return "refused";
    expect(Buffer.compare(writeClg(clg), bytes)).toBe(0);
    const settings = await orRefused(() =>
      clgCatalog(clg).entries.flatMap(({ component }) => [...walkSettings(component.settings)]),
    );
    return settings ? "read" : "refused";
  });
});
