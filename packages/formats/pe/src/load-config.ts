import { Machine } from "./file-header.ts";
import type { MappedImage } from "./mapped-image.ts";
import { Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

/** Offsets of fields in PE32 and PE32+ (IMAGE_LOAD_CONFIG_DIRECTORY32 and 64); the structure grew with Windows. */
const FIELDS = {
  securityCookie: [60, 88],
  seHandlerTable: [64, 96],
  seHandlerCount: [68, 104],
  guardFlags: [88, 144],
  chpeMetadata: [124, 200],
} as const;

export const GuardFlag = {
  /** Calls are checked by the system (Control Flow Guard). */
  CF_INSTRUMENTED: 0x100,
  CF_FUNCTION_TABLE_PRESENT: 0x400,
  RETPOLINE_PRESENT: 0x100000,
  EH_CONTINUATION_TABLE_PRESENT: 0x400000,
  XFG_ENABLED: 0x800000,
} as const;

/** Code for two machines in one image: x86 with ARM64 code (CHPE), x64-compatible ARM64 (ARM64EC), ARM64 that is also that (ARM64X). */
export type Hybrid = "chpe" | "arm64ec" | "arm64x";

export interface LoadConfig {
  /** Bytes, as the structure itself says; what lies behind is absent. */
  readonly size: number;
  readonly timeDateStamp: number;
  /** Address of the stack cookie; 0 for none. */
  readonly securityCookie: bigint | undefined;
  /** Handlers of exceptions that x86 code may use (SafeSEH). */
  readonly seHandlerCount: number | undefined;
  readonly guardFlags: number | undefined;
  /** From the presence of hybrid metadata and the machine of the header. */
  readonly hybrid: Hybrid | undefined;
}

/** What the loader is told besides the headers; undefined without such a directory. */
export function readLoadConfig(pe: PeFile): Promise<LoadConfig | undefined> {
  return pe.readPart<LoadConfig | undefined>(undefined, (image) => {
    const directory = pe.directory(Directory.LOAD_CONFIG);
    if (!directory) return undefined;
    const { is64 } = pe.optionalHeader;
    const size = image.u32(directory.address);
    const field = (name: keyof typeof FIELDS, bytes: 4 | 8) =>
      readField(image, directory.address, size, FIELDS[name][is64 ? 1 : 0], bytes);
    const pointer = is64 ? 8 : 4;
    const seHandlerCount = field("seHandlerCount", pointer);
    const guardFlags = field("guardFlags", 4);
    return {
      size,
      timeDateStamp: size >= 8 ? image.u32(directory.address + 4) : 0,
      securityCookie: field("securityCookie", pointer),
      seHandlerCount: is64 || seHandlerCount === undefined ? undefined : Number(seHandlerCount),
      guardFlags: guardFlags === undefined ? undefined : Number(guardFlags),
      hybrid: field("chpeMetadata", pointer) ? hybridOf(pe.fileHeader.machine) : undefined,
    };
  });
}

function readField(image: MappedImage, address: number, size: number, at: number, bytes: 4 | 8): bigint | undefined {
  if (at + bytes > size) return undefined;
  return bytes === 8 ? image.u64(address + at) : BigInt(image.u32(address + at));
}

function hybridOf(machine: number): Hybrid | undefined {
  switch (machine) {
    case Machine.I386:
      return "chpe";
    case Machine.AMD64:
      return "arm64ec";
    case Machine.ARM64:
      return "arm64x";
    default:
      return undefined;
  }
}
