import { type Findings, type LongOperation, throwIfCancelled } from "@adk/core";
import { findPdb, type LineTable, parseSymbolPath, type SymbolTable } from "@adk/pdb";
import type { TraceImage } from "../model/images.ts";
import type { TraceModel } from "../model/trace-model.ts";

export interface SymbolOptions extends LongOperation {
  /** As `_NT_SYMBOL_PATH`. Without one, functions have no names. */
  readonly symbolPath?: string | undefined;
  /** Ask the stores of the network that the path names. */
  readonly network?: boolean | undefined;
  /** Read lines of source files too. */
  readonly lines?: boolean | undefined;
  readonly findings?: Findings | undefined;
}

/** What code at an address is. */
export interface CodePlace {
  /** `ntdll.dll`; empty where no image is at the address. */
  readonly module: string;
  /** Empty where no symbols tell it. */
  readonly function: string;
  readonly file?: string;
  readonly line?: number;
}

interface ImageSymbols {
  readonly symbols: SymbolTable;
  readonly lines: LineTable | undefined;
}

const NOWHERE: CodePlace = { module: "", function: "" };

/** Names the functions of addresses: by program databases, and for .NET by what its runtime told. */
export class Symbolizer {
  readonly #model: TraceModel;
  /** By name and identity of the database; undefined where none was found. */
  readonly #loaded: ReadonlyMap<string, ImageSymbols>;
  readonly #names = new Map<string, Map<number, CodePlace>>();

  private constructor(model: TraceModel, loaded: ReadonlyMap<string, ImageSymbols>) {
    this.#model = model;
    this.#loaded = loaded;
  }

  /**
   * Loads the symbols of images.
   *
   * @param images those whose functions are wanted; each database is looked for once
   */
  static async load(model: TraceModel, images: Iterable<TraceImage>, options: SymbolOptions = {}): Promise<Symbolizer> {
    const { symbolPath, network, findings, signal, lines = false } = options;
    const places = symbolPath === undefined ? [] : parseSymbolPath(symbolPath);
    const loaded = new Map<string, ImageSymbols>();
    const asked = new Set<string>();
    if (places.length === 0) return new Symbolizer(model, loaded);
    for (const image of images) {
      const pdb = model.images.pdbOf(image);
      const key = keyOf(model, image);
      if (!pdb || pdb.managed || key === undefined || asked.has(key)) continue;
      asked.add(key);
      throwIfCancelled({ signal });
      await loadInto(loaded, key, () => findPdb(pdb, places, { network, findings, signal }), lines);
    }
    return new Symbolizer(model, loaded);
  }

  /** How many images have symbols. */
  get loadedCount(): number {
    return this.#loaded.size;
  }

  place(processId: number, address: number, time: number): CodePlace {
    const image = this.#model.images.at(processId, address, time);
    if (!image) {
      const method = this.#model.jittedMethods.at(processId, address);
      return method ? { module: ".NET", function: method.name } : NOWHERE;
    }
    const key = keyOf(this.#model, image) ?? image.path;
    let names = this.#names.get(key);
    if (!names) {
      names = new Map();
      this.#names.set(key, names);
    }
    const symbols = this.#loaded.get(key);
    if (!symbols) {
      // Code that was compiled before it ran is in images, and its methods are told as those that were compiled then.
      const method = this.#model.jittedMethods.at(processId, address);
      return method
        ? { module: image.name, function: method.name }
        : once(names, -1, () => ({ module: image.name, function: "" }));
    }
    const index = symbols.symbols.indexOf(address - image.base);
    if (!symbols.lines) {
      return once(names, index, () => ({
        module: image.name,
        function: index < 0 ? "" : symbols.symbols.at(index).name,
      }));
    }
    const source = symbols.lines.find(address - image.base);
    const name = once(names, index, () => ({
      module: image.name,
      function: index < 0 ? "" : symbols.symbols.at(index).name,
    }));
    return source ? { ...name, file: source.file, line: source.line } : name;
  }
}

async function loadInto(
  loaded: Map<string, ImageSymbols>,
  key: string,
  find: () => ReturnType<typeof findPdb>,
  lines: boolean,
): Promise<void> {
  const pdb = await find();
  if (!pdb) return;
  try {
    loaded.set(key, { symbols: await pdb.readSymbols(), lines: lines ? await pdb.readLines() : undefined });
  } finally {
    await pdb.close();
  }
}

function keyOf(model: TraceModel, image: TraceImage): string | undefined {
  const pdb = model.images.pdbOf(image);
  return pdb && `${pdb.name}/${pdb.id}`;
}

function once(names: Map<number, CodePlace>, index: number, make: () => CodePlace): CodePlace {
  let place = names.get(index);
  if (!place) {
    place = make();
    names.set(index, place);
  }
  return place;
}
