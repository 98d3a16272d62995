import { lastAtMost } from "@adk/core";
import { undecorate } from "@adk/pdb";
import { type PeFile, readExports, type Section } from "@adk/pe";
import type { FunctionNames } from "./function-names.ts";

/** Bytes behind the beginning of an exported function that may be of it: few functions are longer. */
const MOST_DISTANCE = 4096;
/** IMAGE_SCN_MEM_EXECUTE */
const EXECUTABLE = 0x2000_0000;

/**
 * Names by the functions that an image exports: an address has the name of the last one before it, in the same section and not far
 * away. Functions between those that are exported have none, so this is a guess: such names begin with `~`.
 *
 * @returns undefined where the image exports no code
 */
export async function readExportedNames(pe: PeFile): Promise<FunctionNames | undefined> {
  const table = await readExports(pe);
  const code = pe.sections.filter(({ characteristics }) => (characteristics & EXECUTABLE) !== 0);
  const functions = (table?.functions ?? [])
    .filter(({ name, forwarder, address }) => name !== undefined && forwarder === undefined && sectionOf(code, address))
    .sort((a, b) => a.address - b.address);
  if (functions.length === 0) return undefined;
  const addresses = Uint32Array.from(functions, ({ address }) => address);
  return {
    indexOf(address) {
      const index = lastAtMost(addresses, address);
      if (index < 0) return -1;
      const start = addresses[index] as number;
      if (address - start >= MOST_DISTANCE || sectionOf(code, start) !== sectionOf(code, address)) return -1;
      // Of several names of one function the first.
      return addresses.indexOf(start);
    },
    nameAt: (index) => `~${undecorate(functions[index]?.name ?? "")}`,
  };
}

function sectionOf(sections: readonly Section[], address: number): Section | undefined {
  return sections.find(({ virtualAddress, virtualSize, sizeOfRawData }) => {
    return address >= virtualAddress && address < virtualAddress + (virtualSize || sizeOfRawData);
  });
}
