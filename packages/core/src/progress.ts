import { AdkError } from "./errors.ts";

/** How far a long operation is. */
export interface Progress {
  /** What is being done: `"capture"`, `"verify"`, `"write metadata"`. */
  phase: string;
  /** Units done and in all; 0 for a total that is not known. */
  done: number;
  total: number;
  unit: "bytes" | "files" | "steps";
  /** What is at hand: a path inside the image. */
  item?: string | undefined;
}

/** What every long operation takes. */
export interface LongOperation {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Throws `CANCELLED` once the operation's signal is aborted. Cheap enough to call for every batch. */
export function throwIfCancelled(operation: LongOperation | undefined): void {
  if (operation?.signal?.aborted) throw cancelled();
}

export function cancelled(): AdkError {
  return new AdkError("CANCELLED", "The operation was cancelled.", { kind: "cancelled" });
}

/** Counts up and reports; a report costs nothing where nobody listens. */
export class ProgressCounter {
  readonly #operation: LongOperation | undefined;
  readonly #phase: string;
  readonly #unit: Progress["unit"];
  readonly #total: number;
  #done = 0;

  constructor(operation: LongOperation | undefined, phase: string, unit: Progress["unit"], total: number) {
    this.#operation = operation;
    this.#phase = phase;
    this.#unit = unit;
    this.#total = total;
    this.add(0);
  }

  /** @throws AdkError `CANCELLED` */
  add(count: number, item?: string): void {
    throwIfCancelled(this.#operation);
    this.#done += count;
    this.#operation?.onProgress?.({ phase: this.#phase, done: this.#done, total: this.#total, unit: this.#unit, item });
  }
}
