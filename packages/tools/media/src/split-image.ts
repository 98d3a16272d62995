import { mkdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  AdkError,
  check,
  type Finding,
  fromSystemError,
  LayeredVolume,
  type LongOperation,
  openDirectory,
  randomGuid,
  stampTime,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import { splitWim, WimFile } from "@adk/wim";

/** The image of a Windows medium, and what Setup takes instead where it is in parts. */
const IMAGE = "/sources/install.wim";
const FIRST_PART = "install.swm";

/** A medium whose image is in parts, with temporary files beside the output. */
export interface SplitMedium extends AsyncDisposable {
  readonly volume: Volume;
  readonly parts: { readonly name: string; readonly bytes: number }[];
  /** Of parts that are larger than asked, as a single file in them is. */
  readonly findings: readonly Finding[];
}

/** The image of a medium where it is larger than a part may be; undefined where nothing need be split. */
export async function imageToSplit(medium: Volume, partBytes: number): Promise<VolumeEntry | undefined> {
  const image = await medium.lookup(IMAGE);
  return image && image.size > partBytes ? image : undefined;
}

/**
 * The medium with `install.swm`, `install2.swm` ... in the place of its image. The parts are made beside `output`, where there
 * must be room for them, and go when this is disposed of.
 *
 * @param medium closed with the result; where this throws it stays open
 * @throws AdkError what `splitWim` throws
 */
export async function splitMedium(
  medium: Volume,
  image: VolumeEntry,
  partBytes: number,
  output: string,
  operation: LongOperation,
): Promise<SplitMedium> {
  const directory = join(dirname(output), `.${basename(output).slice(0, 32)}.${randomGuid()}.parts`);
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    await mkdir(directory).catch((error: unknown) => {
      throw fromSystemError(error, directory);
    });
    const access = await medium.open(image);
    try {
      const file = await WimFile.open(access);
      const { parts, findings } = await splitWim(file, join(directory, FIRST_PART), partBytes, operation);
      const volume = new LayeredVolume(medium, { time: stampTime() });
      await volume.remove(image.path);
      const source = volume.addSource(await openDirectory(directory));
      for (const { file: path } of parts) {
        const name = basename(path);
        const entry = (await source.volume.lookup(`/${name}`)) as VolumeEntry;
        // The time of the image, so that the result does not depend on when it was split.
        const origin = { kind: "entry", source, entry, time: image.lastWriteTime } as const;
        await volume.putFile(`${dirname(image.path)}/${name}`, origin, 1);
      }
      return {
        volume,
        parts: parts.map(({ file: path, bytes }) => ({ name: basename(path), bytes })),
        findings: findings.map((each) => ({
          ...each,
          where: { path: `${dirname(image.path)}/${basename(each.where?.file ?? "")}` },
        })),
        async [Symbol.asyncDispose]() {
          await volume.close();
          await remove();
        },
      };
    } finally {
      await access.close();
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The medium as it would be after the split, for a plan: as many parts as there are at least, without data. */
export async function splitMediumPlan(
  medium: Volume,
  image: VolumeEntry,
  partBytes: number,
): Promise<Pick<SplitMedium, "volume" | "parts">> {
  const volume = new LayeredVolume(medium, { time: stampTime() });
  const origin = (await volume.remove(image.path))?.origin;
  check(
    origin?.kind === "entry",
    () => new AdkError("FILE_NOT_FOUND", "The file does not exist.", { file: image.path }),
  );
  const parts: { name: string; bytes: number }[] = [];
  for (let rest = image.size, number = 1; rest > 0; rest -= partBytes, number++) {
    const name = number === 1 ? FIRST_PART : FIRST_PART.replace(".", `${number}.`);
    const bytes = Math.min(rest, partBytes);
    const part = { ...origin, entry: { ...image, size: bytes } };
    await volume.putFile(`${dirname(image.path)}/${name}`, part, 1);
    parts.push({ name, bytes });
  }
  return { volume, parts };
}
