import { AdkError, type Findings, type Guid, guidFromBytes } from "@adk/core";
import type { FileBytes } from "./file-bytes.ts";
import type { MappedImage } from "./mapped-image.ts";
import { Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

const ENTRY_SIZE = 28;
const MOST_ENTRIES = 256;
const MOST_PATH = 4096;
const RSDS = 0x53445352;
const NB10 = 0x3031424e;

/** IMAGE_DEBUG_TYPE_*. */
export const DebugType = {
  COFF: 1,
  CODEVIEW: 2,
  MISC: 4,
  VC_FEATURE: 12,
  POGO: 13,
  ILTCG: 14,
  MPX: 15,
  REPRO: 16,
  EMBEDDED_PORTABLE_PDB: 17,
  PDB_CHECKSUM: 19,
  EX_DLL_CHARACTERISTICS: 20,
} as const;

/** Bit of the extended DLL characteristics: the image keeps to shadow stacks (CET). */
export const CET_COMPATIBLE = 1;

/** Where symbols are found, and what else tools leave for tools (IMAGE_DEBUG_DIRECTORY). */
export interface DebugEntry {
  /** `DebugType`. */
  readonly type: number;
  readonly timeDateStamp: number;
  readonly majorVersion: number;
  readonly minorVersion: number;
  /** Relative virtual address; 0 where the data is not mapped. */
  readonly address: number;
  /** Offset in the file. */
  readonly offset: number;
  readonly size: number;
  /** Of type CODEVIEW. */
  readonly codeView: CodeView | undefined;
  /** Of type EX_DLL_CHARACTERISTICS. */
  readonly exDllCharacteristics: number | undefined;
  /** Of type REPRO: the hash of the input from which the time stamps come, if it is stored. */
  readonly reproHash: Uint8Array | undefined;
  /** Of type POGO: `LTCG`, `PGU` ... */
  readonly pogoSignature: string | undefined;
}

/** The program database that belongs to the image. */
export interface CodeView {
  readonly signature: "RSDS" | "NB10";
  /** Of RSDS. */
  readonly guid: Guid | undefined;
  /** Of NB10: seconds since 1970. */
  readonly timeDateStamp: number | undefined;
  readonly age: number;
  /** Path of the PDB on the machine that linked the image. */
  readonly path: string;
  /** The directory of a symbol store: GUID or time, and age, in hexadecimal digits. */
  readonly id: string;
}

/** All entries in file order. */
export function readDebugDirectory(pe: PeFile): Promise<DebugEntry[]> {
  return pe.readPart<DebugEntry[]>([], (image, findings) => {
    const directory = pe.directory(Directory.DEBUG);
    if (!directory) return [];
    const count = Math.min(Math.floor(directory.size / ENTRY_SIZE), MOST_ENTRIES);
    return Array.from({ length: count }, (_, index) =>
      readEntry(image, directory.address + index * ENTRY_SIZE, findings),
    );
  });
}

function readEntry(image: MappedImage, at: number, findings: Findings): DebugEntry {
  const entry = {
    timeDateStamp: image.u32(at + 4),
    majorVersion: image.u16(at + 8),
    minorVersion: image.u16(at + 10),
    type: image.u32(at + 12),
    size: image.u32(at + 16),
    address: image.u32(at + 20),
    offset: image.u32(at + 24),
  };
  return { ...entry, ...readData(image.bytes, entry, findings) };
}

type DebugData = Pick<DebugEntry, "codeView" | "exDllCharacteristics" | "reproHash" | "pogoSignature">;

function readData(
  bytes: FileBytes,
  { type, offset, size }: { type: number; offset: number; size: number },
  findings: Findings,
): DebugData {
  const none = { codeView: undefined, exDllCharacteristics: undefined, reproHash: undefined, pogoSignature: undefined };
  try {
    if (type === DebugType.CODEVIEW) return { ...none, codeView: readCodeView(bytes, offset, size) };
    if (type === DebugType.EX_DLL_CHARACTERISTICS && size >= 4)
      return { ...none, exDllCharacteristics: bytes.u32(offset) };
    if (type === DebugType.REPRO && size > 4) {
      const length = Math.min(bytes.u32(offset), size - 4);
      return { ...none, reproHash: bytes.view(offset + 4, length) };
    }
    if (type === DebugType.POGO && size >= 4) {
      const letters = Buffer.from(bytes.view(offset, 4)).toString("latin1").split("").reverse().join("");
      return { ...none, pogoSignature: letters.replaceAll("\0", "").trim() };
    }
  } catch (error) {
    findings.fromError(error);
  }
  return none;
}

function readCodeView(bytes: FileBytes, offset: number, size: number): CodeView {
  const path = (at: number) =>
    Buffer.from(bytes.zeroTerminated(offset + at, Math.min(MOST_PATH, size - at))).toString("utf8");
  const magic = size >= 16 ? bytes.u32(offset) : 0;
  if (magic === RSDS && size >= 24) {
    const guid = guidFromBytes(bytes.view(offset + 4, 16));
    const age = bytes.u32(offset + 20);
    const id = guid.replaceAll(/[{}-]/g, "").toUpperCase() + age.toString(16).toUpperCase();
    return { signature: "RSDS", guid, timeDateStamp: undefined, age, path: path(24), id };
  }
  if (magic === NB10) {
    const timeDateStamp = bytes.u32(offset + 8);
    const age = bytes.u32(offset + 12);
    const id = timeDateStamp.toString(16).toUpperCase().padStart(8, "0") + age.toString(16).toUpperCase();
    return { signature: "NB10", guid: undefined, timeDateStamp, age, path: path(16), id };
  }
  throw new AdkError("PE_BAD_CODEVIEW", "The CodeView record is of an unknown kind.", {
    file: bytes.name,
    offset,
    expected: "RSDS or NB10",
    found: `0x${magic.toString(16)} in ${size} bytes`,
  });
}
