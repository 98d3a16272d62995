import { encodeXpressPlain } from "@adk/compression";
import { AdkError, AtomicFile, alignUp, check } from "@adk/core";
import {
  BUFFER_HEADER_BYTES,
  BufferFlag,
  HEADER_BUFFER,
  MOST_BUFFER_BYTES,
  writeBufferHeader,
} from "./buffer-header.ts";
import { CompressionFormat } from "./decode-unit.ts";
import { LogFileMode, type LogfileHeader, logfileHeaderPayload } from "./logfile-header.ts";
import { type NewRecord, recordToBytes } from "./new-record.ts";
import { RECORD_ALIGNMENT } from "./record-header.ts";

/** Where a log is written to; `AtomicFile` of `@adk/core` is one. */
export interface LogOutput {
  write(bytes: Uint8Array): Promise<void>;
  writeAt(bytes: Uint8Array, offset: number): Promise<void>;
}

export interface EtlWriterOptions {
  /** What the header of the log is to tell. Counts, and the end if it is 0, are filled in. */
  readonly header: Partial<LogfileHeader>;
  /** Compress buffers, as `xperf -merge -compress` does. */
  readonly compress?: boolean | undefined;
  /** What the log's own pointers have. Default: as the header says, or 8. */
  readonly pointerSize?: 4 | 8 | undefined;
}

const UTC = {
  bias: 0,
  standardName: "UTC",
  standardDate: [],
  standardBias: 0,
  daylightName: "UTC",
  daylightDate: [],
  daylightBias: 0,
};

const DEFAULTS: LogfileHeader = {
  bufferSize: 65_536,
  version: [10, 0, 1, 5],
  osBuild: 0,
  processors: 1,
  endTime: 0n,
  timerResolution: 156_250,
  maximumFileSize: 0,
  logFileMode: LogFileMode.SEQUENTIAL,
  buffersWritten: 0,
  startBuffers: 1,
  pointerSize: 8,
  eventsLost: 0,
  cpuSpeedMhz: 0,
  timeZone: UTC,
  bootTime: 0n,
  perfFrequency: 10_000_000n,
  startTime: 0n,
  clockType: "qpc",
  buffersLost: 0,
  sessionName: "",
  fileName: "",
  timeStamp: 0n,
  processId: 0,
  threadId: 0,
};

const LEAST_BUFFER = 1024;
const MOST_PROCESSOR = 0x7ff;
/** Buffers of compressed logs begin anywhere but for the first, which is padded to a multiple of this. */
const SECTOR = 512;
/** The state of a buffer that was flushed. */
const FLUSHED = 3;

/** The buffer of a processor that is being filled. */
interface OpenBuffer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  used: number;
  flags: number;
  lastTime: bigint;
}

/** Writes a log: records go to buffers of their processors, and full buffers to the file, as a session of Windows does it. */
export class EtlWriter implements AsyncDisposable {
  readonly #output: LogOutput;
  readonly #file: AtomicFile | undefined;
  readonly #header: LogfileHeader;
  readonly #pointerSize: 4 | 8;
  readonly #compress: boolean;
  readonly #open = new Map<number, OpenBuffer>();
  readonly #full: Uint8Array[] = [];
  #pending = 0;
  #sequence = 0n;
  #buffers = 1;
  #eventsLost: number;
  #buffersLost: number;
  #processors = 0;
  #started = false;
  #lastTime: bigint;

  private constructor(output: LogOutput, file: AtomicFile | undefined, options: EtlWriterOptions) {
    this.#output = output;
    this.#file = file;
    this.#compress = options.compress ?? false;
    const header = { ...DEFAULTS, ...options.header };
    this.#pointerSize = options.pointerSize ?? (header.pointerSize === 4 ? 4 : 8);
    const mode = header.logFileMode & ~LogFileMode.COMPRESSED;
    this.#header = { ...header, logFileMode: this.#compress ? mode | LogFileMode.COMPRESSED : mode };
    this.#eventsLost = header.eventsLost;
    this.#buffersLost = header.buffersLost;
    this.#lastTime = header.timeStamp;
    const { bufferSize } = header;
    check(bufferSize >= LEAST_BUFFER && bufferSize <= MOST_BUFFER_BYTES && bufferSize % RECORD_ALIGNMENT === 0, () => {
      return new AdkError("ETL_BUFFER_SIZE", "Buffers cannot have this size.", {
        kind: "usage",
        expected: `${LEAST_BUFFER} to ${MOST_BUFFER_BYTES} bytes, a multiple of ${RECORD_ALIGNMENT}`,
        found: bufferSize,
      });
    });
  }

