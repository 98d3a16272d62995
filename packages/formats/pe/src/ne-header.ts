import type { FileBytes } from "./file-bytes.ts";

/** Systems of 16-bit and linear executables (byte 0x36 of NE, word 10 of LE and LX headers). */
const SYSTEMS = ["unknown", "OS/2", "Windows", "European DOS", "Windows 386"];
/** Offset of the system in the header of a linear executable. */
const LINEAR_SYSTEM = 10;

/** Header of a 16-bit executable of Windows or OS/2 (NE). */
export interface NeHeader {
  readonly linkerVersion: string;
  readonly flags: number;
  readonly system: string;
  /** Version of Windows that it needs, "3.10"; empty if it does not say. */
  readonly windowsVersion: string;
  /** First string of the resident name table: the name that the linker gave to the module. */
  readonly moduleName: string;
  /** First string of the non-resident name table: the description. */
  readonly description: string;
}

/** @param offset where the NE header starts; @throws AdkError `UNEXPECTED_END` */
export function parseNeHeader(bytes: FileBytes, offset: number): NeHeader {
  const minor = bytes.u8(offset + 0x3e);
  const major = bytes.u8(offset + 0x3f);
  return {
    linkerVersion: `${bytes.u8(offset + 2)}.${bytes.u8(offset + 3)}`,
    flags: bytes.u16(offset + 0x0c),
    system: SYSTEMS[bytes.u8(offset + 0x36)] ?? "unknown",
    windowsVersion: major === 0 ? "" : `${major}.${minor.toString().padStart(2, "0")}`,
    moduleName: pascalString(bytes, offset + bytes.u16(offset + 0x26)),
    // This table alone is counted from the start of the file.
    description: pascalString(bytes, bytes.u32(offset + 0x2c)),
  };
}

/** System that a linear executable (LE: drivers of Windows 3 and 9x; LX: OS/2) is for. @throws AdkError `UNEXPECTED_END` */
export function linearSystem(bytes: FileBytes, offset: number): string {
  return SYSTEMS[bytes.u16(offset + LINEAR_SYSTEM)] ?? "unknown";
}

/** Length byte and characters; empty where the file does not hold them. */
function pascalString(bytes: FileBytes, offset: number): string {
  if (offset >= bytes.size) return "";
  const length = bytes.u8(offset);
  if (offset + 1 + length > bytes.size) return "";
  return Buffer.from(bytes.view(offset + 1, length)).toString("latin1");
}
