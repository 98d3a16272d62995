import { lastAtMost } from "@adk/core";

/** A place in a text as editors count: from 1, columns in UTF-16 units. The end is behind the last character. */
export interface TextRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Where each line of a text starts. Lines end in LF, CR LF or CR. */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    const simple = !text.includes("\r");
    if (simple) {
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
      return;
    }
    for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) this.#starts.push(index + end.length);
  }

  get lines(): number {
    return this.#starts.length;
  }

  /** Line and column of an offset. */
  positionOf(offset: number): { line: number; column: number } {
    const last = lastAtMost(this.#starts, offset);
    return { line: last + 1, column: offset - (this.#starts[last] as number) + 1 };
  }

  rangeOf(start: number, end: number): TextRange {
    const from = this.positionOf(start);
    const to = this.positionOf(Math.max(start, end));
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  /** Offset of the start of a line, counted from 1. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? 0;
  }
}
