import type { Progress } from "@adk/core";

/** Draws how far one operation is on a terminal, over and over; elsewhere only its end. */
export class ProgressLine {
  readonly #write: (text: string) => void;
  readonly #live: boolean;
  readonly #format: (share: number) => string;
  #share = -1;
  #shown = "";

  /**
   * @param live whether the text goes to a terminal, where a line can be drawn over
   * @param format the line for a share from 0 to 1
   */
  constructor(write: (text: string) => void, live: boolean, format: (share: number) => string) {
    this.#write = write;
    this.#live = live;
    this.#format = format;
  }

  /** An operation has several phases, some without a known end; the line never goes back, and is full only at the end. */
  report({ done, total }: Progress): void {
    const share = total > 0 ? Math.min(done / total, 0.999) : -1;
    if (!this.#live || !(share > this.#share)) return;
    this.#share = share;
    const text = this.#format(share);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#write(`\r${text}`);
  }

  finish(): void {
    this.#write(`${this.#shown && "\r"}${this.#format(1)}\n`);
  }

  /** Ends a line that does not become full. */
  abandon(): void {
    if (this.#shown) this.#write("\n");
  }
}
