import { AdkError, type Findings } from "@adk/core";
import type { FileBytes } from "./file-bytes.ts";

/** Indexes of the data directories. */
export const Directory = {
  EXPORT: 0,
  IMPORT: 1,
  RESOURCE: 2,
  EXCEPTION: 3,
  /** The certificate table: the only one whose address is an offset in the file. */
  SECURITY: 4,
  BASE_RELOCATION: 5,
  DEBUG: 6,
  TLS: 9,
  LOAD_CONFIG: 10,
  BOUND_IMPORT: 11,
  DELAY_IMPORT: 13,
  CLR: 14,
} as const;

/** Where a part of the image is. */
export interface DataDirectory {
  /** Relative virtual address; of `Directory.SECURITY` the offset in the file. */
  readonly address: number;
  readonly size: number;
}

const MOST_DIRECTORIES = 16;
const MAGIC_PE32 = 0x10b;
const MAGIC_PE32_PLUS = 0x20b;
/** Up to and with the field `Subsystem`: Windows loads files that end there and takes the rest as zeros. */
const LEAST_SIZE = { pe32: 69, pe32Plus: 73 };

export const DllCharacteristic = {
  HIGH_ENTROPY_VA: 0x20,
  DYNAMIC_BASE: 0x40,
  FORCE_INTEGRITY: 0x80,
  NX_COMPATIBLE: 0x100,
  NO_ISOLATION: 0x200,
  NO_SEH: 0x400,
  NO_BIND: 0x800,
  APP_CONTAINER: 0x1000,
  WDM_DRIVER: 0x2000,
  GUARD_CF: 0x4000,
  TERMINAL_SERVER_AWARE: 0x8000,
} as const;

const SUBSYSTEM_NAMES: Readonly<Record<number, string>> = {
  0: "unknown",
  1: "native",
  2: "windows",
  3: "console",
  5: "os2",
  7: "posix",
  8: "windows-9x-driver",
  9: "windows-ce",
  10: "efi-application",
  11: "efi-boot-driver",
  12: "efi-runtime-driver",
  13: "efi-rom",
  14: "xbox",
  16: "boot-application",
};

/** `console`; the number for a subsystem without a name. */
export function subsystemName(subsystem: number): string {
  return SUBSYSTEM_NAMES[subsystem] ?? String(subsystem);
}

type Version = readonly [major: number, minor: number];

/** IMAGE_OPTIONAL_HEADER of PE32 or PE32+ (PE format, "Optional Header"). */
export interface OptionalHeader {
  /** Offset in the file. */
  readonly offset: number;
  readonly magic: number;
  /** PE32+: addresses of 64 bits. */
  readonly is64: boolean;
  readonly linkerVersion: Version;
  readonly sizeOfCode: number;
  readonly addressOfEntryPoint: number;
  readonly imageBase: bigint;
  readonly sectionAlignment: number;
  readonly fileAlignment: number;
  readonly operatingSystemVersion: Version;
  readonly imageVersion: Version;
  readonly subsystemVersion: Version;
  readonly sizeOfImage: number;
  readonly sizeOfHeaders: number;
  /** As it is stored; `computeChecksum` tells what it should be. */
  readonly checkSum: number;
  readonly subsystem: number;
  /** `DllCharacteristic`. */
  readonly dllCharacteristics: number;
  /** As it is stored; at most 16 are read. */
  readonly numberOfRvaAndSizes: number;
  readonly directories: readonly DataDirectory[];
}

/** Offset of the field `CheckSum` from the start of the optional header, in both forms. */
export const CHECKSUM_OFFSET = 64;

/**
 * A header that ends with the file early is read as if zeros followed, as Windows does. One of unknown magic is read as PE32.
 *
 * @throws AdkError `PE_BAD_OPTIONAL_HEADER` if less of it is there than Windows needs
 */
export function parseOptionalHeader(bytes: FileBytes, offset: number, findings: Findings): OptionalHeader {
  const left = Math.max(0, bytes.size - offset);
  const magic = left >= 2 ? bytes.u16(offset) : 0;
  const is64 = magic === MAGIC_PE32_PLUS;
  const least = is64 ? LEAST_SIZE.pe32Plus : LEAST_SIZE.pe32;
  if (left < least) {
    throw new AdkError("PE_BAD_OPTIONAL_HEADER", "The file ends inside the optional header.", {
      file: bytes.name,
      offset,
      expected: `${least} bytes`,
      found: `${left} bytes`,
    });
  }
  if (!is64 && magic !== MAGIC_PE32) {
    const found = `0x${magic.toString(16)}`;
    findings.error(
      "PE_BAD_OPTIONAL_HEADER",
      `The optional header has the unknown magic ${found}; it is read as PE32.`,
      {
        file: bytes.name,
        offset,
      },
    );
  }
  const directoriesAt = is64 ? 112 : 96;
  const padded = new Uint8Array(directoriesAt + MOST_DIRECTORIES * 8);
  padded.set(bytes.view(offset, Math.min(left, padded.length)));
  const view = new DataView(padded.buffer);
  const u16 = (at: number) => view.getUint16(at, true);
  const u32 = (at: number) => view.getUint32(at, true);
  const version = (at: number): Version => [u16(at), u16(at + 2)];
  const numberOfRvaAndSizes = u32(directoriesAt - 4);
  if (numberOfRvaAndSizes > MOST_DIRECTORIES) {
    findings.warning(
      "PE_TOO_MANY_DIRECTORIES",
      `The header claims ${numberOfRvaAndSizes} data directories; 16 are known.`,
      {
        file: bytes.name,
        offset: offset + directoriesAt - 4,
      },
    );
  }
  return {
    offset,
    magic,
    is64,
    linkerVersion: [padded[2] ?? 0, padded[3] ?? 0],
    sizeOfCode: u32(4),
    addressOfEntryPoint: u32(16),
    imageBase: is64 ? view.getBigUint64(24, true) : BigInt(u32(28)),
    sectionAlignment: u32(32),
    fileAlignment: u32(36),
    operatingSystemVersion: version(40),
    imageVersion: version(44),
    subsystemVersion: version(48),
    sizeOfImage: u32(56),
    sizeOfHeaders: u32(60),
    checkSum: u32(CHECKSUM_OFFSET),
    subsystem: u16(68),
    dllCharacteristics: u16(70),
    numberOfRvaAndSizes,
    directories: directoriesOf(u32, directoriesAt, numberOfRvaAndSizes & 0x7fff_ffff, left),
  };
}

function directoriesOf(u32: (at: number) => number, start: number, claimed: number, left: number): DataDirectory[] {
  const directories: DataDirectory[] = [];
  for (let index = 0; index < Math.min(claimed, MOST_DIRECTORIES); index++) {
    const at = start + index * 8;
    if (at >= left) break;
    directories.push({ address: u32(at), size: u32(at + 4) });
  }
  return directories;
}
