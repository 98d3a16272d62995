/**
 * WMI_BUFFER_HEADER: what each buffer of a log begins with. The names are those of Microsoft's symbols; what each field means was
 * seen in logs of Windows 7 to 11.
 */
export const BUFFER_HEADER_BYTES = 0x48;

/** Offsets of the fields. */
const BUFFER_SIZE = 0x00;
const SAVED_OFFSET = 0x04;
const CURRENT_OFFSET = 0x08;
const TIME_STAMP = 0x10;
const SEQUENCE_NUMBER = 0x18;
const CLIENT_CONTEXT = 0x28;
const STATE = 0x2c;
const OFFSET = 0x30;
const BUFFER_FLAG = 0x34;
const BUFFER_TYPE = 0x36;

export const BufferFlag = {
  /** The last one when the session stopped or was flushed. */
  FLUSH_MARKER: 0x01,
  /** Events were lost before this buffer: there was none free. */
  EVENTS_LOST: 0x02,
  /** A buffer was lost before this one: it could not be written. */
  BUFFER_LOST: 0x04,
  /** The client context is a processor index of 11 bits and a logger id: Windows 8 and later. */
  PROCESSOR_INDEX: 0x20,
  COMPRESSED: 0x40,
} as const;

/** The buffer that begins with the logfile header event. */
export const HEADER_BUFFER = 4;

/** Largest type that is known: a buffer of debug information. */
const LAST_TYPE = 7;
const KNOWN_FLAGS = 0xff;
const PROCESSOR_INDEX_MASK = 0x7ff;
/** No session has larger buffers. */
export const MOST_BUFFER_BYTES = 64 << 20;

export interface BufferHeader {
  /** Bytes from this buffer to the next in the file; compressed ones with their header. */
  readonly size: number;
  /** Where the records end, from the start of the (uncompressed) buffer, as the logger saved it; 0 in Windows 7's first buffers. */
  readonly savedOffset: number;
  /** Where the records end that were written to the buffer: those of a first buffer can go beyond `savedOffset`. */
  readonly offset: number;
  readonly sequenceNumber: bigint;
  /** When it was flushed, by the session's clock; a FILETIME in logs that were written anew. */
  readonly timeStamp: bigint;
  readonly processor: number;
  readonly loggerId: number;
  /** Its low half is the compression format in the first buffer of a compressed log. */
  readonly state: number;
  /** Of `BufferFlag`. */
  readonly flags: number;
  readonly type: number;
}

/** @param view must hold `BUFFER_HEADER_BYTES` from `at` on */
export function parseBufferHeader(view: DataView, at: number): BufferHeader {
  const flags = view.getUint16(at + BUFFER_FLAG, true);
  const context = view.getUint32(at + CLIENT_CONTEXT, true);
  const indexed = (flags & BufferFlag.PROCESSOR_INDEX) !== 0;
  return {
    size: view.getUint32(at + BUFFER_SIZE, true),
    savedOffset: view.getUint32(at + SAVED_OFFSET, true),
    offset: view.getUint32(at + OFFSET, true),
    sequenceNumber: view.getBigInt64(at + SEQUENCE_NUMBER, true),
    timeStamp: view.getBigInt64(at + TIME_STAMP, true),
    // Before Windows 8: a byte for the processor, one for the alignment (8).
    processor: indexed ? context & PROCESSOR_INDEX_MASK : context & 0xff,
    loggerId: context >>> 16,
    state: view.getUint32(at + STATE, true),
    flags,
    type: view.getUint16(at + BUFFER_TYPE, true),
  };
}

/** Whether a buffer can begin here: numbers that no logger writes tell that it does not. */
export function isBufferHeader(view: DataView, at: number): boolean {
  const size = view.getUint32(at + BUFFER_SIZE, true);
  if (size < BUFFER_HEADER_BYTES || size > MOST_BUFFER_BYTES) return false;
  const flags = view.getUint16(at + BUFFER_FLAG, true);
  if (flags > KNOWN_FLAGS || view.getUint16(at + BUFFER_TYPE, true) > LAST_TYPE) return false;
  const saved = view.getUint32(at + SAVED_OFFSET, true);
  const end = Math.max(saved, view.getUint32(at + OFFSET, true));
  if (saved !== 0 && saved < BUFFER_HEADER_BYTES) return false;
  return end >= BUFFER_HEADER_BYTES && end <= MOST_BUFFER_BYTES;
}

/** The opposite of `parseBufferHeader`; the session's own pointers and counts stay 0. */
export function writeBufferHeader(view: DataView, at: number, header: BufferHeader): void {
  for (let i = 0; i < BUFFER_HEADER_BYTES; i += 4) view.setUint32(at + i, 0, true);
  view.setUint32(at + BUFFER_SIZE, header.size, true);
  view.setUint32(at + SAVED_OFFSET, header.savedOffset, true);
  view.setUint32(at + CURRENT_OFFSET, header.offset, true);
  view.setBigInt64(at + TIME_STAMP, header.timeStamp, true);
  view.setBigInt64(at + SEQUENCE_NUMBER, header.sequenceNumber, true);
  view.setUint32(at + CLIENT_CONTEXT, header.processor | (header.loggerId << 16), true);
  view.setUint32(at + STATE, header.state, true);
  view.setUint32(at + OFFSET, header.offset, true);
  view.setUint16(at + BUFFER_FLAG, header.flags, true);
  view.setUint16(at + BUFFER_TYPE, header.type, true);
}
