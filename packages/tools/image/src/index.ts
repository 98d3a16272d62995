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
  type WimRebuildResult,
  type WimSplitResult,
  type WimVerifyResult,
  wimCaptureResult,
  wimDirEntry,
  wimDirResult,
  wimExportResult,
  wimExtractResult,
  wimInfoResult,
  wimRebuildResult,
  wimSplitResult,
  wimVerifyResult,
} from "./schemas.ts";
export { deleteImages, joinParts, optimizeWim, type RewriteOptions, splitToParts } from "./wim-sets.ts";
