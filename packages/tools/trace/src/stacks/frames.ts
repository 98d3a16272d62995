import { type CodePlace, codeLabel } from "../symbols/symbolizer.ts";

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

  /** As `codeLabel` has it; of a frame that is no code its name. */
  label(frame: number): string {
    const place = this.place(frame);
    return PSEUDO.has(place.module) ? place.function : codeLabel(place);
  }
}

/** Modules of frames that are no code: processes, threads. */
export const PROCESS_FRAME = "\0process";
const PSEUDO: ReadonlySet<string> = new Set([PROCESS_FRAME]);
