import { baseName, lastAtMost } from "@adk/core";
import type { CompiledLayout } from "@adk/event-schema";
import { isKernelAddress } from "./address.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf, textOf } from "./fields.ts";
import type { Lifetime } from "./lifetimes.ts";
import { SYSTEM_PROCESS } from "./processes.ts";
import type { Volumes } from "./volumes.ts";

/** An executable file in a process's memory. */
export interface TraceImage extends Lifetime {
  readonly index: number;
  readonly processId: number;
  readonly base: number;
  /** Bytes of memory. */
  readonly size: number;
  /** As the kernel calls it; empty where only the symbols' place is known. */
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  readonly timeDateStamp: number;
  readonly checksum: number;
}

/** Where the symbols of an image are. */
export interface PdbReference {
  readonly name: string;
  /** GUID and age as symbol stores name them. */
  readonly id: string;
  /** Of .NET: native images have none of these. */
  readonly managed: boolean;
}

interface ImageSpace {
  /** In the order of their bases, once asked for. */
  images: TraceImage[];
  bases: Float64Array | undefined;
}

/** Executable files by process, address and time, and where their symbols are. */
export class Images implements Collector {
  readonly all: TraceImage[] = [];
  readonly #volumes: Volumes;
  readonly #spaces = new Map<number, ImageSpace>();
  readonly #loaded = new Map<string, TraceImage>();
  /** By process and base. */
  readonly #pdbs = new Map<string, PdbReference>();
  #pointerSize = 8;

  readonly handlers = {
    "Windows Kernel/Image/Load": (layout: CompiledLayout) => this.#load(layout, false),
    "Windows Kernel/Image/DCStart": (layout: CompiledLayout) => this.#load(layout, true),
    "Windows Kernel/Image/DCStop": (layout: CompiledLayout) => this.#load(layout, true),
    "Windows Kernel/Image/Unload": (layout: CompiledLayout) => this.#unload(layout),
    "KernelTraceControl/ImageID/DbgID_RSDS": (layout: CompiledLayout) => this.#symbols(layout, false),
    "KernelTraceControl/ImageID/DbgID_ILRSDS": (layout: CompiledLayout) => this.#symbols(layout, true),
  };

  constructor(volumes: Volumes) {
    this.#volumes = volumes;
  }

  /** The image that an address is in. Those of the kernel are everyone's. */
  at(processId: number, address: number, time: number): TraceImage | undefined {
    const isKernel = isKernelAddress(address, this.#pointerSize);
    return isKernel ? this.#find(KERNEL_SPACE, address, time) : this.#find(processId, address, time);
  }

  pathOf(image: TraceImage): string {
    return this.#volumes.toDos(image.path);
  }

  pdbOf({ processId, base }: TraceImage): PdbReference | undefined {
    return (
      this.#pdbs.get(keyOf(processId, base)) ??
      this.#pdbs.get(keyOf(0, base)) ??
      this.#pdbs.get(keyOf(SYSTEM_PROCESS, base))
    );
  }

  /** Images that a reference to symbols is known of, however many times they are loaded: each once. */
  *withSymbols(): Generator<{ readonly image: TraceImage; readonly pdb: PdbReference }> {
    const seen = new Set<string>();
    for (const image of this.all) {
      const pdb = this.pdbOf(image);
      if (!pdb || seen.has(`${pdb.name}/${pdb.id}`)) continue;
      seen.add(`${pdb.name}/${pdb.id}`);
      yield { image, pdb };
    }
  }

  #find(spaceId: number, address: number, time: number): TraceImage | undefined {
    const space = this.#spaces.get(spaceId);
    if (!space) return undefined;
    space.bases ??= sortByBase(space);
    const { bases, images } = space;
    const last = lastAtMost(bases, address);
    // Of several at one place the one that was there at the time; events come a little before and after.
    let nearest: TraceImage | undefined;
    for (let i = last; i >= 0 && i > last - MOST_AT_ONE_PLACE; i--) {
      const image = images[i] as TraceImage;
      if (address >= image.base + image.size) continue;
      if (image.start <= time && time <= image.end) return image;
      nearest ??= image;
    }
    return nearest;
  }

  #load(layout: CompiledLayout, rundown: boolean): EventHandler {
    const [base, size] = [addressOf(layout, "ImageBase"), numberOf(layout, "ImageSize")];
    const processId = numberOf(layout, "ProcessId", Number.NaN);
    const [timeDateStamp, checksum] = [numberOf(layout, "TimeDateStamp"), numberOf(layout, "ImageChecksum")];
    const path = textOf(layout, "FileName");
    return (event) => {
      this.#pointerSize = event.pointerSize;
      const owner = processId(event);
      // The first version has no process of its own: that of the header counts.
      const id = Number.isNaN(owner) ? event.processId : owner;
      const key = keyOf(id, base(event));
      const known = this.#loaded.get(key);
      if (known && rundown) return;
      if (known && known.end > event.time) known.end = event.time;
      const full = path(event);
      const image: TraceImage = {
        index: this.all.length,
        processId: id,
        base: base(event),
        size: size(event),
        path: full,
        name: baseName(full.replaceAll("\\", "/")),
        timeDateStamp: timeDateStamp(event),
        checksum: checksum(event),
        start: rundown ? -Infinity : event.time,
        end: Infinity,
      };
      this.#loaded.set(key, image);
      this.all.push(image);
      this.#put(isKernelAddress(image.base, event.pointerSize) ? KERNEL_SPACE : id, image);
    };
  }

  #unload(layout: CompiledLayout): EventHandler {
    const load = this.#load(layout, true);
    const base = addressOf(layout, "ImageBase");
    const processId = numberOf(layout, "ProcessId", Number.NaN);
    return (event) => {
      const owner = processId(event);
      const key = keyOf(Number.isNaN(owner) ? event.processId : owner, base(event));
      // One that was loaded before the trace, and of which no rundown told.
      if (!this.#loaded.has(key)) load(event);
      const image = this.#loaded.get(key);
      if (image) image.end = event.time;
      this.#loaded.delete(key);
    };
  }

  #symbols(layout: CompiledLayout, managed: boolean): EventHandler {
    const [base, processId] = [addressOf(layout, "ImageBase"), numberOf(layout, "ProcessId")];
    const [guid, age, name] = [textOf(layout, "GuidSig"), numberOf(layout, "Age"), textOf(layout, "PdbFileName")];
    return (event) => {
      const id = `${guid(event).replaceAll("-", "").toUpperCase()}${age(event).toString(16).toUpperCase()}`;
      const key = keyOf(processId(event), base(event));
      // An image of .NET that was compiled before has both: its code is in the native one.
      if (managed && this.#pdbs.has(key)) return;
      this.#pdbs.set(key, { name: name(event), id, managed });
    };
  }

  #put(spaceId: number, image: TraceImage): void {
    const space = this.#spaces.get(spaceId);
    if (!space) this.#spaces.set(spaceId, { images: [image], bases: undefined });
    else {
      space.images.push(image);
      space.bases = undefined;
    }
  }
}

/** The address space that all processes share. */
const KERNEL_SPACE = -1;
/** Images that were loaded one after the other at one base: a look-up goes back over so many. */
const MOST_AT_ONE_PLACE = 16;

function keyOf(processId: number, base: number): string {
  return `${processId} ${base}`;
}

function sortByBase(space: ImageSpace): Float64Array {
  space.images.sort((a, b) => a.base - b.base || a.start - b.start);
  return Float64Array.from(space.images, ({ base }) => base);
}
