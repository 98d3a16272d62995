import { styleText } from "node:util";
import { AdkError, type Finding, fromSystemError } from "@adk/core";
import type { OutputStream } from "./output-stream.ts";
import { type Cell, type Column, layOutFacts, layOutTable } from "./table.ts";
import { visible } from "./text.ts";

export type Style = Parameters<typeof styleText>[0];

const SEVERITY_STYLES = { error: "red", warning: "yellow", info: "cyan" } as const satisfies Record<string, Style>;
// biome-ignore lint/suspicious/noControlCharactersInRegex: SGR sequences, the colours that `style` makes
const COLOUR = /(\u001b\[[\d;]*m)/;

/** Standard output or standard error as commands write to it. */
export class Terminal {
  readonly #stream: OutputStream;
  readonly #color: boolean;
  readonly #beforeWrite: () => void;
  #used = false;

  /** @param beforeWrite takes the progress bar away */
  constructor(stream: OutputStream, color: boolean, beforeWrite: () => void) {
    this.#stream = stream;
    this.#color = color;
    this.#beforeWrite = beforeWrite;
  }

  /** Columns of the terminal; `undefined` where the stream is none. */
  get columns(): number | undefined {
    return this.#stream.columns;
  }

  get color(): boolean {
    return this.#color;
  }

  /** Whether anything was written. */
  get used(): boolean {
    return this.#used;
  }

  /** A line of text. Control characters in it, other than the colours of `style`, are made visible. */
  line(text = ""): void {
    this.text(`${text.split(COLOUR).map(maskText).join("")}\n`);
  }

  /** Columns that fit the terminal; off a terminal nothing is cut. */
  table(columns: readonly Column[], rows: Iterable<readonly Cell[]>): void {
    const [titles = "", ...lines] = layOutTable(columns, rows, this.columns);
    this.text(`${[this.style("bold", titles), ...lines].join("\n")}\n`);
  }

  /** Labels and values, one a line; what is `undefined` is left out. */
  facts(facts: Readonly<Record<string, Cell>>): void {
    for (const line of layOutFacts(facts)) this.line(line);
  }

  /** One line a finding: severity, code, message and place. */
  findings(findings: Iterable<Finding>): void {
    for (const { severity, code, message, where } of findings) {
      const places = [where?.path, where?.file, where?.offset === undefined ? undefined : formatOffset(where.offset)];
      const place = places.filter((part) => part !== undefined).join(", ");
      const label = this.style(SEVERITY_STYLES[severity], `${severity}[${visible(code)}]`);
      this.line(`${label} ${visible(message)}${place === "" ? "" : ` (${visible(place)})`}`);
    }
  }

  /** The text in a style of `node:util` `styleText`, where the stream has colours. */
  style(style: Style, text: string): string {
    return this.#color ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Text as it is, for a drop-in grammar that has a layout of its own. Does not wait. */
  text(text: string): void {
    this.#beforeWrite();
    this.#used = true;
    this.#stream.text(text);
  }

  /**
   * Writes bytes as they are, and waits until the reader can take more.
   *
   * @throws AdkError `OUTPUT_CLOSED` once the reader went away, or what the system reports (`DISK_FULL`)
   */
  async write(bytes: Uint8Array): Promise<void> {
    this.#beforeWrite();
    this.#used = true;
    const failure = await this.#stream.write(bytes);
    if (failure === undefined) return;
    if (this.#stream.closed) throw new AdkError("OUTPUT_CLOSED", "The reader went away.", { kind: "cancelled" });
    throw fromSystemError(failure);
  }
}

/** `split` with a group gives text and colours in turn. */
function maskText(part: string, index: number): string {
  return index % 2 === 1
    ? part
    : part
        .split("\n")
        .map((line) => line.split("\t").map(visible).join("\t"))
        .join("\n");
}

/** A byte offset as documents of formats give it, and as tools count. */
export function formatOffset(offset: number): string {
  return `offset ${offset} (0x${offset.toString(16)})`;
}
