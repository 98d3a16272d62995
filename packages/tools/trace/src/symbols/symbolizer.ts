import { type Findings, type LongOperation, throwIfCancelled } from "@adk/core";
import { parseSymbolPath } from "@adk/pdb";
import type { TraceImage } from "../model/images.ts";
import type { TraceModel } from "../model/trace-model.ts";
import { findSymbols, type SymbolSearch } from "./find-symbols.ts";
import { ImageFiles } from "./image-files.ts";
import { symbolSummary } from "./symbol-summary.ts";

export interface SymbolOptions extends LongOperation {
  /** As `_NT_SYMBOL_PATH`. Without it and `images`, only functions of .NET have names. */
  readonly symbolPath?: string | undefined;
  /** Where executables are: a directory, or a source with a Windows (`install.wim:6`). */
  readonly images?: string | undefined;
  /** Ask the stores of the network that the path names. */
  readonly network?: boolean | undefined;
  /** Read lines of source files too. */
  readonly lines?: boolean | undefined;
  /** Told how many images have symbols (unless `summarize` is false), and of files that cannot be read. */
  readonly findings?: Findings | undefined;
  readonly summarize?: boolean | undefined;
}

/** What code at an address is. */
export interface CodePlace {
  /** `ntdll.dll`; empty where no image is at the address. */
  readonly module: string;
  /** Empty where no symbols tell it; `~` before it says that it is a guess by what the image exports. */
  readonly function: string;
  readonly file?: string;
  readonly line?: number;
}

/** `ntdll.dll!RtlUserThreadStart`; `ntdll.dll!?` without symbols, `?!?` for code that is in no image. */
export function codeLabel({ module, function: name }: Pick<CodePlace, "module" | "function">): string {
  return `${module || "?"}!${name || "?"}`;
}

/** An image that was asked for, and its symbols. */
export interface SymbolizedImage extends SymbolSearch {
  readonly image: TraceImage;
}

/** What is known of an image: one object for all places where the same file is loaded. */
interface KnownImage extends SymbolizedImage {
  /** Places by the index of the function; -1 for no function. */
  readonly places: Map<number, CodePlace>;
}

const NOWHERE: CodePlace = { module: "", function: "" };

/** Names the functions of addresses: by symbols, and for .NET by what its runtime told. */
export class Symbolizer {
  readonly #model: TraceModel;
  /** By what tells files apart. */
  readonly #known: Map<string, KnownImage>;
  /** The same by the index of the image. */
  readonly #byImage: (KnownImage | undefined)[] = [];

  private constructor(model: TraceModel, known: Map<string, KnownImage>) {
    this.#model = model;
    this.#known = known;
  }

  /**
   * Loads the symbols of images.
   *
   * @param images those whose functions are wanted, the heaviest first; each file is looked for once
   */
  static async load(model: TraceModel, images: Iterable<TraceImage>, options: SymbolOptions = {}): Promise<Symbolizer> {
    const { symbolPath = "", images: source, network, findings, signal, lines = false } = options;
    const places = parseSymbolPath(symbolPath);
    const known = new Map<string, KnownImage>();
    const symbolizer = new Symbolizer(model, known);
    if (places.length === 0 && source === undefined) return symbolizer;
    const found = { places, network, findings, signal, lines };
    await using files = await ImageFiles.open(source, found);
    for (const image of images) {
      const identity = identityOf(model, image);
      if (known.has(identity)) continue;
      throwIfCancelled({ signal });
      const wanted = { image, path: model.images.pathOf(image), pdb: model.images.pdbOf(image) };
      known.set(identity, { image, ...(await findSymbols(wanted, files, found)), places: new Map() });
    }
    const summary = options.summarize === false ? undefined : symbolSummary(symbolizer.images);
    if (summary !== undefined) findings?.add({ severity: "info", code: "TRACE_SYMBOLS", message: summary });
    return symbolizer;
  }

  /** The images that were asked for: each file once, in the order that they were given in. */
  get images(): readonly SymbolizedImage[] {
    return [...this.#known.values()];
  }

  place(processId: number, address: number, time: number): CodePlace {
    const image = this.#model.images.at(processId, address, time);
    if (!image) {
      const method = this.#model.jittedMethods.at(processId, address);
      return method ? { module: ".NET", function: method.name } : NOWHERE;
    }
    const { symbols, places } = this.#knownOf(image);
    const offset = address - image.base;
    const index = symbols?.names.indexOf(offset) ?? -1;
    if (index < 0 || symbols?.kind === "exports") {
      // Code that was compiled before it ran is in images, and its methods are told as those that were compiled then.
      const method = this.#model.jittedMethods.at(processId, address);
      if (method) return { module: image.name, function: method.name };
    }
    let place = places.get(index);
    if (!place) {
      place = { module: image.name, function: index < 0 || !symbols ? "" : symbols.names.nameAt(index) };
      places.set(index, place);
    }
    const source = symbols?.lines?.find(offset);
    return source ? { ...place, file: source.file, line: source.line } : place;
  }

  #knownOf(image: TraceImage): KnownImage {
    const found = this.#byImage[image.index];
    if (found) return found;
    const identity = identityOf(this.#model, image);
    const known = this.#known.get(identity) ?? { image, pdb: undefined, symbols: undefined, places: new Map() };
    this.#byImage[image.index] = known;
    return known;
  }
}

/** What tells the files of images apart. */
export function identityOf(model: TraceModel, image: TraceImage): string {
  const pdb = model.images.pdbOf(image);
  return pdb ? `${pdb.name}/${pdb.id}` : `${image.name}/${image.timeDateStamp}/${image.size}`;
}
