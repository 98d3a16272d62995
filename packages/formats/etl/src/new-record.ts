import { AdkError, ByteWriter, check, type Guid, guidToBytes, NIL_GUID } from "@adk/core";
import { type ExtendedItem, extendedItemsToBytes } from "./extended-data.ts";
import {
  EVENT_TRACE,
  EventFlag,
  HeaderType,
  PERFINFO_COUNTERS_MASK,
  PERFINFO_COUNTERS_SHIFT,
  PERFINFO_PEBS,
  TRACE_HEADER,
  WPP_MESSAGE,
  WppOption,
} from "./record-header.ts";

interface CommonRecord {
  /** As the log's clock counts. */
  readonly timeStamp: bigint;
  readonly payload: Uint8Array;
  /** Of pointers in the payload. Default: 8. */
  readonly pointerSize?: 4 | 8 | undefined;
}

interface ThreadRecord extends CommonRecord {
  readonly processId: number;
  readonly threadId: number;
}

/** A kernel event. `hook` is group and type: 0x0f2e for SampledProfile. */
export interface SystemRecord extends ThreadRecord {
  /** COMPACT has no times of the processor. */
  readonly header: "system" | "compact";
  readonly hook: number;
  readonly version?: number | undefined;
}

export interface PerfInfoRecord extends CommonRecord {
  readonly header: "perfinfo";
  readonly hook: number;
  readonly version?: number | undefined;
  readonly counters?: readonly bigint[] | undefined;
  readonly pebsIndex?: bigint | undefined;
}

/** An event of a class. */
export interface FullRecord extends ThreadRecord {
  readonly header: "full" | "instance";
  readonly provider: Guid;
  readonly opcode: number;
  readonly level?: number | undefined;
  readonly version?: number | undefined;
  /** Of INSTANCE headers. */
  readonly instanceId?: number | undefined;
  readonly parentInstanceId?: number | undefined;
  readonly parentProvider?: Guid | undefined;
}

export interface EventRecord extends ThreadRecord {
  readonly header: "event";
  readonly provider: Guid;
  readonly id: number;
  readonly version?: number | undefined;
  readonly channel?: number | undefined;
  readonly level?: number | undefined;
  readonly opcode?: number | undefined;
  readonly task?: number | undefined;
  readonly keyword?: bigint | undefined;
  /** Of `EventFlag`; what follows from the other fields is added. */
  readonly flags?: number | undefined;
  readonly activityId?: Guid | undefined;
  readonly extended?: readonly ExtendedItem[] | undefined;
}

export interface WppRecord extends ThreadRecord {
  readonly header: "wpp";
  readonly message: Guid;
  readonly number: number;
}

/** A header of another type with its bytes, behind the first four. */
export interface OpaqueRecord {
  readonly header: "opaque";
  readonly headerType: number;
  readonly payload: Uint8Array;
}

export type NewRecord = SystemRecord | PerfInfoRecord | FullRecord | EventRecord | WppRecord | OpaqueRecord;

/** A record as logs have it. @throws AdkError `ETL_RECORD_TOO_LARGE`, `GUID_INVALID` */
export function recordToBytes(record: NewRecord): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(128 + record.payload.length);
  const sizeAt = writeHeader(writer, record);
  writer.bytes(record.payload);
  const bytes = writer.finish();
  check(bytes.length <= 0xffff, () => {
    return new AdkError("ETL_RECORD_TOO_LARGE", "A record has at most 65535 bytes.", { found: bytes.length });
  });
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(sizeAt, bytes.length, true);
  return bytes;
}

/** @returns where the size of the record belongs */
function writeHeader(writer: ByteWriter, record: NewRecord): number {
  switch (record.header) {
    case "system":
    case "compact":
      return writeSystem(writer, record);
    case "perfinfo":
      return writePerfInfo(writer, record);
    case "full":
    case "instance":
      return writeFull(writer, record);
    case "event":
      return writeEvent(writer, record);
    case "wpp":
      return writeWpp(writer, record);
    case "opaque":
      writer
        .u16(0)
        .u8(record.headerType)
        .u8(TRACE_HEADER | EVENT_TRACE);
      return 0;
  }
}

