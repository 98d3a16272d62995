import type { TraceImage } from "../model/images.ts";
import type { TraceProcess } from "../model/processes.ts";
import { EMPTY_STACK } from "../model/stack-trie.ts";
import type { TraceModel } from "../model/trace-model.ts";
import { codeLabel, type Symbolizer } from "../symbols/symbolizer.ts";
import type { TableColumn } from "./table.ts";

/** Code at an address is of the process, or of the kernel. */
export const FUNCTION_COLUMN: TableColumn = { key: "function", label: "Function", type: "text" };

/** Columns with some more behind one of them. */
export function columnsWith(
  columns: readonly TableColumn[],
  behind: string,
  ...added: readonly TableColumn[]
): readonly TableColumn[] {
  const at = columns.findIndex(({ key }) => key === behind) + 1;
  return [...columns.slice(0, at), ...added, ...columns.slice(at)];
}

/** Counts what images code is in: the symbols of those with the most are wanted most. */
export class ImageCounts {
  readonly #model: TraceModel;
  readonly #counts = new Map<TraceImage, number>();
  readonly #stacks = new Set<string>();

  constructor(model: TraceModel) {
    this.#model = model;
  }

  address(processId: number, address: number, time: number): void {
    const image = this.#model.images.at(processId, address, time);
    if (image) this.#counts.set(image, (this.#counts.get(image) ?? 0) + 1);
  }

  /** Each stack of a process once. */
  stack(process: TraceProcess | undefined, stack: number, time: number): void {
    const key = `${process?.index} ${stack}`;
    if (stack === EMPTY_STACK || this.#stacks.has(key)) return;
    this.#stacks.add(key);
    for (const address of this.#model.stacks.trie.addresses(stack)) this.address(process?.id ?? 0, address, time);
  }

  get images(): readonly TraceImage[] {
    return [...this.#counts].sort((a, b) => b[1] - a[1]).map(([image]) => image);
  }
}

/** Stacks as text, each once. */
export class StackTexts {
  readonly #model: TraceModel;
  readonly #symbolizer: Symbolizer;
  readonly #texts = new Map<string, string>();

  constructor(model: TraceModel, symbolizer: Symbolizer) {
    this.#model = model;
    this.#symbolizer = symbolizer;
  }

  /** Functions from the outermost to the innermost, as WPA has them: `ntdll.dll!A/app.exe!B`. Empty where there is no stack. */
  of(process: TraceProcess | undefined, stack: number, time: number): string {
    if (stack === EMPTY_STACK) return "";
    const key = `${process?.index} ${stack}`;
    let text = this.#texts.get(key);
    if (text === undefined) {
      const labels = [...this.#model.stacks.trie.addresses(stack)].map((address) =>
        codeLabel(this.#symbolizer.place(process?.id ?? 0, address, time)),
      );
      text = labels.reverse().join("/");
      this.#texts.set(key, text);
    }
    return text;
  }
}
