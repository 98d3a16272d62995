import { AdkError, check } from "@adk/core";
import type { FileBytes } from "./file-bytes.ts";

/** Bytes of the DOS header; the last four say where the next header is. */
const DOS_HEADER_SIZE = 64;

/** What a file that begins with a DOS header is: by the two or four letters of its second header, `dos` without one. */
export type ExecutableKind = "pe" | "ne" | "le" | "lx" | "dos";

/** The fields of the DOS header (IMAGE_DOS_HEADER) that tell something. */
export interface DosHeader {
  readonly kind: ExecutableKind;
  /** Offset of the second header (e_lfanew), whether there is one or not. */
  readonly newHeaderOffset: number;
  /** Entry point of the DOS program: segment and offset. */
  readonly initialCs: number;
  readonly initialIp: number;
  /** Bytes of the DOS program, from its count of 512-byte pages and of bytes in the last one. */
  readonly programSize: number;
}

/** Whether a file that begins with these bytes has a DOS header: DOS programs, and every kind of Windows executable. */
export function isExecutable(head: Uint8Array): boolean {
  return head.length >= DOS_HEADER_SIZE && head[0] === 0x4d && head[1] === 0x5a;
}

/** @throws AdkError `PE_BAD_MAGIC` without a DOS header */
export function parseDosHeader(bytes: FileBytes): DosHeader {
  check(bytes.size >= DOS_HEADER_SIZE && isExecutable(bytes.view(0, DOS_HEADER_SIZE)), () => {
    const found = JSON.stringify(Buffer.from(bytes.view(0, Math.min(2, bytes.size))).toString("latin1"));
    return new AdkError("PE_BAD_MAGIC", "This is not an executable file.", {
      file: bytes.name,
      offset: 0,
      expected: '"MZ" and a DOS header of 64 bytes',
      found: `${found} in ${bytes.size} bytes`,
    });
  });
  const pages = bytes.u16(4);
  const lastPage = bytes.u16(2) & 511;
  const newHeaderOffset = bytes.u32(0x3c);
  return {
    kind: kindOf(bytes, newHeaderOffset),
    newHeaderOffset,
    initialCs: bytes.u16(0x16),
    initialIp: bytes.u16(0x14),
    programSize: Math.max(0, pages * 512 - (lastPage > 0 ? 512 - lastPage : 0)),
  };
}

function kindOf(bytes: FileBytes, offset: number): ExecutableKind {
  if (offset + 4 > bytes.size) return "dos";
  switch (bytes.u16(offset)) {
    case 0x4550: // "PE\0\0"
      return bytes.u16(offset + 2) === 0 ? "pe" : "dos";
    case 0x454e:
      return "ne";
    case 0x454c:
      return "le";
    case 0x584c:
      return "lx";
    default:
      return "dos";
  }
}
