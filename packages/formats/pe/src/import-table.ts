import type { Findings } from "@adk/core";
import type { MappedImage } from "./mapped-image.ts";
import { Directory, type OptionalHeader } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

const DESCRIPTOR_SIZE = 20;
/** Functions of all DLLs together. Real files have up to some ten thousand; hostile ones claim millions in a few pages. */
const MOST_FUNCTIONS = 0x10000;
const MOST_DLLS = 0x1000;
/** Descriptors without a single function, after which the table is taken for noise. */
const MOST_EMPTY = 6;
/** An address that comes this often in one table is no name of a function. */
const MOST_REPEATED = 15;
export const MOST_NAME_LENGTH = 512;

/** A function by its name, or by its ordinal where it has no name. */
export interface ImportedFunction {
  readonly name: string | undefined;
  readonly ordinal: number | undefined;
  /** Where in the table of names of the DLL the loader looks first. */
  readonly hint: number | undefined;
}

export interface ImportedDll {
  /** As it is written in the file: `KERNEL32.dll`. */
  readonly dll: string;
  readonly functions: readonly ImportedFunction[];
}

/** The DLLs that are loaded with the image (IMAGE_IMPORT_DESCRIPTOR), in file order. */
export function readImports(pe: PeFile): Promise<ImportedDll[]> {
  return pe.readPart<ImportedDll[]>([], (image, findings) => {
    const directory = pe.directory(Directory.IMPORT);
    if (!directory) return [];
    const table = new ThunkReader(image, pe.optionalHeader, findings);
    return readDescriptors(directory.address, DESCRIPTOR_SIZE, image, findings, (descriptor) => {
      const lookupTable = image.u32(descriptor);
      const addressTable = image.u32(descriptor + 16);
      return {
        dll: dllName(image, image.u32(descriptor + 12), findings),
        functions: table.read([lookupTable, addressTable]),
      };
    });
  });
}

/** A table of descriptors that one of zeros ends; those that cannot be read are passed over. */
export function readDescriptors<T extends ImportedDll>(
  address: number,
  size: number,
  image: MappedImage,
  findings: Findings,
  read: (descriptor: number) => T,
): T[] {
  const list: T[] = [];
  let empty = 0;
  for (let descriptor = address; ; descriptor += size) {
    if (list.length >= MOST_DLLS || empty >= MOST_EMPTY) {
      findings.error("PE_IMPORTS_ENDLESS", "The import table has no believable end; the rest is left out.", {
        file: image.bytes.name,
        offset: image.offsetOf(descriptor),
      });
      return list;
    }
    try {
      if (image.view(descriptor, size).every((byte) => byte === 0)) return list;
      const dll = read(descriptor);
      if (dll.functions.length > 0) list.push(dll);
      else empty++;
    } catch (error) {
      findings.fromError(error);
      if (image.offsetOf(descriptor) === undefined) return list;
      empty++;
    }
  }
}

/** Stands for a name that no file has, as pefile writes it: the import hash has it too. */
const INVALID_NAME = "*invalid*";

export function dllName(image: MappedImage, rva: number, findings: Findings): string {
  const name = image.text(rva, MOST_NAME_LENGTH);
  if (/^[\w!#$%&'()\-@^`{}~+,.;=[\]\\/]*$/.test(name)) return name;
  findings.error(
    "PE_BAD_IMPORT",
    `The name of an imported DLL is no file name: ${JSON.stringify(name.slice(0, 40))}.`,
    {
      file: image.bytes.name,
      offset: image.offsetOf(rva),
    },
  );
  return INVALID_NAME;
}

const asItIs = (address: number) => address;

/** Reads tables of thunks: addresses of names, and ordinals, up to a zero. Counts over all tables of a file. */
export class ThunkReader {
  readonly #image: MappedImage;
  readonly #is64: boolean;
  readonly #findings: Findings;
  #left = MOST_FUNCTIONS;

  constructor(image: MappedImage, header: OptionalHeader, findings: Findings) {
    this.#image = image;
    this.#is64 = header.is64;
    this.#findings = findings;
  }

  /**
   * @param tables addresses of equal tables, the better first: a bound file has its names in the look-up table only
   * @param toRva for delay-load tables of old, whose addresses are virtual
   */
  read(tables: readonly number[], toRva: (address: number) => number = asItIs): ImportedFunction[] {
    for (const table of tables) {
      try {
        const functions = table === 0 ? undefined : this.#readTable(table, toRva);
        if (functions) return functions;
      } catch (error) {
        this.#findings.fromError(error);
      }
    }
    return [];
  }

  /** Undefined for a table that holds something else. */
  #readTable(table: number, toRva: (address: number) => number): ImportedFunction[] | undefined {
    const image = this.#image;
    const size = this.#is64 ? 8 : 4;
    const functions: ImportedFunction[] = [];
    const seen = new Set<number>();
    let repeated = 0;
    for (let thunk = table; ; thunk += size) {
      const low = image.u32(thunk);
      const high = this.#is64 ? image.u32(thunk + 4) : 0;
      if (low === 0 && high === 0) return thunk === table ? undefined : functions;
      if (this.#left-- <= 0) return this.#tooMany(thunk, functions);
      const flags = this.#is64 ? high : low;
      if (flags >= 0x8000_0000) {
        const rest = this.#is64 ? low : low & 0x7fff_ffff;
        if (rest > 0xffff) return undefined;
        // Zero is no ordinal of a function: pefile leaves it out, and the import hash depends on that.
        if (rest > 0) functions.push({ name: undefined, ordinal: rest, hint: undefined });
        continue;
      }
      const address = toRva(low);
      if (high !== 0) return undefined;
      // A table that points into itself, or always to the same place.
      if (address >= table && address <= thunk) return functions;
      if (seen.size !== seen.add(address).size) repeated = 0;
      else if (++repeated > MOST_REPEATED) return undefined;
      const named = this.#readName(address);
      if (named === "unreadable") return functions.length > 0 ? functions : undefined;
      if (named) functions.push(named);
    }
  }

  #readName(address: number): ImportedFunction | "unreadable" | undefined {
    try {
      const name = this.#image.text(address + 2, MOST_NAME_LENGTH);
      if (name === "" || !/^[\w.?@$()<>]*$/.test(name)) return undefined;
      return { name, ordinal: undefined, hint: this.#image.u16(address) };
    } catch (error) {
      this.#findings.fromError(error);
      return "unreadable";
    }
  }

  #tooMany(thunk: number, functions: ImportedFunction[]): ImportedFunction[] {
    if (this.#left === -1) {
      this.#findings.error(
        "PE_TOO_MANY_IMPORTS",
        `More than ${MOST_FUNCTIONS} functions are imported; the rest is left out.`,
        {
          file: this.#image.bytes.name,
          offset: this.#image.offsetOf(thunk),
        },
      );
    }
    return functions;
  }
}