  /** A log in a file, which is there when `finish` is done. @throws what `AtomicFile.create` throws, `ETL_BUFFER_SIZE` */
  static async create(path: string, options: EtlWriterOptions & { readonly overwrite?: boolean }): Promise<EtlWriter> {
    const file = await AtomicFile.create(path, { overwrite: options.overwrite });
    return new EtlWriter(file, file, options);
  }

  /** A log in something else. @throws AdkError `ETL_BUFFER_SIZE` */
  static over(output: LogOutput, options: EtlWriterOptions): EtlWriter {
    return new EtlWriter(output, undefined, options);
  }

  /** Bytes that `flush` would write: who adds many records flushes now and then. */
  get pending(): number {
    return this.#pending;
  }

  /** @throws AdkError `ETL_RECORD_TOO_LARGE` */
  add(processor: number, record: NewRecord): void {
    const timeStamp = record.header === "opaque" ? this.#lastTime : record.timeStamp;
    this.addRaw(processor, timeStamp, recordToBytes(record));
  }

  /** A record as it is, with its header. @throws AdkError `ETL_RECORD_TOO_LARGE`, `ETL_BAD_PROCESSOR` */
  addRaw(processor: number, timeStamp: bigint, record: Uint8Array): void {
    const size = alignUp(record.length, RECORD_ALIGNMENT);
    const room = this.#header.bufferSize - BUFFER_HEADER_BYTES;
    check(size <= room, () => {
      return new AdkError("ETL_RECORD_TOO_LARGE", "The record does not fit into a buffer.", {
        expected: room,
        found: size,
      });
    });
    let buffer = this.#bufferOf(processor);
    if (buffer.used + size > buffer.bytes.length) {
      this.#close(processor, buffer, 0);
      buffer = this.#bufferOf(processor);
    }
    buffer.bytes.set(record, buffer.used);
    buffer.bytes.fill(0, buffer.used + record.length, buffer.used + size);
    buffer.used += size;
    buffer.lastTime = timeStamp;
    if (timeStamp > this.#lastTime) this.#lastTime = timeStamp;
  }

  /** Events were lost before the next record of a processor. */
  loseEvents(processor: number, count: number): void {
    this.#bufferOf(processor).flags |= BufferFlag.EVENTS_LOST;
    this.#eventsLost += count;
  }

  /** A buffer was lost before the one that a processor fills now: its number is missing. */
  loseBuffer(processor: number): void {
    this.#bufferOf(processor).flags |= BufferFlag.BUFFER_LOST;
    this.#buffersLost++;
    this.#sequence++;
  }

  /** Writes the buffers that are full. */
  async flush(): Promise<void> {
    if (!this.#started) {
      this.#started = true;
      // Room for the header, which is written when its counts are known.
      await this.#output.write(this.#headerBuffer());
    }
    for (const bytes of this.#full.splice(0)) await this.#output.write(bytes);
    this.#pending = 0;
  }

  /** Writes what is left, and the header; a file gets its name. */
  async finish(): Promise<void> {
    const open = [...this.#open].filter(([, { used }]) => used > BUFFER_HEADER_BYTES).sort((a, b) => a[0] - b[0]);
    for (const [i, [processor, buffer]] of open.entries()) {
      this.#close(processor, buffer, i === open.length - 1 ? BufferFlag.FLUSH_MARKER : 0);
    }
    await this.flush();
    await this.#output.writeAt(this.#headerBuffer(), 0);
    await this.#file?.commit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.[Symbol.asyncDispose]();
  }

  #bufferOf(processor: number): OpenBuffer {
    const found = this.#open.get(processor);
    if (found) return found;
    check(Number.isInteger(processor) && processor >= 0 && processor <= MOST_PROCESSOR, () => {
      return new AdkError("ETL_BAD_PROCESSOR", "A log numbers processors from 0 to 2047.", { found: processor });
    });
    const bytes = new Uint8Array(this.#header.bufferSize);
    const buffer = { bytes, used: BUFFER_HEADER_BYTES, flags: 0, lastTime: this.#header.timeStamp };
    this.#open.set(processor, buffer);
    this.#processors = Math.max(this.#processors, processor + 1);
    return buffer;
  }

  #close(processor: number, { bytes, used, flags, lastTime }: OpenBuffer, more: number): void {
    this.#open.delete(processor);
    const packed = this.#compress ? compressed(bytes, used) : undefined;
    const stored = packed ?? bytes;
    // What is behind the records is ones.
    if (!packed) stored.fill(0xff, used);
    this.#sequence++;
    writeBufferHeader(new DataView(stored.buffer, stored.byteOffset), 0, {
      size: stored.length,
      savedOffset: used,
      offset: used,
      sequenceNumber: this.#sequence,
      timeStamp: lastTime,
      processor,
      loggerId: 0,
      state: FLUSHED,
      flags: flags | more | BufferFlag.PROCESSOR_INDEX | (packed ? BufferFlag.COMPRESSED : 0),
      type: 0,
    });
    this.#buffers++;
    this.#full.push(stored);
    this.#pending += stored.length;
  }

  #headerBuffer(): Uint8Array {
    const header = this.#header;
    const { timeStamp, processId, threadId, perfFrequency, startTime } = header;
    const elapsed = perfFrequency > 0n ? ((this.#lastTime - timeStamp) * 10_000_000n) / perfFrequency : 0n;
    const payload = logfileHeaderPayload(
      {
        ...header,
        processors: Math.max(header.processors, this.#processors),
        endTime: header.endTime === 0n ? startTime + elapsed : header.endTime,
        buffersWritten: this.#buffers,
        eventsLost: this.#eventsLost,
        buffersLost: this.#buffersLost,
        pointerSize: this.#pointerSize,
      },
      this.#pointerSize,
    );
    const pointerSize = this.#pointerSize;
    const record = recordToBytes({
      header: "system",
      hook: 0,
      version: 2,
      timeStamp,
      processId,
      threadId,
      payload,
      pointerSize,
    });
    const used = BUFFER_HEADER_BYTES + alignUp(record.length, RECORD_ALIGNMENT);
    check(used <= header.bufferSize, () => {
      return new AdkError("ETL_BUFFER_SIZE", "The header of the log does not fit into a buffer.", { found: used });
    });
    const bytes = new Uint8Array(this.#compress ? alignUp(used, SECTOR) : header.bufferSize).fill(0xff, used);
    bytes.set(record, BUFFER_HEADER_BYTES);
    writeBufferHeader(new DataView(bytes.buffer), 0, {
      size: bytes.length,
      savedOffset: used,
      offset: used,
      sequenceNumber: 0n,
      timeStamp: 0n,
      processor: 0,
      loggerId: 0,
      state: this.#compress ? CompressionFormat.XPRESS : FLUSHED,
      flags: BufferFlag.FLUSH_MARKER | BufferFlag.PROCESSOR_INDEX,
      type: HEADER_BUFFER,
    });
    return bytes;
  }
}

/** A buffer with room for its header, or undefined where it does not become smaller. */
function compressed(bytes: Uint8Array, used: number): Uint8Array | undefined {
  const target = new Uint8Array(used);
  const size = encodeXpressPlain(bytes.subarray(BUFFER_HEADER_BYTES, used), target.subarray(BUFFER_HEADER_BYTES));
  return size === 0 ? undefined : target.subarray(0, BUFFER_HEADER_BYTES + size);
}

/** A log in memory: for tests, and for what is small. */
export class MemoryLog implements LogOutput {
  #bytes = new Uint8Array(1 << 16);
  #size = 0;

  async write(bytes: Uint8Array): Promise<void> {
    await this.writeAt(bytes, this.#size);
  }

  async writeAt(bytes: Uint8Array, offset: number): Promise<void> {
    const end = offset + bytes.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, offset);
    this.#size = Math.max(this.#size, end);
  }

  /** What was written so far. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }
}
