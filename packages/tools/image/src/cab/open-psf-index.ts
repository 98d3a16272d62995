import { type ContainerIndex, isCab, openCab, parseContainerIndex, readCabFile } from "@adk/cab";
import { AdkError, DEFAULT_LIMITS, limitExceeded, type RandomAccess } from "@adk/core";
import { openSourceFile } from "@adk/sources";

/** Reads the index of a PSF: an XML file, or the cabinet that holds it. */
export async function openPsfIndex(source: string): Promise<ContainerIndex> {
  const { access } = await openSourceFile(source);
  if (isCab(await access.read(0, Math.min(64, access.size)))) return indexInCabinet(access);
  try {
    if (access.size > DEFAULT_LIMITS.memoryBytes) {
      throw limitExceeded("memoryBytes", access.size, DEFAULT_LIMITS, { file: access.name });
    }
    return parseContainerIndex(new TextDecoder().decode(await access.read(0, access.size)), access.name);
  } finally {
    await access.close();
  }
}

async function indexInCabinet(access: RandomAccess): Promise<ContainerIndex> {
  await using set = await openCab(access);
  const file = set.files.find(({ name }) => /\.psf\.cix\.xml$/i.test(name));
  if (!file) {
    throw new AdkError("PSF_NO_INDEX", "The cabinet has no index of a PSF.", {
      file: access.name,
      expected: "express.psf.cix.xml",
    });
  }
  return parseContainerIndex(new TextDecoder().decode(await readCabFile(file)), `${access.name}!/${file.name}`);
}
