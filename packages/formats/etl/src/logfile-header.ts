import { ByteReader, ByteWriter, decodeUtf16, type Filetime, type Findings, type Origin } from "@adk/core";
import { HeaderType, SYSTEM_BYTES } from "./record-header.ts";

/** What time stamps count (the ReservedFlags of TRACE_LOGFILE_HEADER). */
export type ClockType = "qpc" | "system" | "cpu" | "unknown";

/** Bits of the log file mode that reading depends on. */
export const LogFileMode = {
  SEQUENTIAL: 0x1,
  CIRCULAR: 0x2,
  APPEND: 0x4,
  NEW_FILE: 0x8,
  PREALLOCATE: 0x20,
  PRIVATE_LOGGER: 0x800,
  SYSTEM_LOGGER: 0x0200_0000,
  COMPRESSED: 0x0400_0000,
  NO_PER_PROCESSOR_BUFFERING: 0x1000_0000,
} as const;

/** SYSTEMTIME of a change to or from daylight saving time, as 8 numbers: year, month, day of the week, day, hour ... */
export type SystemTime = readonly number[];

/** TIME_ZONE_INFORMATION. Minutes that local time is behind UTC, and names as the system called them. */
export interface TimeZone {
  readonly bias: number;
  readonly standardName: string;
  readonly standardDate: SystemTime;
  readonly standardBias: number;
  readonly daylightName: string;
  readonly daylightDate: SystemTime;
  readonly daylightBias: number;
}

/** TRACE_LOGFILE_HEADER: the payload of a log's first event, and the time stamp of that event. */
export interface LogfileHeader {
  /** Bytes of a buffer, uncompressed. */
  readonly bufferSize: number;
  /** Major, minor, sub and sub-minor version of the format: 10.0.1.5, or 2.x of a tool that wrote the log anew. */
  readonly version: readonly [number, number, number, number];
  /** Build of the Windows that was traced. */
  readonly osBuild: number;
  readonly processors: number;
  /** When the session ended; 0 in a log that was not finished. */
  readonly endTime: Filetime;
  /** 100 ns between two ticks of the system's timer. */
  readonly timerResolution: number;
  /** MB; 0 for no bound. */
  readonly maximumFileSize: number;
  /** Of `LogFileMode`. */
  readonly logFileMode: number;
  readonly buffersWritten: number;
  /** Header buffers at the start of the file. */
  readonly startBuffers: number;
  /** As the log says. What pointers in payloads have is told for each record by its header. */
  readonly pointerSize: number;
  readonly eventsLost: number;
  readonly cpuSpeedMhz: number;
  readonly timeZone: TimeZone;
  readonly bootTime: Filetime;
  /** Ticks a second of the performance counter. */
  readonly perfFrequency: bigint;
  readonly startTime: Filetime;
  readonly clockType: ClockType;
  readonly buffersLost: number;
  readonly sessionName: string;
  readonly fileName: string;
  /** Time stamp of the event: the tick at `startTime`. */
  readonly timeStamp: bigint;
  readonly processId: number;
  readonly threadId: number;
}

const CLOCK_TYPES: readonly ClockType[] = ["unknown", "qpc", "system", "cpu"];
const NAME_BYTES = 64;
const TIME_ZONE_BYTES = 172;

/** Whether the record that begins here is a logfile header event: a SYSTEM header of group 0, type 0. */
export function isLogfileHeader(record: Uint8Array): boolean {
  if (record.length < SYSTEM_BYTES + 56) return false;
  const type = record[2] as number;
  const system = type === HeaderType.SYSTEM32 || type === HeaderType.SYSTEM64;
  return system && record[3] === 0xc0 && record[6] === 0 && record[7] === 0;
}

/**
 * @param record a whole record for which `isLogfileHeader` holds
 * @param findings told where it ends early; what is behind is 0 then
 */
