import { AdkError, ByteReader, ByteWriter, check } from "@adk/core";
import { NO_RESOURCE, parseResourceHeader, type ResourceHeader, writeResourceHeader } from "./resource-header.ts";

export const WIM_HEADER_SIZE = 208;
/** Zeros at the end of the header. */
const UNUSED_SIZE = 60;
/** The usual version, written by every tool since Windows Vista. */
export const WIM_VERSION_DEFAULT = 0x10d00;
/** Files that may hold solid resources: "ESD". LZMS is allowed only here. */
export const WIM_VERSION_SOLID = 0xe00;

/** Flags of the header. */
const HEADER_COMPRESSION = 0x2;
export const HEADER_READONLY = 0x4;
/** One part of a split set. */
export const HEADER_SPANNED = 0x8;
/** Set by tools that change a file in place, until they are done. */
export const HEADER_WRITE_IN_PROGRESS = 0x40;
/** Absolute link targets count from the root of the image. */
export const HEADER_RP_FIX = 0x80;
const HEADER_XPRESS = 0x20000;
const HEADER_LZX = 0x40000;
const HEADER_LZMS = 0x80000;
/** XPRESS with a chunk size below 32 KiB; read as XPRESS. */
const HEADER_XPRESS2 = 0x200000;

export type WimCompression = "none" | "xpress" | "lzx" | "lzms";

/** Where the file starts and where its tables are. All fields are at the start of a file, or at the end of a pipable one. */
export interface WimHeader {
  /** Written by wimlib for streaming: resources carry headers of their own. */
  readonly pipable: boolean;
  readonly version: number;
  /** All flags as they are stored, those that say the compression included. */
  readonly flags: number;
  readonly compression: WimCompression;
  /** Uncompressed bytes of a chunk of a non-solid resource; 0 in a file without compression. */
  readonly chunkSize: number;
  /** 16 bytes; all parts of a split set share them. */
  readonly guid: Uint8Array;
  /** From 1. */
  readonly partNumber: number;
  readonly totalParts: number;
  readonly imageCount: number;
  readonly lookupTable: ResourceHeader;
  readonly xmlData: ResourceHeader;
  /** Metadata of the image to boot, or all zero. */
  readonly bootMetadata: ResourceHeader;
  /** Number of the image to boot, from 1; 0 for none. */
  readonly bootIndex: number;
  readonly integrityTable: ResourceHeader;
}

/** @param solid whether the file may have solid resources */
export function newHeader(compression: WimCompression, chunkSize: number, guid: Uint8Array, solid = false): WimHeader {
  return {
    pipable: false,
    version: solid || compression === "lzms" ? WIM_VERSION_SOLID : WIM_VERSION_DEFAULT,
    flags: FLAGS_OF[compression] | HEADER_RP_FIX,
    compression,
    chunkSize: compression === "none" ? 0 : chunkSize,
    guid,
    partNumber: 1,
    totalParts: 1,
    imageCount: 0,
    lookupTable: NO_RESOURCE,
    xmlData: NO_RESOURCE,
    bootMetadata: NO_RESOURCE,
    bootIndex: 0,
    integrityTable: NO_RESOURCE,
  };
}

const MAGIC = "MSWIM\0\0\0";
const MAGIC_PIPABLE = "WLPWM\0\0\0";

function magicOf(head: Uint8Array): string {
  return Buffer.from(head.subarray(0, 8)).toString("latin1");
}

/** Whether a file that begins with these bytes is a WIM file. */
export function isWim(head: Uint8Array): boolean {
  const magic = magicOf(head);
  return magic === MAGIC || magic === MAGIC_PIPABLE;
}

/**
 * @param bytes the 208 bytes of the header
 * @throws AdkError `WIM_BAD_MAGIC`, `WIM_BAD_HEADER`, `WIM_UNSUPPORTED_VERSION`
 */