function marker(writer: ByteWriter, low: number, type32: number, type64: number, pointerSize: 4 | 8 = 8): ByteWriter {
  return writer
    .u16(low)
    .u8(pointerSize === 4 ? type32 : type64)
    .u8(TRACE_HEADER | EVENT_TRACE);
}

function writeSystem(writer: ByteWriter, record: SystemRecord): number {
  const [type32, type64] =
    record.header === "system"
      ? [HeaderType.SYSTEM32, HeaderType.SYSTEM64]
      : [HeaderType.COMPACT32, HeaderType.COMPACT64];
  marker(writer, record.version ?? 2, type32, type64, record.pointerSize);
  writer.u16(0).u16(record.hook).u32(record.threadId).u32(record.processId).u64(record.timeStamp);
  if (record.header === "system") writer.zeros(8);
  return 4;
}

function writePerfInfo(writer: ByteWriter, record: PerfInfoRecord): number {
  const { counters = [], pebsIndex, version = 2 } = record;
  const extension = (counters.length & PERFINFO_COUNTERS_MASK) << PERFINFO_COUNTERS_SHIFT;
  const pebs = pebsIndex === undefined ? 0 : PERFINFO_PEBS;
  marker(writer, version | extension | pebs, HeaderType.PERFINFO32, HeaderType.PERFINFO64, record.pointerSize);
  writer.u16(0).u16(record.hook).u64(record.timeStamp);
  if (pebsIndex !== undefined) writer.u64(pebsIndex);
  for (const counter of counters.slice(0, PERFINFO_COUNTERS_MASK)) writer.u64(counter);
  return 4;
}

function writeFull(writer: ByteWriter, record: FullRecord): number {
  const [type32, type64] =
    record.header === "full" ? [HeaderType.FULL32, HeaderType.FULL64] : [HeaderType.INSTANCE32, HeaderType.INSTANCE64];
  marker(writer, 0, type32, type64, record.pointerSize);
  writer
    .u8(record.opcode)
    .u8(record.level ?? 0)
    .u16(record.version ?? 0);
  writer.u32(record.threadId).u32(record.processId).u64(record.timeStamp);
  writer.bytes(guidToBytes(record.provider)).zeros(8);
  if (record.header === "instance") {
    writer.u32(record.instanceId ?? 0).u32(record.parentInstanceId ?? 0);
    writer.bytes(guidToBytes(record.parentProvider ?? NIL_GUID));
  }
  return 0;
}

function writeEvent(writer: ByteWriter, record: EventRecord): number {
  const { extended = [], pointerSize = 8 } = record;
  const width = pointerSize === 4 ? EventFlag.HEADER_32_BIT : EventFlag.HEADER_64_BIT;
  const flags = (record.flags ?? 0) | width | (extended.length > 0 ? EventFlag.EXTENDED_INFO : 0);
  marker(writer, 0, HeaderType.EVENT32, HeaderType.EVENT64, pointerSize);
  writer.u16(flags).u16(0).u32(record.threadId).u32(record.processId).u64(record.timeStamp);
  writer.bytes(guidToBytes(record.provider));
  writer
    .u16(record.id)
    .u8(record.version ?? 0)
    .u8(record.channel ?? 0)
    .u8(record.level ?? 0)
    .u8(record.opcode ?? 0);
  writer
    .u16(record.task ?? 0)
    .u64(record.keyword ?? 0n)
    .zeros(8);
  writer.bytes(guidToBytes(record.activityId ?? NIL_GUID)).bytes(extendedItemsToBytes(extended));
  return 0;
}

function writeWpp(writer: ByteWriter, record: WppRecord): number {
  const width = record.pointerSize === 4 ? WppOption.POINTER_32 : WppOption.POINTER_64;
  const options = WppOption.GUID | WppOption.TIME_STAMP | WppOption.SYSTEM_INFORMATION | width;
  writer
    .u16(0)
    .u8(0)
    .u8(TRACE_HEADER | WPP_MESSAGE)
    .u16(record.number)
    .u16(options);
  writer.bytes(guidToBytes(record.message)).u64(record.timeStamp).u32(record.threadId).u32(record.processId);
  return 0;
}
