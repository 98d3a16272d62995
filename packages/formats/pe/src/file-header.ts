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
  0x166: "mips",
  0x168: "mips10000",
  0x169: "mips-wce2",
  0x184: "alpha",
  0x1a2: "sh3",
  0x1a6: "sh4",
  0x1c0: "arm",
  0x1c2: "thumb",
  0x1c4: "arm-nt",
  0x1f0: "powerpc",
  0x200: "ia64",
  0x266: "mips16",
  0x284: "alpha64",
  0x366: "mips-fpu",
  0xebc: "efi-bytecode",
  0x5032: "riscv32",
  0x5064: "riscv64",
  0x6232: "loongarch32",
  0x6264: "loongarch64",
  [Machine.AMD64]: "x64",
  0xa641: "arm64ec",
  0xa64e: "arm64x",
  [Machine.ARM64]: "arm64",
  0xc0ee: "cee",
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
