import { AdkError, baseName, checkName, openDirectory, type RandomAccess } from "@adk/core";
import { findPdb, type SymbolPlace } from "@adk/pdb";
import { type PeFile, readDebugDirectory } from "@adk/pe";
import type { PdbReference, TraceImage } from "../model/images.ts";
import { BreakpadLines, type SourceLines } from "./breakpad-lines.ts";
import { BreakpadSymbols } from "./breakpad-symbols.ts";
import { readExportedNames } from "./exported-names.ts";
import type { FunctionNames, SymbolKind } from "./function-names.ts";
import type { ImageFileOptions, ImageFiles } from "./image-files.ts";

/** The largest Breakpad file that is read, in bytes: that of a browser has half of it. */
const MOST_BREAKPAD = 2 ** 31;

/** The functions of an image, and what told them. */
export interface ImageSymbols {
  readonly kind: SymbolKind;
  /** Where they were found. */
  readonly file: string;
  readonly names: FunctionNames;
  readonly lines: SourceLines | undefined;
}

export interface FindSymbolsOptions extends ImageFileOptions {
  /** Read lines of source files too. */
  readonly lines: boolean;
}

/** An image whose functions are wanted. */
export interface WantedImage {
  readonly image: TraceImage;
  /** As a running Windows names it. */
  readonly path: string;
  /** As the trace tells it. */
  readonly pdb: PdbReference | undefined;
}

/** What came of looking for an image's symbols. */
export interface SymbolSearch {
  /** The database that belongs to the image, as the trace or its file tells it. */
  readonly pdb: PdbReference | undefined;
  readonly symbols: ImageSymbols | undefined;
}

/**
 * Looks for the symbols of an image: its program database, a Breakpad file, then the functions that its file exports. A trace that
 * was not merged does not tell the database: the file of the image does.
 */
export async function findSymbols(
  { image, path, pdb: told }: WantedImage,
  files: ImageFiles,
  options: FindSymbolsOptions,
): Promise<SymbolSearch> {
  const pdb = told ?? (await files.withFile(image, path, async (pe) => referenceOf(await readDebugDirectory(pe))));
  const found = pdb && !pdb.managed ? ((await readPdb(pdb, options)) ?? (await readBreakpad(pdb, options))) : undefined;
  return { pdb, symbols: found ?? (await files.withFile(image, path, exportsOf)) };
}

async function exportsOf(pe: PeFile): Promise<ImageSymbols | undefined> {
  const names = await readExportedNames(pe);
  return names && { kind: "exports", file: pe.access.name, names, lines: undefined };
}

function referenceOf(entries: Awaited<ReturnType<typeof readDebugDirectory>>): PdbReference | undefined {
  const view = entries.find(({ codeView }) => codeView !== undefined)?.codeView;
  return view && { name: baseName(view.path), id: view.id, managed: false };
}

async function readPdb(
  pdb: PdbReference,
  { places, network, findings, signal, lines }: FindSymbolsOptions,
): Promise<ImageSymbols | undefined> {
  const file = await findPdb(pdb, places, { network, findings, signal });
  if (!file) return undefined;
  try {
    const symbols = await file.readSymbols();
    const names = { indexOf: (address: number) => symbols.indexOf(address), nameAt: (i: number) => symbols.at(i).name };
    return { kind: "pdb", file: file.name, names, lines: lines ? await file.readLines() : undefined };
  } catch (error) {
    if (!(error instanceof AdkError) || error.kind === "cancelled") throw error;
    findings?.warning(error.code, error.message, { file: error.file ?? file.name });
    return undefined;
  } finally {
    await file.close();
  }
}

async function readBreakpad(pdb: PdbReference, options: FindSymbolsOptions): Promise<ImageSymbols | undefined> {
  for await (const access of breakpadFiles(pdb, options.places)) {
    try {
      const bytes = await access.read(0, Math.min(access.size, MOST_BREAKPAD));
      const names = new BreakpadSymbols(bytes, access.name);
      if (names.id !== pdb.id.toUpperCase()) continue;
      const lines = options.lines ? new BreakpadLines(bytes) : undefined;
      return { kind: "breakpad", file: access.name, names, lines };
    } catch (error) {
      if (!(error instanceof AdkError)) throw error;
      options.findings?.warning(error.code, error.message, { file: access.name });
    } finally {
      await access.close();
    }
  }
  return undefined;
}

/** `x.sym`, and as stores have it `x.pdb/ID/x.sym`, in the directories of a symbol path. */
async function* breakpadFiles(
  { name: path, id }: PdbReference,
  places: readonly SymbolPlace[],
): AsyncGenerator<RandomAccess> {
  const name = baseName(path);
  // A name comes from a trace: it must not lead anywhere else.
  if (checkName(name) !== undefined || !/^[0-9A-Za-z]+$/.test(id)) return;
  const symbols = `${name.replace(/\.pdb$/i, "")}.sym`;
  const directories = places.flatMap((place) => {
    return place.kind === "directory" ? [place.path] : [...place.caches, place.store];
  });
  for (const directory of directories.filter((each) => !/^https?:/i.test(each))) {
    try {
      await using volume = await openDirectory(directory);
      for (const place of [`/${symbols}`, `/${name}/${id}/${symbols}`]) {
        const entry = await volume.lookup(place);
        if (entry) yield await volume.open(entry);
      }
    } catch (error) {
      // A directory of a symbol path that is not there is nothing unusual; what else is wrong with it was told before.
      if (!(error instanceof AdkError)) throw error;
    }
  }
}
