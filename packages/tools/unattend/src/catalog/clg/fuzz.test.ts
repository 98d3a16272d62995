import { AdkError } from "@adk/core";
import { expect, test } from "vitest";
import { random } from "../../testing/mutations.ts";
import { walkSettings } from "../catalog.ts";
import { parseClg, writeClg } from "./clg.ts";
import { clgCatalog } from "./clg-catalog.ts";
import { sampleClg } from "./testing/sample-clg.ts";

// Damaged catalogues must be refused with an `AdkError` or read, in bounded time and memory. `npm run fuzz` runs more of
// them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const EXECUTIONS = Number(process.env.ADK_FUZZ_EXECUTIONS ?? 3000);
const SEED = Number(process.env.ADK_FUZZ_SEED ?? 1);
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

test(`${EXECUTIONS} damaged catalogues`, { timeout: 600_000 }, () => {
  const sample = sampleClg();
  const numbers = random(SEED);
  const next = () => numbers() / 2 ** 32;
  let read = 0;
  for (let i = 0; i < EXECUTIONS; i++) {
    const bytes = mutate(next() < 0.3 ? mutate(sample, next) : sample, next);
    try {
      const clg = parseClg(bytes, "fuzz.clg", LIMITS);
      expect(Buffer.compare(writeClg(clg), bytes)).toBe(0);
      for (const { component } of clgCatalog(clg).entries)
        for (const setting of walkSettings(component.settings)) if (setting) read++;
    } catch (error) {
      if (!(error instanceof AdkError)) throw error;
    }
  }
  expect(read).toBeGreaterThan(0);
});
