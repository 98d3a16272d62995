import type { CodePlace } from "../symbols/symbolizer.ts";

/** Functions, each once, by number: what the frames of stacks are called. */
export class Frames {
  readonly #places: CodePlace[] = [];
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.#places.length;
  }

  number(place: CodePlace): number {
    const key = `${place.module}!${place.function}${place.line === undefined ? "" : `@${place.file}:${place.line}`}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#places.push(place) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  place(frame: number): CodePlace {
    return this.#places[frame] as CodePlace;
  }

  /** `ntdll.dll!RtlUserThreadStart`; `ntdll.dll!?` without symbols, `?!?` for code that is in no image. */
  label(frame: number): string {
    const { module, function: name } = this.place(frame);
    if (PSEUDO.has(module)) return name;
    return `${module || "?"}!${name || "?"}`;
  }
}

/** Modules of frames that are no code: processes, threads. */
export const PROCESS_FRAME = "\0process";
const PSEUDO: ReadonlySet<string> = new Set([PROCESS_FRAME]);
