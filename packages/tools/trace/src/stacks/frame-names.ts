import { processLabel, type TraceProcess } from "../model/processes.ts";
import type { StackTrie } from "../model/stack-trie.ts";
import type { CodePlace, Symbolizer } from "../symbols/symbolizer.ts";
import { Frames, PROCESS_FRAME } from "./frames.ts";

/** Frames of the kernel are the same in every process. */
export const KERNEL_TURN = 0xffff_ffff;

/** Frames of the nodes of stacks. */
export class FrameNames {
  readonly frames = new Frames();
  readonly #trie: StackTrie;
  readonly #symbolizer: Symbolizer;
  /** By node: in whose turn its frame was found, and the frame. They are asked for together. */
  readonly #found: Uint32Array;
  readonly #processes = new Map<TraceProcess, number>();
  /** Of places without a function, which are one object a module. */
  readonly #nameless = new Map<CodePlace, number>();

  constructor(trie: StackTrie, symbolizer: Symbolizer) {
    this.#trie = trie;
    this.#symbolizer = symbolizer;
    this.#found = new Uint32Array(trie.size * 2);
  }

  processFrame(process: TraceProcess): number {
    let frame = this.#processes.get(process);
    if (frame === undefined) {
      frame = this.frames.number({ module: PROCESS_FRAME, function: processLabel(process) });
      this.#processes.set(process, frame);
    }
    return frame;
  }

  /** @param turn not 0; the same for all that have the same code at an address */
  frameOf(process: TraceProcess, node: number, time: number, turn: number): number {
    if (this.#found[node * 2] === turn) return this.#found[node * 2 + 1] as number;
    const frame = this.#number(this.#symbolizer.place(process.id, this.#trie.addressOf(node), time));
    this.#found[node * 2] = turn;
    this.#found[node * 2 + 1] = frame;
    return frame;
  }

  #number(place: CodePlace): number {
    if (place.function !== "") return this.frames.number(place);
    let number = this.#nameless.get(place);
    if (number === undefined) {
      number = this.frames.number(place);
      this.#nameless.set(place, number);
    }
    return number;
  }
}
