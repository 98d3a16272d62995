/** Bytes, limits, errors, progress, volumes and the things of Windows that every package of the kit stands on. */

export { AdkError, check, type ErrorDetails, type ErrorJson, type ErrorKind, fromSystemError } from "./errors.ts";
export { type Finding, Findings } from "./findings.ts";
export { DEFAULT_LIMITS, limitExceeded, type Limits, withLimits } from "./limits.ts";
export { cancelled, type LongOperation, type Progress, ProgressCounter, throwIfCancelled } from "./progress.ts";

export { alignUp, ByteReader, ByteWriter, decodeUtf16, encodeUtf16, fromHex, type Origin, toHex } from "./bytes.ts";
export { FileAccess, MemoryAccess, type RandomAccess, RangeAccess, readPieces } from "./random-access.ts";
