import { AdkError, type Findings } from "@adk/core";
import { MOST_NAME_LENGTH } from "./import-table.ts";
import type { MappedImage } from "./mapped-image.ts";
import { Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

const DIRECTORY_SIZE = 40;
/** Ordinals have 16 bits. */
const MOST_FUNCTIONS = 0x10000;

export interface ExportedFunction {
  /** Absent where the function has only an ordinal. */
  readonly name: string | undefined;
  readonly ordinal: number;
  /** Relative virtual address; of a forwarder that of its text. */
  readonly address: number;
  /** `NTDLL.RtlAllocateHeap`: the function is there. */
  readonly forwarder: string | undefined;
}

export interface ExportTable {
  /** The DLL's name as its linker knew it. */
  readonly name: string;
  readonly timeDateStamp: number;
  /** Ordinal of the first function. */
  readonly base: number;
  /** Those with names, as they are sorted in the file; then those without. */
  readonly functions: readonly ExportedFunction[];
}

/** The functions that the image offers (IMAGE_EXPORT_DIRECTORY); undefined without such a table. */
export function readExports(pe: PeFile): Promise<ExportTable | undefined> {
  return pe.readPart<ExportTable | undefined>(undefined, (image, findings) => {
    const directory = pe.directory(Directory.EXPORT);
    if (!directory) return undefined;
    const at = directory.address;
    if (image.view(at, DIRECTORY_SIZE).every((byte) => byte === 0)) return undefined;
    const end = at + directory.size;
    const base = image.u32(at + 16);
    const functionCount = bounded(image, findings, at + 20);
    const nameCount = bounded(image, findings, at + 24);
    const addresses = image.u32(at + 28);
    const names = image.u32(at + 32);
    const ordinals = image.u32(at + 36);
    const text = (rva: number) => image.text(rva, MOST_NAME_LENGTH);
    const functions: ExportedFunction[] = [];
    const named = new Uint8Array(functionCount);
    const add = (name: string | undefined, index: number) => {
      const address = image.u32(addresses + index * 4);
      if (address === 0) return;
      const forwarder = address >= at && address < end ? text(address) : undefined;
      functions.push({ name, ordinal: base + index, address, forwarder });
      named[index] = 1;
    };
    const guarded = (work: () => void) => {
      try {
        work();
      } catch (error) {
        findings.fromError(error);
      }
    };
    guarded(() => {
      for (let index = 0; index < nameCount; index++) {
        const place = image.u16(ordinals + index * 2);
        if (place >= functionCount) throw badOrdinal(image, ordinals + index * 2, functionCount, place);
        add(text(image.u32(names + index * 4)), place);
      }
    });
    guarded(() => {
      for (let index = 0; index < functionCount; index++) if (named[index] === 0) add(undefined, index);
    });
    return { name: text(image.u32(at + 12)), timeDateStamp: image.u32(at + 4), base, functions };
  });
}

function badOrdinal(image: MappedImage, rva: number, count: number, found: number): AdkError {
  return new AdkError(
    "PE_BAD_EXPORT",
    "A name stands for a function that is not there; the rest of the names is left out.",
    {
      file: image.bytes.name,
      offset: image.offsetOf(rva),
      expected: `below ${count}`,
      found,
    },
  );
}

function bounded(image: MappedImage, findings: Findings, rva: number): number {
  const count = image.u32(rva);
  if (count <= MOST_FUNCTIONS) return count;
  findings.error("PE_TOO_MANY_EXPORTS", `The export table claims ${count} entries; ${MOST_FUNCTIONS} are read.`, {
    file: image.bytes.name,
    offset: image.offsetOf(rva),
  });
  return MOST_FUNCTIONS;
}
