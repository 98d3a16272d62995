import { MemoryAccess } from "@adk/core";
import { fuzz, mutate, orRefused, temporaryDirectory } from "@adk/testing";
import { test } from "vitest";
import { CabinetSet, cabInfo, extractFiles, parseContainerIndex, readCabFile, verifyCabinets } from "./index.ts";
import { sampleCabinet, sampleSet, sampleText } from "./sample-cabinet.ts";

const FILES = [
  { name: "dir\\a.txt", data: sampleText(900) },
  { name: "größe", data: new Uint8Array(0) },
  { name: "b", data: sampleText(200, 3) },
];

/** Numbers that stand for the cabinet before, the next one, and both, in place of a folder. */
const FOLDER_INDEXES = [0xfffd, 0xfffe, 0xffff];

/** Each sample is the cabinets of a set. */
const SAMPLES: Uint8Array[][] = [
  ...(["none", "mszip", "lzx"] as const).map((compression) => [sampleCabinet([{ compression, files: FILES }])]),
  [
    sampleCabinet(
      [
        { compression: "mszip", files: FILES },
        { compression: "lzx", files: FILES, windowOrder: 15, callSize: 500 },
      ],
      { noChecksums: true, reserve: { header: 20, folder: 2, data: 3 } },
    ),
  ],
  [sampleCabinet([{ compression: "lzx", files: FILES }], { noChecksums: true })],
  sampleSet({ compression: "mszip", files: [{ name: "long", data: sampleText(70_000) }] }, [1, 1]).map(
    ({ bytes }) => bytes,
  ),
];

test("damaged cabinets", { timeout: 0 }, async () => {
  const directory = temporaryDirectory();
  const outcomes = { refused: 1 / 100, found: 1 / 100, sound: 1 / 100 };
  await fuzz({ executions: 2000, mostTime: 5000, outcomes }, (next, execution) => {
    const sample = SAMPLES[next() % (execution % 8 === 0 ? SAMPLES.length : SAMPLES.length - 1)] as Uint8Array[];
    const damaged = next() % sample.length;
    const parts = sample.map((bytes, i) => (i === damaged ? damage(bytes, next) : bytes));
    return use(parts, execution % 64 === 0 ? directory : undefined);
  });
});

/** Half of the changes hit the first bytes, where the tables are. */
function damage(bytes: Uint8Array, next: () => number): Uint8Array {
  const whole = [0, bytes.length] as const;
  return mutate({ bytes, regions: [[0, 160], whole], edges: FOLDER_INDEXES }, next);
}

/** Does with a cabinet what readers do. */
async function use(parts: readonly Uint8Array[], target: string | undefined): Promise<"refused" | "found" | "sound"> {
  const access = (number: number) => new MemoryAccess(parts[number] as Uint8Array, `part${number + 1}.cab`);
  const openNeighbour = async (name: string) => {
    const number = Number(/^part([1-9])\.cab$/.exec(name)?.[1]) - 1;
    return number < parts.length ? access(number) : undefined;
  };
  const set = await orRefused(() => CabinetSet.open(access(0), { openNeighbour }));
  if (!set) return "refused";
  await orRefused(async () => JSON.stringify(await cabInfo(set)));
  const result = await orRefused(() => verifyCabinets(set));
  for (const file of set.files.slice(0, 3)) await orRefused(() => readCabFile(file));
  if (target !== undefined) await orRefused(() => extractFiles(set, target, { overwrite: true }));
  return result?.ok ? "sound" : "found";
}

test("damaged indexes of a PSF", async () => {
  const index = `<?xml version="1.0"?><Container name="a" type="PSF" length="9"><Files><File id="1" name="x&amp;&#65;" length="5"
    time="13" attr="8"><Hash alg='SHA256' value="AB"/><Delta><Source type="RAW" offset="1" length="2"/></Delta></File></Files></Container>`;
  const bytes = new TextEncoder().encode(index);
  await fuzz({ executions: 2000, mostTime: 500, outcomes: { read: 1 / 100, refused: 1 / 100 } }, async (next) => {
    const text = new TextDecoder().decode(damage(bytes, next));
    return (await orRefused(() => parseContainerIndex(text))) ? "read" : "refused";
  });
});
