import type { CompressionLevel } from "@adk/compression";
import type { LongOperation } from "@adk/core";
import type { WimCompression } from "./header.ts";
import { SOLID_CHUNK_SIZE } from "./solid-encoder.ts";

export interface WriteOptions {
  /** Default `xpress`, as DISM has it. */
  readonly compression?: WimCompression | undefined;
  /**
   * Uncompressed bytes of a chunk; default 32 KiB, the only size that Windows reads (LZMS: 128 KiB). Of a solid file the chunk
   * of its solid resources; default 64 MiB, or what the compression can have.
   */
  readonly chunkSize?: number | undefined;
  /** Compress all data together, as an ESD. The default compression is then `lzms`. */
  readonly solid?: boolean | undefined;
  readonly level?: CompressionLevel | undefined;
  /** Worker threads; 1 for none. Default: one a CPU. */
  readonly threads?: number | undefined;
}

export interface AppendOptions extends Omit<WriteOptions, "compression" | "chunkSize"> {
  /** Store what is added as it is, without compressing it. */
  readonly store?: boolean | undefined;
  /** Change the file although it is marked read-only. */
  readonly ignoreReadOnly?: boolean | undefined;
}

export interface FinishOptions extends LongOperation {
  /** Image to boot, from 1; 0 for none. Default: as it was. */
  readonly bootIndex?: number | undefined;
  /** Write an integrity table. Default: where the file had one. */
  readonly integrity?: boolean | undefined;
  /** Mark the file read-only, or take the mark off. Default: as it was. */
  readonly readOnly?: boolean | undefined;
}

/** What Windows reads, and for LZMS what wimlib writes. */
export function defaultChunkSize(compression: WimCompression): number {
  return compression === "lzms" ? 131072 : 32768;
}

/** The largest that is usual: DISM's and wimlib's for LZMS, what the others can have. */
export function solidChunkSize(compression: WimCompression): number {
  return compression === "lzms" ? SOLID_CHUNK_SIZE : compression === "lzx" ? 2 ** 21 : 2 ** 16;
}