export function parseLogfileHeader(record: Uint8Array, findings: Findings, origin: Origin): LogfileHeader {
  const wide = record[2] === HeaderType.SYSTEM64;
  const pointerBytes = wide ? 8 : 4;
  const fixed = SYSTEM_BYTES + 56 + 2 * pointerBytes + TIME_ZONE_BYTES + 4 + 32;
  if (record.length < fixed) {
    const { file, base } = origin;
    findings.error("ETL_HEADER_SHORT", "The logfile header event ends before its fields do.", { file, offset: base });
  }
  const bytes = new Uint8Array(Math.max(fixed, record.length));
  bytes.set(record);
  const reader = new ByteReader(bytes, origin, 8);
  const [threadId, processId, timeStamp] = [reader.u32(), reader.u32(), reader.u64()];
  reader.skip(8);
  const bufferSize = reader.u32();
  const version = [reader.u8(), reader.u8(), reader.u8(), reader.u8()] as const;
  const osBuild = reader.u32();
  const processors = reader.u32();
  const endTime = reader.u64();
  const timerResolution = reader.u32();
  const maximumFileSize = reader.u32();
  const logFileMode = reader.u32();
  const buffersWritten = reader.u32();
  const startBuffers = reader.u32();
  const pointerSize = reader.u32();
  const eventsLost = reader.u32();
  const cpuSpeedMhz = reader.u32();
  // The addresses of the names, which follow as text.
  reader.skip(2 * pointerBytes);
  const timeZone = readTimeZone(reader);
  reader.align(8);
  const bootTime = reader.u64();
  const perfFrequency = reader.u64();
  const startTime = reader.u64();
  const clockType = CLOCK_TYPES[reader.u32()] ?? "unknown";
  const buffersLost = reader.u32();
  const [sessionName, rest] = readText(bytes.subarray(reader.position));
  const [fileName] = readText(rest);
  return {
    bufferSize,
    version,
    osBuild,
    processors,
    endTime,
    timerResolution,
    maximumFileSize,
    logFileMode,
    buffersWritten,
    startBuffers,
    pointerSize,
    eventsLost,
    cpuSpeedMhz,
    timeZone,
    bootTime,
    perfFrequency,
    startTime,
    clockType,
    buffersLost,
    sessionName,
    fileName,
    timeStamp,
    processId,
    threadId,
  };
}

function readTimeZone(reader: ByteReader): TimeZone {
  const name = () => trimmed(reader.utf16(NAME_BYTES));
  const date = () => Array.from({ length: 8 }, () => reader.u16());
  return {
    bias: reader.i32(),
    standardName: name(),
    standardDate: date(),
    standardBias: reader.i32(),
    daylightName: name(),
    daylightDate: date(),
    daylightBias: reader.i32(),
  };
}

function trimmed(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** Text to its terminator, and what is behind that. */
function readText(bytes: Uint8Array): [string, Uint8Array] {
  const text = trimmed(decodeUtf16(bytes));
  return [text, bytes.subarray((text.length + 1) * 2)];
}

/** The payload of a logfile header event, whose pointers have 4 or 8 bytes. */
export function logfileHeaderPayload(header: LogfileHeader, pointerBytes: 4 | 8): Uint8Array {
  const writer = new ByteWriter(512).u32(header.bufferSize);
  for (const number of header.version) writer.u8(number);
  writer.u32(header.osBuild).u32(header.processors).u64(header.endTime);
  writer.u32(header.timerResolution).u32(header.maximumFileSize).u32(header.logFileMode).u32(header.buffersWritten);
  writer.u32(header.startBuffers).u32(header.pointerSize).u32(header.eventsLost).u32(header.cpuSpeedMhz);
  writer.zeros(2 * pointerBytes);
  writeTimeZone(writer, header.timeZone);
  writer.align(8).u64(header.bootTime).u64(header.perfFrequency).u64(header.startTime);
  writer.u32(Math.max(0, CLOCK_TYPES.indexOf(header.clockType))).u32(header.buffersLost);
  writer.utf16(`${header.sessionName}\0${header.fileName}\0`);
  return writer.finish();
}

function writeTimeZone(writer: ByteWriter, zone: TimeZone): void {
  const name = (text: string) => writer.utf16(text.slice(0, NAME_BYTES / 2 - 1).padEnd(NAME_BYTES / 2, "\0"));
  const date = (numbers: SystemTime) => {
    for (let i = 0; i < 8; i++) writer.u16(numbers[i] ?? 0);
  };
  writer.u32(zone.bias);
  name(zone.standardName);
  date(zone.standardDate);
  writer.u32(zone.standardBias);
  name(zone.daylightName);
  date(zone.daylightDate);
  writer.u32(zone.daylightBias);
}
