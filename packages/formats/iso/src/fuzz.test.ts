import { extractVolume, MemoryAccess } from "@adk/core";
import { fuzz, mutate, orRefused, temporaryDirectory } from "@adk/testing";
import { test } from "vitest";
import { openIso, openIsoVolume, verifyIso } from "./index.ts";
import { sampleDisc } from "./testing/sample-disc.ts";

const LIMITS = { entries: 10_000, outputBytes: 2 ** 24, memoryBytes: 2 ** 24 };

test("damaged discs", { timeout: 0 }, async () => {
  const samples = await Promise.all([
    sampleDisc({ form: "udf", embed: true }),
    sampleDisc({ form: "bridge" }),
    sampleDisc({ form: "joliet" }),
  ]);
  const directory = temporaryDirectory();
  const outcomes = { refused: 0, sound: 1 / 100, found: 1 / 50 };
  await fuzz({ executions: 600, mostTime: 2000, outcomes }, async (next, execution) => {
    const bytes = samples[next() % samples.length] as Uint8Array;
    // Descriptors, then everything that is not data.
    const regions = [
      [16 * 2048, 22 * 2048],
      [32 * 2048, 70 * 2048],
      [257 * 2048, 290 * 2048],
    ] as const;
    const access = new MemoryAccess(mutate({ bytes, regions }, next), "disc.iso");
    const image = await orRefused(() => openIso(access, { limits: LIMITS }));
    if (!image) return "refused";
    const result = await orRefused(() => verifyIso(image));
    if (execution % 50 === 0) {
      await orRefused(() => extractVolume(openIsoVolume(image), directory, { overwrite: true, limits: LIMITS }));
    }
    return result?.ok ? "sound" : "found";
  });
});
