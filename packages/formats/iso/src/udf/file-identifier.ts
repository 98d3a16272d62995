import { SECTOR } from "../sector.ts";
import { type AllocationDescriptor, longAllocationBytes, parseLongAllocation } from "./allocation.ts";
import { compressedLength, decodeCompressedUnicode, encodeCompressedUnicode } from "./dstring.ts";
import { parseTag, TagId, writeTag } from "./tag.ts";

// File identifier descriptors, ECMA-167 4/14.4: what a directory's data is made of.

const FILE_IDENTIFIER_MIN = 38;

export const Characteristic = { HIDDEN: 0x01, DIRECTORY: 0x02, DELETED: 0x04, PARENT: 0x08 } as const;

export interface FileIdentifier {
  /** Empty for the parent. */
  readonly name: string;
  /** Bits of `Characteristic`. */
  readonly characteristics: number;
  /** Where the file entry is. */
  readonly icb: AllocationDescriptor;
  /** Bytes of the descriptor. */
  readonly length: number;
}

/** @returns undefined for bytes that are no such descriptor, or hold only a part of one */
export function parseFileIdentifier(bytes: Uint8Array): FileIdentifier | undefined {
  if (bytes.length < FILE_IDENTIFIER_MIN) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const nameLength = view.getUint8(19);
  const useLength = view.getUint16(36, true);
  const length = (FILE_IDENTIFIER_MIN + nameLength + useLength + 3) & ~3;
  if (length > bytes.length || parseTag(bytes.subarray(0, length))?.id !== TagId.FILE_IDENTIFIER) return undefined;
  const start = FILE_IDENTIFIER_MIN + useLength;
  return {
    name: nameLength > 0 ? decodeCompressedUnicode(bytes.subarray(start, start + nameLength)) : "",
    characteristics: view.getUint8(18),
    icb: parseLongAllocation(bytes.subarray(20, 36)),
    length,
  };
}

/** Bytes of a descriptor with this name; empty for that of the parent. */
export function fileIdentifierLength(name: string): number {
  return (FILE_IDENTIFIER_MIN + (name === "" ? 0 : compressedLength(name)) + 3) & ~3;
}

export interface NewFileIdentifier {
  readonly name: string;
  readonly characteristics: number;
  /** Block of the file entry. */
  readonly block: number;
  readonly uniqueId: number;
  /** Block that the descriptor begins in. */
  readonly location: number;
}

/** Writes a descriptor to a place where all is zeros. @returns its bytes */
export function putFileIdentifier(bytes: Uint8Array, at: number, identifier: NewFileIdentifier): number {
  const { name, characteristics, block, uniqueId, location } = identifier;
  const length = fileIdentifierLength(name);
  const own = bytes.subarray(at, at + length);
  own[16] = 1;
  own[18] = characteristics;
  own.set(longAllocationBytes(SECTOR, block, uniqueId), 20);
  if (name !== "") {
    const encoded = encodeCompressedUnicode(name);
    own[19] = encoded.length;
    own.set(encoded, FILE_IDENTIFIER_MIN);
  }
  writeTag(own, TagId.FILE_IDENTIFIER, location);
  return length;
}
