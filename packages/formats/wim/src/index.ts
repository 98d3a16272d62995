/** Reading: files, images, verification. */

/** Structures. */
export type { Blob } from "./blobs.ts";
export { type CaptureOptions, type CaptureResult, captureVolume } from "./capture.ts";
export { CaptureConfig } from "./capture-config.ts";
export type { WimCompression, WimHeader } from "./header.ts";
export { openImage } from "./image-volume.ts";
export { type VerifyOptions, type VerifyResult, verifyWim } from "./verify.ts";
export { WimFile } from "./wim-file.ts";
/** Writing: new files, more images. */
export { type FinishOptions, WimWriter, type WriteOptions } from "./wim-writer.ts";
export { ImageProperties, XmlData } from "./xml-data.ts";
