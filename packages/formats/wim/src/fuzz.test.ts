import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  Findings,
  MemoryAccess,
  REPARSE_TAG_SYMLINK,
  reparseDataToBytes,
  symlinkTo,
  type VolumeEntry,
} from "@adk/core";
import { fuzz, mutate, noise, orRefused, prose, type Sample, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { applyImage } from "./extract.ts";
import { openImage } from "./image-volume.ts";
import { wimInfo } from "./info.ts";
import { memoryVolume } from "./testing/memory-volume.ts";
import { toPipable } from "./testing/pipable.ts";
import { regionsOf } from "./testing/regions.ts";
import { type SampleOptions, writeSample } from "./testing/samples.ts";
import { toSolid } from "./testing/solid.ts";
import { verifyWim } from "./verify.ts";
import { WimFile } from "./wim-file.ts";

// Damaged files must be refused with an `AdkError`, or read as far as they go with findings: in bounded time and memory.
// `npm run fuzz` runs more of them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const LIMITS = { memoryBytes: 2 ** 22, entries: 10_000, outputBytes: 2 ** 24 };

/** Small, so that damage hits structures, with one of most things. */
const SMALL = memoryVolume({
  text: { data: prose(9000), shortName: "TEXT~1" },
  noise: { data: noise(700), streams: { s: "stream" }, security: noise(40) },
  d: {
    children: {
      e: {},
      f: { data: "f", linkId: "1" },
      g: { data: "f", linkId: "1", items: [{ tag: 1, data: noise(16) }] },
    },
  },
  link: {
    reparse: { tag: REPARSE_TAG_SYMLINK, data: reparseDataToBytes(symlinkTo("d\\f")), reserved: 0, fixed: false },
  },
});

async function makeSamples(): Promise<Sample[]> {
  const path = join(temporaryDirectory(), "sample.wim");
  const write = (options: SampleOptions) => writeSample(path, { level: "fast", volumes: [SMALL, SMALL], ...options });
  const files = [
    await write({ compression: "none", integrity: true }),
    await write({ compression: "none", bootIndex: 2 }),
    await write({ compression: "xpress", chunkSize: 4096, integrity: true }),
    await write({ compression: "lzx" }),
    await toSolid(await write({ compression: "lzx" }), 2),
    toPipable(await write({ compression: "xpress", chunkSize: 4096 })),
  ];
  return Promise.all(files.map(async (bytes) => ({ bytes, regions: await regionsOf(bytes) })));
}

test("damaged files", { timeout: 0 }, async () => {
  const samples = await makeSamples();
  const directory = temporaryDirectory();
  const outcomes = { refused: 1 / 50, found: 1 / 50, sound: 1 / 50 };
  await fuzz({ executions: 3000, mostTime: 2000, outcomes }, (next, execution) => {
    const bytes = mutate(samples[next() % samples.length] as Sample, next);
    // Every so often onto the disk too.
    return use(bytes, execution % 64 === 0 ? join(directory, "target") : undefined);
  });
  expect(readdirSync(directory).filter((name) => name !== "target")).toEqual([]);
});

/** Does with a file what readers do. */
async function use(bytes: Uint8Array, target: string | undefined): Promise<"refused" | "found" | "sound"> {
  const file = await orRefused(() => WimFile.open(new MemoryAccess(bytes, "fuzz"), LIMITS));
  if (!file) return "refused";
  JSON.stringify(wimInfo(file));
  const { ok } = await verifyWim(file, { threads: 1 });
  for (let index = 1; index <= Math.min(3, file.imageCount); index++) {
    await orRefused(() => readSome(file, index));
    if (target === undefined) continue;
    const options = { threads: 1, overwrite: true, findings: new Findings() };
    await orRefused(() => applyImage(file, index, target, options));
  }
  return ok ? "sound" : "found";
}

async function readSome(file: WimFile, index: number): Promise<void> {
  await using image = await openImage(file, index);
  const pending: VolumeEntry[] = [image.root];
  for (let entry = pending.pop(), seen = 0; entry && seen < 20; entry = pending.pop(), seen++) {
    const at = entry;
    pending.push(...(await image.list(at)));
    await image.lookup(at.path);
    await orRefused(() => image.read(at));
    await orRefused(() => image.reparsePoint(at));
    await image.securityDescriptor(at);
    for (const { name } of at.streams) await orRefused(() => image.read(at, name));
  }
}
