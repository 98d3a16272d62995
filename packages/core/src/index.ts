/** Bytes, limits, errors, progress, volumes and the things of Windows that every package of the kit stands on. */

export { formatAccessMask, parseAccessMask } from "./access-mask.ts";
export { type Ace, AceFlag, AceType, isOpaqueAce, type OpaqueAce } from "./ace.ts";
export { AtomicFile, syncDirectory } from "./atomic-file.ts";
export {
  alignUp,
  ByteReader,
  ByteWriter,
  decodeTextFile,
  decodeUtf16,
  encodeUtf16,
  fromHex,
  type Origin,
  toHex,
} from "./bytes.ts";
export { commitTogether, type PendingFile } from "./commit-together.ts";
export { mapAsDone, mapOrdered } from "./concurrency.ts";
export { type DigestAlgorithm, digest, digestBytes, IncrementalDigest } from "./digest.ts";
export { type DirectoryVolumeOptions, openDirectory, SESSION_NAME } from "./directory-volume.ts";
export { AdkError, check, type ErrorDetails, type ErrorJson, type ErrorKind, fromSystemError } from "./errors.ts";
export { type ExtractVolumeOptions, extractVolume } from "./extract-volume.ts";
export {
  type ExtractedFile,
  ExtractionJob,
  type ExtractionJobOptions,
  type ExtractionResult,
} from "./extraction-job.ts";
export { attributeNames, FileAttribute, type FileAttributeName, parseAttributes } from "./file-attributes.ts";
export {
  FILETIME_MAX,
  FILETIME_UNIX_EPOCH,
  type Filetime,
  filetimeFromDate,
  filetimeFromUnixNanoseconds,
  filetimeFromUnixSeconds,
  filetimeToDate,
  filetimeToUnixNanoseconds,
  filetimeToUnixSeconds,
  formatFiletime,
  parseFiletime,
} from "./filetime.ts";
export { type Finding, Findings } from "./findings.ts";
export {
  GUID_BYTES,
  type Guid,
  guidFromBytes,
  guidToBytes,
  isGuid,
  NIL_GUID,
  nameBasedGuid,
  parseGuid,
  randomGuid,
} from "./guid.ts";
export { isHostDirectory } from "./host-path.ts";
export type { EntryOrigin, EntrySource, LayeredEntry } from "./layered-entry.ts";
export { LayeredVolume, type LayeredVolumeOptions, type PutResult } from "./layered-volume.ts";
export { DEFAULT_LIMITS, type Limits, limitExceeded, withLimits } from "./limits.ts";
export { countWhile, lastAtMost } from "./ordered.ts";
export type { TreeChange } from "./overlay-directory.ts";
export { globToMatcher, type PathMatcher } from "./path-glob.ts";
export { cancelled, type LongOperation, type Progress, ProgressCounter, throwIfCancelled } from "./progress.ts";
export { checkRange, FileAccess, MemoryAccess, type RandomAccess, RangeAccess, readPieces } from "./random-access.ts";
export {
  describeReparseTag,
  junctionTo,
  linkTarget,
  type MountPointReparsePoint,
  type OpaqueReparsePoint,
  parseReparseBuffer,
  parseReparseData,
  REPARSE_TAG_MOUNT_POINT,
  REPARSE_TAG_SYMLINK,
  type ReparseBuffer,
  type ReparsePoint,
  reparseBufferToBytes,
  reparseDataToBytes,
  reparseTagOf,
  type SymlinkReparsePoint,
  symlinkTo,
} from "./reparse-point.ts";
export { checkExtractionName, type ExtractionOptions, ExtractionRoot, type ImagePath } from "./safe-path.ts";
export { formatSddl, parseSddl } from "./sddl.ts";
export {
  type Acl,
  parseSecurityDescriptor,
  SecurityControl,
  type SecurityDescriptor,
  securityDescriptorToBytes,
} from "./security-descriptor.ts";
export { parseSid, readSid, type Sid, serviceSid, sidToBytes } from "./sid.ts";
export { isSidecarName, SIDECAR_NAME, SIDECAR_STREAMS_NAME } from "./sidecar.ts";
export { type SidecarCounts, SidecarWriter } from "./sidecar-writer.ts";
export { stampTime } from "./source-date.ts";
export { containerOf, formatSourceName, parseSourceName, type SourceName, type SourceSelector } from "./source-name.ts";
export { suggest } from "./suggest.ts";
export { compareNames, equalNames, upcase, upcaseTable } from "./upcase.ts";
export {
  childPath,
  isRealDirectory,
  type Volume,
  type VolumeEntry,
  type VolumeItem,
  type VolumeReparsePoint,
  type VolumeStream,
  walk,
} from "./volume.ts";
export { sidFromAlias, sidToAlias, wellKnownName, wellKnownSid } from "./well-known-sids.ts";
export { wildcardMatcher } from "./wildcard.ts";
export {
  baseName,
  checkName,
  extension,
  isPlainName,
  isReservedDeviceName,
  isWithin,
  joinPath,
  MAX_NAME_LENGTH,
  MAX_PATH_LENGTH,
  type NameProblem,
  normalizePath,
  parentPath,
  splitPath,
  toWindowsPath,
} from "./windows-path.ts";
export {
  compareVersions,
  describeBuild,
  findRelease,
  formatVersion,
  type InstallationType,
  parseVersion,
  type WindowsRelease,
  type WindowsVersion,
} from "./windows-version.ts";
export {
  createWorkerPool,
  defaultThreads,
  type JobServer,
  serveJobs,
  type WorkerPool,
  workerModule,
} from "./workers.ts";
