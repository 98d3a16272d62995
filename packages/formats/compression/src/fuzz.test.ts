import { AdkError } from "@adk/core";
import { FUZZ_SEED, fuzz } from "@adk/testing";
import { expect, test } from "vitest";
import { type CompressionFormat, createDecoder } from "./index.ts";
import { compressSample, damage, sampleData } from "./testing/samples.ts";

// Damaged chunks must end in an `AdkError` or in a chunk of the right size, in both engines alike. `npm run fuzz` runs more of
// them: executions for each format in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const SIZE = 2500;

test.each<CompressionFormat>(["xpress", "lzx", "lzms"])("%s: damaged chunks", { timeout: 0 }, async (format) => {
  const samples = Array.from({ length: 20 }, (_, i) => compressSample(format, sampleData(FUZZ_SEED + i, SIZE), 32_768));
  const wasm = createDecoder(format, 32_768);
  const javascript = createDecoder(format, 32_768, { engine: "javascript" });
  const reasons = new Set<string>();
  await fuzz({ executions: 20_000, mostTime: 1000, outcomes: { decoded: 1 / 100, refused: 0 } }, (next, execution) => {
    const chunk = damage(samples[next() % samples.length] as Uint8Array, next);
    const size = next() % 8 ? SIZE : next() % (2 * SIZE);
    const outcome = run(() => wasm.decodeView(chunk, size));
    // The slower engine looks at some of them.
    if (execution % 4 === 0) {
      const other = run(() => javascript.decodeView(chunk, size));
      if (!isSame(outcome, other))
        expect.fail(`the engines differ on ${Buffer.from(chunk).toString("base64")}, ${size}`);
    }
    if (typeof outcome !== "string") return "decoded";
    reasons.add(outcome);
    return "refused";
  });
  expect(reasons.size).toBeGreaterThan(1);
});

function run(decode: () => Uint8Array): Uint8Array | string {
  try {
    return decode();
  } catch (error) {
    if (error instanceof AdkError) return String(error.found);
    throw error;
  }
}

function isSame(a: Uint8Array | string, b: Uint8Array | string): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return Buffer.compare(a, b) === 0;
}
