import { AdkError, type ByteReader, check } from "@adk/core";
import { readName } from "./name.ts";

// CFHEADER, [MS-CAB] 2.1.

export const CAB_SIGNATURE = new Uint8Array([0x4d, 0x53, 0x43, 0x46]);
/** Bytes of the fields that every header has. */
export const CAB_HEADER_SIZE = 36;
/** The most that a header can have: the fields, the reserved area and four names. */
export const MOST_HEADER_SIZE = CAB_HEADER_SIZE + 4 + 0xffff + 4 * 256;

const PREV_CABINET = 1;
const NEXT_CABINET = 2;
const RESERVE_PRESENT = 4;

/** Size of the reserved area that a signed cabinet has, and what it begins with. */
const SIGNATURE_AREA = 20;
const SIGNATURE_MARK = 0x0010_0000;

export interface CabHeader {
  /** Bytes of the cabinet. */
  readonly size: number;
  /** Where the entries of the files begin, from the start of the cabinet. */
  readonly filesOffset: number;
  /** `[major, minor]`: always 1.3. */
  readonly version: readonly [number, number];
  readonly folderCount: number;
  readonly fileCount: number;
  /** The same in all cabinets of a set. */
  readonly setId: number;
  /** Place of the cabinet in its set, from 0. */
  readonly number: number;
  /** Bytes that belong to applications: in the header, in each folder and in each data block. */
  readonly reserve: { readonly header: Uint8Array; readonly folderBytes: number; readonly dataBytes: number };
  readonly previous: CabNeighbour | undefined;
  readonly next: CabNeighbour | undefined;
  /** Where an Authenticode signature (PKCS #7) lies behind the cabinet, from its start. */
  readonly signature: { readonly offset: number; readonly size: number } | undefined;
}

/** Another cabinet of the set. */
export interface CabNeighbour {
  /** Name of the file. */
  readonly cabinet: string;
  /** What to ask a person for: the name on a disk's label. */
  readonly disk: string;
}

export function isCab(head: Uint8Array): boolean {
  return head.length >= CAB_HEADER_SIZE && CAB_SIGNATURE.every((byte, i) => head[i] === byte);
}

/** @throws AdkError `CAB_BAD_MAGIC`, `CAB_VERSION`, `UNEXPECTED_END` */
export function parseHeader(reader: ByteReader): CabHeader {
  const { file } = reader.origin;
  const at = reader.offset;
  const magic = reader.slice(CAB_SIGNATURE.length);
  check(
    CAB_SIGNATURE.every((byte, i) => magic[i] === byte),
    () => new AdkError("CAB_BAD_MAGIC", "This is no cabinet.", { file, offset: at, expected: "MSCF" }),
  );
  reader.skip(4);
  const size = reader.u32();
  reader.skip(4);
  const filesOffset = reader.u32();
  reader.skip(4);
  const minor = reader.u8();
  const major = reader.u8();
  check(major === 1, () => {
    const found = `${major}.${minor}`;
    return new AdkError("CAB_VERSION", "The version of the cabinet is not known.", {
      kind: "unsupported",
      file,
      offset: at + 24,
      expected: "1.3",
      found,
    });
  });
  const folderCount = reader.u16();
  const fileCount = reader.u16();
  const flags = reader.u16();
  const setId = reader.u16();
  const number = reader.u16();
  const reserve = flags & RESERVE_PRESENT ? readReserve(reader) : NO_RESERVE;
  const previous = flags & PREV_CABINET ? readNeighbour(reader) : undefined;
  const next = flags & NEXT_CABINET ? readNeighbour(reader) : undefined;
  const signature = signatureIn(reserve.header);
  const version = [major, minor] as const;
  return { size, filesOffset, version, folderCount, fileCount, setId, number, reserve, previous, next, signature };
}

const NO_RESERVE: CabHeader["reserve"] = { header: new Uint8Array(0), folderBytes: 0, dataBytes: 0 };

function readReserve(reader: ByteReader): CabHeader["reserve"] {
  const headerBytes = reader.u16();
  const folderBytes = reader.u8();
  const dataBytes = reader.u8();
  return { header: reader.slice(headerBytes).slice(), folderBytes, dataBytes };
}

function readNeighbour(reader: ByteReader): CabNeighbour {
  return { cabinet: readName(reader, false), disk: readName(reader, false) };
}

/** Signed cabinets name the place of their signature in the reserved area: a mark, offset and size. */
function signatureIn(area: Uint8Array): CabHeader["signature"] {
  if (area.length < SIGNATURE_AREA) return undefined;
  const view = new DataView(area.buffer, area.byteOffset);
  const [offset, size] = [view.getUint32(4, true), view.getUint32(8, true)];
  return view.getUint32(0, true) === SIGNATURE_MARK && size > 0 ? { offset, size } : undefined;
}
