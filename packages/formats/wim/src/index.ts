/** Reads and writes Windows Imaging files: WIM, ESD and split sets. */

// A file, its images, and whether they are whole.

export { isWim, type WimCompression, type WimHeader } from "./header.ts";
export { openImage } from "./image-volume.ts";
export { type ImageInfo, type WimInfo, wimInfo } from "./info.ts";
export { type VerifyOptions, type VerifyResult, verifyWim } from "./verify.ts";
export { WimFile } from "./wim-file.ts";

// Structures of the format.

export type { Blob, WimPart } from "./blobs.ts";
export type { Dentry } from "./dentry.ts";
export { ImageProperties, XmlData } from "./xml-data.ts";

// Out of a file.

export { openBlob, readBlob } from "./blob-access.ts";
export {
  type ApplyOptions,
  applyImage,
  type Extraction,
  type ExtractOptions,
  type ExtractResult,
  extract,
} from "./extract.ts";

// Into a file.

export { type CaptureOptions, type CaptureResult, captureVolume } from "./capture.ts";
export { CaptureConfig } from "./capture-config.ts";
export { type ExportOptions, type ExportResult, exportImage } from "./export.ts";
export { WimWriter } from "./wim-writer.ts";
export type { AppendOptions, FinishOptions, WriteOptions } from "./write-options.ts";

// Changes to a file as a whole.

export { openWimFile } from "./open-set.ts";
export { type RebuildOptions, type RebuildResult, rebuildWim } from "./rebuild.ts";
export { type RecoverOptions, type RecoverResult, recoverWim } from "./recover.ts";
export { partName, partNumberOf } from "./set-parts.ts";
export { type SplitOptions, type SplitResult, splitWim } from "./split.ts";
export type { UpdateChange } from "./tree-editor.ts";
export {
  applyUpdate,
  planUpdate,
  type UpdateCommand,
  type UpdateOptions,
  type UpdatePlan,
  type UpdateResult,
} from "./update.ts";
