import { AdkError, MemoryAccess } from "@adk/core";
import { expect, test } from "vitest";
import { CabinetSet, cabInfo, extractFiles, parseContainerIndex, readCabFile, verifyCabinets } from "./index.ts";
import { sampleCabinet, sampleSet, sampleText } from "./sample-cabinet.ts";
import { mutate, random } from "./testing/mutations.ts";
import { temporaryDirectory } from "./testing/temporary.ts";

const EXECUTIONS = Number(process.env.ADK_FUZZ_EXECUTIONS ?? 2000);
const SEED = Number(process.env.ADK_FUZZ_SEED ?? 1);
/** Milliseconds: a small file must not keep a reader busy. */
const MOST_TIME = 5000;

const FILES = [
  { name: "dir\\a.txt", data: sampleText(900) },
  { name: "größe", data: new Uint8Array(0) },
  { name: "b", data: sampleText(200, 3) },
];

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
  const next = random(SEED);
  const directory = temporaryDirectory();
  const outcomes = { refused: 0, found: 0, sound: 0 };
  for (let execution = 0; execution < EXECUTIONS; execution++) {
    const sample = SAMPLES[next() % (execution % 8 === 0 ? SAMPLES.length : SAMPLES.length - 1)] as Uint8Array[];
    const damaged = next() % sample.length;
    const parts = sample.map((bytes, i) => (i === damaged ? mutate(bytes, next) : bytes));
    const started = performance.now();
    try {
      outcomes[await use(parts, execution % 64 === 0 ? directory : undefined)]++;
    } catch (cause) {
      throw new Error(`execution ${execution} of seed ${SEED}`, { cause });
    }
    expect(performance.now() - started, `execution ${execution} of seed ${SEED}`).toBeLessThan(MOST_TIME);
  }
  // The damage is such that readers get somewhere.
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(EXECUTIONS / 100);
});

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

async function orRefused<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

test("damaged indexes of a PSF", () => {
  const next = random(SEED);
  const index = `<?xml version="1.0"?><Container name="a" type="PSF" length="9"><Files><File id="1" name="x&amp;&#65;" length="5"
    time="13" attr="8"><Hash alg='SHA256' value="AB"/><Delta><Source type="RAW" offset="1" length="2"/></Delta></File></Files></Container>`;
  const bytes = new TextEncoder().encode(index);
  for (let execution = 0; execution < EXECUTIONS; execution++) {
    try {
      parseContainerIndex(new TextDecoder().decode(mutate(bytes, next)));
    } catch (error) {
      if (!(error instanceof AdkError)) throw error;
    }
  }
});
