import {
  AdkError,
  containerOf,
  FileAccess,
  formatSourceName,
  guidFromBytes,
  type RandomAccess,
  type SourceName,
} from "@adk/core";
import { openSource, selectImage } from "@adk/sources";
import { type ImageProperties, WimFile } from "@adk/wim";

/** What the WIM file of a base tells beside the tree. */
export interface BaseImage {
  /** Bytes of the file. */
  readonly bytes: number;
  readonly guid: string;
  readonly index: number;
  /** SHA-1 of the image's metadata, which has the SHA-1 of all its data. */
  readonly metadataSha1: string;
  /** Edition, version, architecture, languages ...: what an image made of this one is too. */
  readonly properties: ImageProperties;
}

/** Reads the tables of the file that a source names; undefined where that is no WIM file. */
export async function readBaseImage(source: SourceName): Promise<BaseImage | undefined> {
  await using outer = await openOuter(source);
  const access = await openFile(source, outer);
  try {
    // Closes the access with it.
    await using file = await WimFile.open(access);
    const index = selectImage(file, source.selector);
    return {
      bytes: access.size,
      guid: guidFromBytes(file.header.guid),
      index,
      metadataSha1: file.metadataBlob(index).sha1,
      properties: file.properties(index),
    };
  } catch (error) {
    if (error instanceof AdkError && error.code === "WIM_BAD_MAGIC") return undefined;
    throw error;
  }
}

/** The volume in which the file lies; undefined where it lies on the host. */
async function openOuter(source: SourceName) {
  const container = containerOf(source);
  return container && openSource(formatSourceName(container));
}

async function openFile(
  { path, inner }: SourceName,
  outer: Awaited<ReturnType<typeof openOuter>>,
): Promise<RandomAccess> {
  const last = inner.at(-1);
  if (!outer || last === undefined) return FileAccess.open(path);
  const entry = await outer.lookup(last);
  if (entry) return outer.open(entry);
  throw new AdkError("FILE_NOT_FOUND", "The file does not exist.", { file: `${outer.name}!${last}` });
}
