import { lstatSync } from "node:fs";
import { join } from "node:path";
import { AdkError } from "./errors.ts";
import { Findings } from "./findings.ts";
import { DEFAULT_LIMITS, type Limits, limitExceeded } from "./limits.ts";
import { FileAccess, type RandomAccess, readPieces } from "./random-access.ts";
import {
  checkSidecarHeader,
  MOST_LINE_BYTES,
  parseSidecarLine,
  SIDECAR_NAME,
  SIDECAR_STREAMS_NAME,
  type SidecarEntry,
  type SidecarLine,
  type SidecarStream,
} from "./sidecar.ts";

/** The sidecar of a directory in memory. */
export class Sidecar {
  /** By path. */
  readonly entries: ReadonlyMap<string, SidecarEntry>;
  /** Security descriptors by number. */
  readonly descriptors: ReadonlyMap<number, Uint8Array>;
  readonly #directory: string;

  private constructor(
    directory: string,
    entries: ReadonlyMap<string, SidecarEntry>,
    descriptors: ReadonlyMap<number, Uint8Array>,
  ) {
    this.#directory = directory;
    this.entries = entries;
    this.descriptors = descriptors;
  }

  /**
   * Reads the sidecar of a directory; undefined where it has none. A line that cannot be read is left out with a finding.
   *
   * @throws AdkError `SIDECAR_UNSUPPORTED_VERSION`, `LIMIT_EXCEEDED`
   */
  static async read(
    directory: string,
    findings: Findings = new Findings(),
    limits: Limits = DEFAULT_LIMITS,
  ): Promise<Sidecar | undefined> {
    const path = join(directory, SIDECAR_NAME);
    // A link is not followed, and nothing waits for a pipe: the directory may be anybody's.
    if (!isRegularFile(path)) return undefined;
    const access = await FileAccess.open(path);
    try {
      return await Sidecar.#parse(directory, access, findings, limits);
    } finally {
      await access.close();
    }
  }

  static async #parse(directory: string, access: RandomAccess, findings: Findings, limits: Limits): Promise<Sidecar> {
    if (access.size > limits.memoryBytes) {
      throw limitExceeded("memoryBytes", access.size, limits, { file: access.name });
    }
    const entries = new Map<string, SidecarEntry>();
    const descriptors = new Map<number, Uint8Array>();
    let isFirst = true;
    let counted: number | undefined;
    let lines = 0;
    for await (const { offset, text } of readLines(access, findings)) {
      if (isFirst && !checkSidecarHeader(text, access.name)) break;
      const line = isFirst ? undefined : parseLine(text, offset, access.name, findings);
      isFirst = false;
      if (line?.kind === "end") counted = line.entries;
      if (line?.kind === "descriptor") descriptors.set(line.number, line.bytes);
      if (line?.kind !== "entry") continue;
      if (++lines > limits.entries) throw limitExceeded("entries", lines, limits, { file: access.name, offset });
      entries.set(line.entry.path, line.entry);
    }
    if (isFirst) {
      findings.error("SIDECAR_BAD_HEADER", "The file is no sidecar; nothing in it is used.", { file: access.name });
    } else if (counted !== lines) {
      const message = `The sidecar is not whole: ${lines} entries can be read, ${counted ?? "an unknown number"} were kept.`;
      findings.error("SIDECAR_INCOMPLETE", message, { file: access.name });
    }
    return new Sidecar(directory, entries, descriptors);
  }

  /** The bytes of a stream. @throws AdkError `SIDECAR_STREAM_MISSING` */
  async open(stream: SidecarStream): Promise<FileAccess> {
    if (!this.hasStream(stream)) throw streamMissing(this.#streamPath(stream));
    const access = await FileAccess.open(this.#streamPath(stream));
    if (access.size === stream.size) return access;
    await access.close();
    throw streamMissing(access.name);
  }

  /** Whether the bytes of a stream are there: in its line, or in a file of its size. */
  hasStream(stream: SidecarStream): boolean {
    if (stream.data) return true;
    const streams = lstatSync(join(this.#directory, SIDECAR_STREAMS_NAME), { throwIfNoEntry: false });
    if (!streams?.isDirectory()) return false;
    const info = lstatSync(this.#streamPath(stream), { throwIfNoEntry: false });
    return info?.isFile() === true && info.size === stream.size;
  }

  #streamPath({ sha1 }: SidecarStream): string {
    return join(this.#directory, SIDECAR_STREAMS_NAME, sha1);
  }
}

function isRegularFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function streamMissing(file: string): AdkError {
  return new AdkError("SIDECAR_STREAM_MISSING", "A stream that the sidecar keeps is not there.", { file });
}

function parseLine(text: string, offset: number, file: string, findings: Findings): SidecarLine | undefined {
  try {
    return parseSidecarLine(text);
  } catch (error) {
    if (!(error instanceof AdkError)) throw error;
    const { code, message, expected, found } = error;
    findings.error(code, `${message} Expected ${expected}, found ${found}. The line is left out.`, { file, offset });
    return undefined;
  }
}

/** The lines of a file that are not empty. One that is too long is left out with a finding. */
async function* readLines(access: RandomAccess, findings: Findings): AsyncGenerator<{ offset: number; text: string }> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let start = 0;
  const finish = () => {
    const offset = start;
    const text = length > MOST_LINE_BYTES ? undefined : Buffer.concat(parts).toString("utf8");
    if (text === undefined) {
      const message = `A line has ${length} bytes, more than ${MOST_LINE_BYTES}; it is left out.`;
      findings.error("SIDECAR_BAD_LINE", message, { file: access.name, offset });
    }
    start += length + 1;
    parts = [];
    length = 0;
    return { offset, text };
  };
  const take = (bytes: Uint8Array) => {
    length += bytes.length;
    if (length > MOST_LINE_BYTES) parts = [];
    else if (bytes.length > 0) parts.push(bytes);
  };
  for await (const piece of readPieces(access)) {
    let from = 0;
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, from)) {
      take(piece.subarray(from, end));
      from = end + 1;
      const { offset, text } = finish();
      if (text) yield { offset, text };
    }
    take(piece.subarray(from));
  }
  const { offset, text } = finish();
  if (text) yield { offset, text };
}
