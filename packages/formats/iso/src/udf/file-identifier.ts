import { type AllocationDescriptor, parseLongAllocation } from "./allocation.ts";
import { decodeCompressedUnicode } from "./dstring.ts";
import { parseTag, TagId } from "./tag.ts";

// File identifier descriptors, ECMA-167 4/14.4: what a directory's data is made of.

export const FILE_IDENTIFIER_MIN = 38;

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
