/** Jobs on WIM files, as the commands do them. */
export { appendWim, type CaptureWimOptions, captureWim } from "./capture-wim.ts";
export { type ExportWimOptions, exportWim } from "./export-wim.ts";
export { applyWim, type ExtractWimOptions, extractWim, readFromWim } from "./extract-wim.ts";
export { listImage } from "./list-image.ts";

/** The shapes of their results. */
export {
  type WimCaptureResult,
  type WimDirEntry,
  type WimExportResult,
  type WimExtractResult,
  type WimInfoResult,
  type WimVerifyResult,
  wimCaptureResult,
  wimDirEntry,
  wimDirResult,
  wimExportResult,
  wimExtractResult,
  wimInfoResult,
  wimVerifyResult,
} from "./schemas.ts";
