import type { FileBytes } from "./file-bytes.ts";

export const FILE_HEADER_SIZE = 20;

/** IMAGE_FILE_HEADER: the COFF header behind the signature "PE\0\0". */
export interface FileHeader {
  /** Offset in the file. */
  readonly offset: number;
  /** IMAGE_FILE_MACHINE_*. */
  readonly machine: number;
  readonly numberOfSections: number;
  /** Seconds since 1970 as the linker wrote them, or a hash of the content in a reproducible build. */
  readonly timeDateStamp: number;
  readonly pointerToSymbolTable: number;
  readonly numberOfSymbols: number;
  readonly sizeOfOptionalHeader: number;
  /** `FileCharacteristic`. */
  readonly characteristics: number;
}

export const FileCharacteristic = {
  EXECUTABLE_IMAGE: 0x2,
  LARGE_ADDRESS_AWARE: 0x20,
  DLL: 0x2000,
} as const;

export const Machine = { I386: 0x14c, AMD64: 0x8664, ARM64: 0xaa64 } as const;

/** Machines by the names that Windows and its tools use for them. */
const MACHINE_NAMES: Readonly<Record<number, string>> = {
  0: "unknown",
  [Machine.I386]: "x86",
  358: "mips",
  360: "mips10000",
  361: "mips-wce2",
  388: "alpha",
  418: "sh3",
  422: "sh4",
  448: "arm",
  450: "thumb",
  452: "arm-nt",
  496: "powerpc",
  512: "ia64",
  614: "mips16",
  644: "alpha64",
  870: "mips-fpu",
  3772: "efi-bytecode",
  20530: "riscv32",
  20580: "riscv64",
  25138: "loongarch32",
  25188: "loongarch64",
  [Machine.AMD64]: "x64",
  42561: "arm64ec",
  42574: "arm64x",
  [Machine.ARM64]: "arm64",
  49390: "cee",
};

/** `x64`; `0x1234` for a machine without a name. */
export function machineName(machine: number): string {
  return MACHINE_NAMES[machine] ?? `0x${machine.toString(16)}`;
}

/** @throws AdkError `UNEXPECTED_END` */
export function parseFileHeader(bytes: FileBytes, offset: number): FileHeader {
  return {
    offset,
    machine: bytes.u16(offset),
    numberOfSections: bytes.u16(offset + 2),
    timeDateStamp: bytes.u32(offset + 4),
    pointerToSymbolTable: bytes.u32(offset + 8),
    numberOfSymbols: bytes.u32(offset + 12),
    sizeOfOptionalHeader: bytes.u16(offset + 16),
    characteristics: bytes.u16(offset + 18),
  };
}
