import { extractVolume, MemoryAccess } from "@adk/core";
import { fuzz, mutate, orRefused, type Random, type Sample, temporaryDirectory } from "@adk/testing";
import { test } from "vitest";
import { type IsoImage, openIso, openIsoVolume, Platform, verifyIso } from "./index.ts";
import { type UdfSampleOptions, udfSample } from "./samples/udf-sample.ts";
import { sampleDisc } from "./testing/sample-disc.ts";
import { findTags, repairTags } from "./testing/udf-tags.ts";

const LIMITS = { entries: 10_000, outputBytes: 2 ** 24, memoryBytes: 2 ** 24 };
/** Executions from one that is extracted to the next: that takes far longer than reading does. */
const EXTRACTED = 100;

/** Reads all that there is. */
async function readDisc(bytes: Uint8Array, execution: number, target: string) {
  const access = new MemoryAccess(bytes, "disc.iso");
  const image = await orRefused(() => openIso(access, { limits: LIMITS }));
  if (!image) return "refused";
  const result = await orRefused(() => verifyIso(image));
  if (execution % EXTRACTED === 0) await extract(image, target);
  return result?.ok ? "sound" : "found";
}

async function extract(image: IsoImage, target: string): Promise<void> {
  for (const { kind } of image.trees) {
    await orRefused(() => extractVolume(openIsoVolume(image, kind), target, { overwrite: true, limits: LIMITS }));
  }
}

const TREE = { "a/b/c.txt": "c", "a/Ein langer Name.txt": "name", "big.bin": new Uint8Array(3000).fill(7), "e/": "" };

test("damaged discs of ISO 9660 and Joliet", { timeout: 0 }, async () => {
  const samples = await Promise.all([
    sampleDisc({ form: "joliet", boot: [] }, TREE),
    sampleDisc({ form: "iso9660", boot: [], level: 4 }, TREE),
  ]);
  const directory = temporaryDirectory();
  const outcomes = { refused: 0, sound: 1 / 100, found: 1 / 50 };
  await fuzz({ executions: 800, mostTime: 2000, outcomes }, (next, execution) => {
    const bytes = samples[next() % samples.length] as Uint8Array;
    // Descriptors, path tables and directories; what follows is data.
    const sample = {
      bytes,
      regions: [
        [16 * 2048, 20 * 2048],
        [20 * 2048, 32 * 2048],
      ],
    } as const;
    return readDisc(mutate(sample, next), execution, directory);
  });
});

/** Two of three are given checksums that are right: the reader takes what was changed for what was meant. */
function damage({ bytes, regions }: Sample, tags: readonly number[], next: Random): Uint8Array {
  const damaged = mutate({ bytes, regions, edges: [257, 272, 0x3fff_ffff, 0x4000_0200, 0xc000_0200] }, next);
  if (next() % 3) repairTags(damaged, tags);
  return damaged;
}

async function fuzzUdf(options: readonly UdfSampleOptions[]): Promise<void> {
  const samples = options.map((each) => {
    const { bytes } = udfSample({ blockSize: 512, tree: { ...TREE, link: "->a/b/c.txt" }, ...each });
    const tags = findTags(bytes);
    const view = new DataView(bytes.buffer);
    const regions = tags.map((at) => [at, at + 16 + view.getUint16(at + 10, true)] as const);
    return { bytes, tags, regions };
  });
  const directory = temporaryDirectory();
  const outcomes = { refused: 0, sound: 1 / 100, found: 1 / 50 };
  await fuzz({ executions: 800, mostTime: 2000, outcomes }, (next, execution) => {
    const sample = samples[next() % samples.length] as (typeof samples)[number];
    return readDisc(damage(sample, sample.tags, next), execution, directory);
  });
}

test("damaged discs of UDF 1.02", { timeout: 0 }, async () => {
  await fuzzUdf([{ revision: 0x0102 }, { revision: 0x0102, allocation: 0, continued: true }]);
});

test("damaged discs of UDF 1.50 to 2.60", { timeout: 0 }, async () => {
  await fuzzUdf([
    { revision: 0x0150, partition: "virtual" },
    { revision: 0x0201, partition: "virtual", continued: true },
    { revision: 0x0201, partition: "sparable" },
    { revision: 0x0250, partition: "metadata" },
    { revision: 0x0260, partition: "metadata", continued: true },
    { revision: 0x0201, chain: true },
  ]);
});

test("damaged boot catalogs", { timeout: 0 }, async () => {
  const image = (platform: number) => ({ platform, bytes: new Uint8Array(2048).fill(1) });
  const boot = [Platform.BIOS, Platform.EFI, Platform.MAC, Platform.EFI].map(image);
  const bytes = await sampleDisc({ form: "iso9660", boot }, { a: "a" });
  const catalog = new DataView(bytes.buffer, bytes.byteOffset).getUint32(17 * 2048 + 0x47, true) * 2048;
  const regions = [
    [17 * 2048, 17 * 2048 + 96],
    [catalog, catalog + 512],
    [catalog, catalog + 512],
  ] as const;
  const outcomes = { refused: 0, sound: 1 / 100, found: 1 / 50 };
  const directory = temporaryDirectory();
  await fuzz({ executions: 2000, mostTime: 2000, outcomes }, async (next, execution) => {
    const damaged = mutate({ bytes, regions, edges: [0x88, 0x90, 0x91, 0x44, 0xaa55] }, next);
    if (next() % 2 && damaged.length >= catalog + 32) repairValidation(damaged.subarray(catalog, catalog + 32));
    return readDisc(damaged, execution, directory);
  });
});

/** Makes the sum of the words of the first entry 0 again. */
function repairValidation(entry: Uint8Array): void {
  const view = new DataView(entry.buffer, entry.byteOffset);
  view.setUint16(28, 0, true);
  let sum = 0;
  for (let i = 0; i < 32; i += 2) sum += view.getUint16(i, true);
  view.setUint16(28, -sum & 0xffff, true);
}
