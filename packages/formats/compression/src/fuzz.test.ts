import { AdkError } from "@adk/core";
import { expect, test } from "vitest";
import { type CompressionFormat, createDecoder } from "./index.ts";
import { random } from "./testing/inputs.ts";
import { compressSample, damage, sampleData } from "./testing/samples.ts";

// Damaged chunks must end in an `AdkError` or in a chunk of the right size, in both engines alike. `npm run fuzz` runs more of
// them: executions for each format in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const EXECUTIONS = Number(process.env.ADK_FUZZ_EXECUTIONS ?? 20_000);
const SEED = Number(process.env.ADK_FUZZ_SEED ?? 1);
const SIZE = 2500;

test.each<CompressionFormat>(["xpress", "lzx", "lzms"])("%s: damaged chunks", { timeout: 3_600_000 }, (format) => {
  const next = random(SEED);
  const samples = Array.from({ length: 20 }, (_, i) => compressSample(format, sampleData(SEED + i, SIZE), 32_768));
  const wasm = createDecoder(format, 32_768);
  const javascript = createDecoder(format, 32_768, { engine: "javascript" });
  const outcomes = new Map<string, number>();
  for (let execution = 0; execution < EXECUTIONS; execution++) {
    const chunk = damage(samples[next() % samples.length] as Uint8Array, next);
    const size = next() % 8 ? SIZE : next() % (2 * SIZE);
    const outcome = run(() => wasm.decodeView(chunk, size));
    // The slower engine looks at some of them.
    if (execution % 4 === 0) {
      const other = run(() => javascript.decodeView(chunk, size));
      if (!isSame(outcome, other))
        expect.fail(`the engines differ on ${Buffer.from(chunk).toString("base64")}, ${size}`);
    }
    const kind = typeof outcome === "string" ? outcome : "decoded";
    outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
  }
  // The damage is such that decoders get somewhere.
  expect(outcomes.get("decoded")).toBeGreaterThan(EXECUTIONS / 100);
  expect(outcomes.size).toBeGreaterThan(2);
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
