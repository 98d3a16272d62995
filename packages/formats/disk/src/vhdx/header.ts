import {
  AdkError,
  ByteReader,
  ByteWriter,
  check,
  type Guid,
  guidFromBytes,
  guidToBytes,
  NIL_GUID,
  type Origin,
} from "@adk/core";
import { structureChecksum } from "./crc32c.ts";

const MIB = 2 ** 20;
/** File type identifier at the start, two headers, two region tables: 64 KiB each. */
export const HEADER_OFFSETS = [64 * 1024, 128 * 1024] as const;
export const HEADER_BYTES = 4096;
export const LOG_OFFSET = MIB;
export const LOG_BYTES = MIB;

/** Header of a VHDX ([MS-VHDX] 2.2.2). Of the two the valid one with the larger sequence number counts. */
export interface VhdxHeader {
  readonly sequence: bigint;
  readonly fileWriteGuid: Guid;
  readonly dataWriteGuid: Guid;
  /** NIL where the log has nothing to be replayed. */
  readonly logGuid: Guid;
  readonly logBytes: number;
  readonly logOffset: number;
}

/** Whether a file begins as a VHDX does. */
export function isVhdx(head: Uint8Array): boolean {
  return String.fromCharCode(...head.subarray(0, 8)) === "vhdxfile";
}

/** The start of the file, with the name of the program that made it. */
export function writeFileIdentifier(creator: string): Uint8Array {
  return new ByteWriter(520).bytes(new TextEncoder().encode("vhdxfile")).utf16(creator).finish();
}

/** @throws AdkError `VHDX_BAD_HEADER` */
export function parseVhdxHeader(bytes: Uint8Array, origin: Origin = {}): VhdxHeader {
  const bad = (message: string) => new AdkError("VHDX_BAD_HEADER", message, { file: origin.file, offset: origin.base });
  check(String.fromCharCode(...bytes.subarray(0, 4)) === "head", () => bad("There is no header."));
  const reader = new ByteReader(bytes, origin, 4);
  check(reader.u32() === structureChecksum(bytes), () => bad("The header's checksum is wrong."));
  const sequence = reader.u64();
  const [fileWriteGuid, dataWriteGuid, logGuid] = [readGuid(reader), readGuid(reader), readGuid(reader)];
  const version = reader.skip(2).u16();
  check(version === 1, () => bad(`Version ${version} is not known.`));
  return { sequence, fileWriteGuid, dataWriteGuid, logGuid, logBytes: reader.u32(), logOffset: reader.size64() };
}

/** A header without a log to be replayed. */
export function writeVhdxHeader(header: Pick<VhdxHeader, "sequence" | "fileWriteGuid" | "dataWriteGuid">): Uint8Array {
  const writer = new ByteWriter(HEADER_BYTES).bytes(new TextEncoder().encode("head")).u32(0).u64(header.sequence);
  for (const guid of [header.fileWriteGuid, header.dataWriteGuid, NIL_GUID]) writer.bytes(guidToBytes(guid));
  writer.u16(0).u16(1).u32(LOG_BYTES).size64(LOG_OFFSET).align(HEADER_BYTES);
  return writer.patchU32(4, structureChecksum(writer.finish())).finish();
}

export function readGuid(reader: ByteReader): Guid {
  return guidFromBytes(reader.slice(16));
}
