import { AdkError, type RandomAccess } from "@adk/core";
import { PdbFile } from "./pdb-file.ts";
import type { SymbolPlace } from "./symbol-path.ts";
import { type FindSymbolsOptions, findSymbolFiles, type SymbolKey } from "./symbol-store.ts";

/** The program database of an image, from the first place of a symbol path that has the one with its GUID and age. */
export async function findPdb(
  key: SymbolKey,
  places: readonly SymbolPlace[],
  options: FindSymbolsOptions = {},
): Promise<PdbFile | undefined> {
  for await (const access of findSymbolFiles(key, places, options)) {
    const pdb = await open(access, options);
    if (pdb?.id.toLowerCase() === key.id.toLowerCase()) return pdb;
    await access.close();
  }
  return undefined;
}

/** A file of that name that is no database, or one of another build, is passed over. */
async function open(access: RandomAccess, { findings }: FindSymbolsOptions): Promise<PdbFile | undefined> {
  try {
    return await PdbFile.open(access, { findings });
  } catch (error) {
    if (!(error instanceof AdkError)) throw error;
    findings?.warning(error.code, error.message, { file: access.name });
    return undefined;
  }
}
