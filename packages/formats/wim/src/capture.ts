import { type Findings, type LongOperation, stampTime, type Volume } from "@adk/core";
import { CaptureConfig } from "./capture-config.ts";
import { storeTrees } from "./store-trees.ts";
import { captureTree, ImageParts } from "./tree-capture.ts";
import type { WimWriter } from "./wim-writer.ts";
import type { ImageProperties } from "./xml-data.ts";

export interface CaptureOptions extends LongOperation {
  readonly name: string;
  readonly description?: string | undefined;
  /** Edition id, as `Professional`: the XML data's FLAGS. */
  readonly flags?: string | undefined;
  /** Another image, whose other properties (edition, version, languages of Windows) this one takes over. */
  readonly like?: ImageProperties | undefined;
  /** Default: what DISM leaves out. */
  readonly config?: CaptureConfig | undefined;
  /** FILETIME that the image is stamped with. Default: now, or SOURCE_DATE_EPOCH. */
  readonly time?: bigint | undefined;
  /** Told of names that an image can hold and that Windows will not tell apart. */
  readonly findings?: Findings | undefined;
}

export interface CaptureResult {
  readonly index: number;
  readonly files: number;
  readonly directories: number;
  /** Bytes of all data of the tree, every hard link counted once. */
  readonly bytes: number;
  /** Bytes of the blobs that were new to the file, and what they take in it. */
  readonly newBytes: number;
  readonly storedBytes: number;
}

/** Adds a volume to a file as an image. The writer is not finished: more images may follow. */
export async function captureVolume(
  writer: WimWriter,
  volume: Volume,
  options: CaptureOptions,
): Promise<CaptureResult> {
  const parts = new ImageParts();
  const config = options.config ?? CaptureConfig.DEFAULT;
  const tree = await captureTree(volume, volume.root, parts, { ...options, config });
  const { newBytes, storedBytes } = await storeTrees(writer, [tree], "capture", options);
  const properties = await writer.addImage({ security: parts.security, root: tree.root }, options.like);
  const time = options.time ?? stampTime();
  properties.setTime("CREATIONTIME", time);
  properties.setTime("LASTMODIFICATIONTIME", time);
  properties.set("NAME", options.name);
  properties.set("DESCRIPTION", options.description);
  properties.set("FLAGS", options.flags);
  const { files, directories, bytes } = tree;
  return { index: writer.imageCount, files, directories, bytes, newBytes, storedBytes };
}