export function parseHeader(bytes: Uint8Array, file?: string, base = 0): WimHeader {
  const reader = new ByteReader(bytes, { file, base });
  const magic = magicOf(reader.slice(8));
  check(isWim(bytes), () => notWim(file, base, magic));
  const size = reader.u32();
  const version = reader.u32();
  if (version !== WIM_VERSION_DEFAULT && version !== WIM_VERSION_SOLID && version !== 0x10c00) {
    throw new AdkError("WIM_UNSUPPORTED_VERSION", "This version of the WIM format cannot be read.", {
      kind: "unsupported",
      file,
      offset: base + 12,
      expected: "0x10d00, 0x10c00 or 0xe00",
      found: `0x${version.toString(16)}`,
    });
  }
  check(size === WIM_HEADER_SIZE, () => bad("The header has an unknown size.", file, base + 8, WIM_HEADER_SIZE, size));
  const flags = reader.u32();
  const chunkSize = reader.u32();
  const compression = compressionOf(flags, file, base + 16);
  checkChunkSize(compression, chunkSize, file, base + 20);
  const guid = reader.slice(16).slice();
  const partNumber = reader.u16();
  const totalParts = reader.u16();
  check(partNumber >= 1 && partNumber <= totalParts, () =>
    bad("The part number is not one of the set's.", file, base + 40, `1 to ${totalParts}`, partNumber),
  );
  const imageCount = reader.u32();
  check(imageCount <= 65535, () => bad("There are too many images.", file, base + 44, "at most 65535", imageCount));
  const lookupTable = parseResourceHeader(reader);
  const xmlData = parseResourceHeader(reader);
  const bootMetadata = parseResourceHeader(reader);
  const bootIndex = reader.u32();
  const integrityTable = parseResourceHeader(reader);
  reader.skip(UNUSED_SIZE);
  return {
    pipable: magic === MAGIC_PIPABLE,
    version,
    flags,
    compression,
    chunkSize,
    guid,
    partNumber,
    totalParts,
    imageCount,
    lookupTable,
    xmlData,
    bootMetadata,
    bootIndex,
    integrityTable,
  };
}

export function writeHeader(header: WimHeader): Uint8Array {
  const writer = new ByteWriter(WIM_HEADER_SIZE);
  writer.bytes(Buffer.from(header.pipable ? MAGIC_PIPABLE : MAGIC, "latin1"));
  writer.u32(WIM_HEADER_SIZE).u32(header.version);
  writer.u32(header.flags).u32(header.chunkSize);
  writer.bytes(header.guid).u16(header.partNumber).u16(header.totalParts).u32(header.imageCount);
  writeResourceHeader(writer, header.lookupTable);
  writeResourceHeader(writer, header.xmlData);
  writeResourceHeader(writer, header.bootMetadata);
  writer.u32(header.bootIndex);
  writeResourceHeader(writer, header.integrityTable);
  return writer.zeros(UNUSED_SIZE).finish();
}

const FLAGS_OF: Record<WimCompression, number> = {
  none: 0,
  xpress: HEADER_COMPRESSION | HEADER_XPRESS,
  lzx: HEADER_COMPRESSION | HEADER_LZX,
  lzms: HEADER_COMPRESSION | HEADER_LZMS,
};
const COMPRESSION_FLAGS = HEADER_XPRESS | HEADER_LZX | HEADER_LZMS | HEADER_XPRESS2;

function compressionOf(flags: number, file: string | undefined, offset: number): WimCompression {
  if ((flags & HEADER_COMPRESSION) === 0) return "none";
  switch (flags & COMPRESSION_FLAGS) {
    case 0:
      return "none";
    case HEADER_XPRESS:
    case HEADER_XPRESS2:
    case HEADER_XPRESS | HEADER_XPRESS2:
      return "xpress";
    case HEADER_LZX:
      return "lzx";
    case HEADER_LZMS:
      return "lzms";
    default:
      throw bad("The flags name more than one compression.", file, offset, "one", `0x${flags.toString(16)}`);
  }
}

/** Bounds of the chunk size, [min, max] as powers of two. Windows uses 32 KiB; wimlib writes the others too. */
const CHUNK_ORDERS: Record<WimCompression, readonly [number, number]> = {
  none: [0, 31],
  xpress: [12, 16],
  lzx: [15, 21],
  lzms: [15, 30],
};

function checkChunkSize(compression: WimCompression, size: number, file: string | undefined, offset: number): void {
  if (compression === "none" || isChunkSize(compression, size)) return;
  const [least, most] = CHUNK_ORDERS[compression];
  const expected = `a power of two, ${2 ** least} to ${2 ** most}`;
  throw bad(`The chunk size does not fit ${compression}.`, file, offset, expected, size);
}

/** Whether a chunk size may be used with a compression. */
export function isChunkSize(compression: WimCompression, size: number): boolean {
  const [least, most] = CHUNK_ORDERS[compression];
  const order = Math.log2(size);
  return Number.isInteger(order) && order >= least && order <= most;
}

function notWim(file: string | undefined, offset: number, magic: string): AdkError {
  return new AdkError("WIM_BAD_MAGIC", "This is not a WIM file.", {
    file,
    offset,
    expected: "MSWIM",
    found: JSON.stringify(magic),
  });
}

function bad(
  message: string,
  file: string | undefined,
  offset: number,
  expected: string | number,
  found: string | number,
): AdkError {
  return new AdkError("WIM_BAD_HEADER", message, { file, offset, expected, found });
}
