import { AdkError } from "@adk/core";
import { random } from "@adk/testing";
import { expect } from "vitest";
import { damage } from "./samples.ts";

const EXECUTIONS = Number(process.env.ADK_FUZZ_EXECUTIONS ?? 5000);
const SEED = Number(process.env.ADK_FUZZ_SEED ?? 1);

/** Decodes damaged copies of samples: nothing but an `AdkError` comes out, sometimes. */
export function expectDamageIsTold(samples: readonly Uint8Array[], decode: (data: Uint8Array) => unknown): void {
  const next = random(SEED);
  let errors = 0;
  for (let execution = 0; execution < EXECUTIONS; execution++) {
    try {
      decode(damage(samples[execution % samples.length] as Uint8Array, next));
    } catch (error) {
      if (!(error instanceof AdkError)) throw error;
      expect(error.code).toBe("COMPRESSION_BAD_DATA");
      errors++;
    }
  }
  expect(errors).toBeGreaterThan(EXECUTIONS / 10);
}
