import { AdkError, lastAtMost } from "@adk/core";
import { endOfLine, latin1, lineStarts, trimmedEnd } from "./breakpad-text.ts";
import type { FunctionNames } from "./function-names.ts";

/**
 * A Breakpad symbol file (`.sym`), as crash reporters keep them: `MODULE` with the identifier of the program database, then functions
 * with their sizes (`FUNC [m] address size parameters name`) and places with names alone (`PUBLIC [m] address parameters name`).
 */
export class BreakpadSymbols implements FunctionNames {
  /** GUID and age as symbol stores name them. */
  readonly id: string;
  readonly #bytes: Uint8Array;
  readonly #addresses: Uint32Array;
  /** 0 of places. */
  readonly #sizes: Uint32Array;
  /** Offsets of the names in the file. */
  readonly #names: Uint32Array;

  /** @throws AdkError `SYMBOLS_BAD_BREAKPAD` of what is no such file */
  constructor(bytes: Uint8Array, file = "") {
    const head = /^MODULE \S+ \S+ ([0-9A-Fa-f]+) ./.exec(latin1(bytes, 0, endOfLine(bytes, 0)));
    if (!head) throw new AdkError("SYMBOLS_BAD_BREAKPAD", "This is no Breakpad symbol file.", { file });
    this.id = (head[1] as string).toUpperCase();
    this.#bytes = bytes;
    const found: { address: number; size: number; name: number }[] = [];
    for (const at of lineStarts(bytes)) {
      const record = readRecord(bytes, at);
      if (record) found.push(record);
    }
    // Where a function and a place begin at one address, the function counts.
    found.sort((a, b) => a.address - b.address || b.size - a.size);
    const kept = found.filter(({ address }, i) => address !== found[i - 1]?.address);
    this.#addresses = Uint32Array.from(kept, ({ address }) => address);
    this.#sizes = Uint32Array.from(kept, ({ size }) => size);
    this.#names = Uint32Array.from(kept, ({ name }) => name);
  }

  get count(): number {
    return this.#addresses.length;
  }

  indexOf(address: number): number {
    const index = lastAtMost(this.#addresses, address);
    if (index < 0) return -1;
    const size = this.#sizes[index] as number;
    return size > 0 && address >= (this.#addresses[index] as number) + size ? -1 : index;
  }

  nameAt(index: number): string {
    const start = this.#names[index] as number;
    return new TextDecoder().decode(this.#bytes.subarray(start, trimmedEnd(this.#bytes, start)));
  }
}

/** `FUNC` or `PUBLIC`; other lines say nothing of functions. */
function readRecord(bytes: Uint8Array, start: number) {
  // "FU", "PU"
  const first = bytes[start];
  if ((first !== 0x46 && first !== 0x50) || bytes[start + 1] !== 0x55) return undefined;
  const end = endOfLine(bytes, start);
  // Numbers are short; the name may be very long.
  const line = latin1(bytes, start, Math.min(end, start + 64));
  const [all, kind, address = "", size = ""] =
    /^(FUNC) (?:m )?([0-9a-f]{1,16}) ([0-9a-f]{1,8}) [0-9a-f]+ /i.exec(line) ??
    /^(PUBLIC) (?:m )?([0-9a-f]{1,16}) [0-9a-f]+ /i.exec(line) ??
    [];
  const place = Number.parseInt(address, 16);
  if (all === undefined || place > 0xffff_ffff || start + all.length >= end) return undefined;
  return { address: place, size: kind === "FUNC" ? Number.parseInt(size, 16) : 0, name: start + all.length };
}
