/** Jobs on WIM files, as the commands do them. */
export { appendWim, type CaptureWimOptions, captureWim } from "./capture-wim.ts";
export { type DiffImagesOptions, diffImages } from "./diff/diff-images.ts";
export { diffPage } from "./diff/page.ts";
/** The shapes of their results. */
export { type WimDiffResult, wimDiffResult } from "./diff/schema.ts";
/** An offline Windows: edits that are committed all or not at all, and what can be told of it. */
export { type AddDriversOptions, type AddedDriver, addDrivers } from "./drivers/add-drivers.ts";
export { readDrivers, type WindowsDriver, windowsDriver } from "./drivers/driver-report.ts";
export { type RemoveDriversOptions, type RemovedDriver, removeDrivers } from "./drivers/remove-drivers.ts";
export { type ExportWimOptions, exportWim } from "./export-wim.ts";
export { applyWim, type ExtractWimOptions, extractWim, readFromWim } from "./extract-wim.ts";
export { listImage } from "./list-image.ts";
export { type RecoverWimOptions, recoverFile } from "./recover-wim.ts";
/** Jobs on registry hives, as the commands do them. */
export {
  checkHiveSource,
  compactHiveFile,
  type ReadHiveOptions,
  type RewriteHiveOptions,
  repairHiveFile,
} from "./registry/check-hive.ts";
export { type DiffHiveOptions, diffAsRegFile, diffHiveKeys } from "./registry/diff-hive.ts";
export {
  createHiveKey,
  deleteHiveKey,
  deleteHiveValues,
  type EditHiveOptions,
  type ImportHiveOptions,
  importIntoHive,
  setHiveValue,
} from "./registry/edit-hive.ts";
export { type ExportHiveOptions, exportHive } from "./registry/export-hive.ts";
export { type OpenedHive, openHiveSource } from "./registry/open-hive.ts";
export { getHiveValue, hiveInfo, listHiveKey } from "./registry/read-hive.ts";
export { recoverFromHive } from "./registry/recover-hive.ts";
/** The shapes of their results. */
export {
  type RegistryChangeResult,
  type RegistryCheckResult,
  type RegistryDiffResult,
  type RegistryExportResult,
  type RegistryGetResult,
  type RegistryInfoResult,
  type RegistryListResult,
  type RegistryRecoverResult,
  type RegistryRewriteResult,
  type RegistrySearchResult,
  registryChangeResult,
  registryCheckResult,
  registryDiffResult,
  registryExportResult,
  registryGetResult,
  registryInfoResult,
  registryListResult,
  registryRecoverResult,
  registryRewriteResult,
  registrySearchResult,
} from "./registry/schemas.ts";
export { type SearchHiveOptions, type SearchPlace, searchHive, textMatcher } from "./registry/search-hive.ts";
export {
  type WimCaptureResult,
  type WimDirEntry,
  type WimExportResult,
  type WimExtractResult,
  type WimInfoResult,
  type WimRebuildResult,
  type WimRecoverResult,
  type WimSetResult,
  type WimSplitResult,
  type WimUpdateResult,
  type WimVerifyResult,
  wimCaptureResult,
  wimDirEntry,
  wimDirResult,
  wimExportResult,
  wimExtractResult,
  wimInfoResult,
  wimRebuildResult,
  wimRecoverResult,
  wimSetResult,
  wimSplitResult,
  wimUpdateResult,
  wimVerifyResult,
} from "./schemas.ts";
export { type EditOptions, type EditResult, editImage, editResult } from "./servicing/edit-image.ts";
export { EditSession } from "./servicing/edit-session.ts";
export type { EditTarget } from "./servicing/edit-target.ts";
export { putFiles } from "./servicing/put-files.ts";
export { editRegistry, RegistryEdits } from "./servicing/registry-edits.ts";
export { removeAppx } from "./servicing/remove-appx.ts";
export { applySettings, type ImageSettings, imageSettings } from "./servicing/settings.ts";
export { type SetWimOptions, setWim, type WimSettings } from "./set-wim.ts";
export { applyUnattend } from "./unattend/apply-unattend.ts";
export { checkAnswerFile, PANTHER_ANSWER_FILE } from "./unattend/check-answer-file.ts";
export { parseUpdateCommands, type WimUpdateCommand } from "./update-commands.ts";
export { type UpdateWimOptions, updateWim } from "./update-wim.ts";
export { deleteImages, joinParts, optimizeWim, type RewriteOptions, splitToParts } from "./wim-sets.ts";
export { readEdition } from "./windows/edition.ts";
export { reportWindows, WINDOWS_PARTS, type WindowsPart, type WindowsReport, windowsReport } from "./windows/report.ts";
export { readWinPe, type WinPeSettings } from "./windows/win-pe.ts";
