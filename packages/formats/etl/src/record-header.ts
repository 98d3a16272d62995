/**
 * The headers of records. The first 32 bits of each are its marker: flags in the high byte, the type of the header below it, and a
 * version or the record's size in the low half.
 */

/** Types of headers, as the marker has them. */
export const HeaderType = {
  SYSTEM32: 1,
  SYSTEM64: 2,
  COMPACT32: 3,
  COMPACT64: 4,
  FULL32: 10,
  INSTANCE32: 11,
  TIMED: 12,
  ERROR: 13,
  WNODE: 14,
  MESSAGE: 15,
  PERFINFO32: 16,
  PERFINFO64: 17,
  EVENT32: 18,
  EVENT64: 19,
  FULL64: 20,
  INSTANCE64: 21,
  /** Not a type of Microsoft's: a WPP message, which has flags of its own in place of one. */
  WPP: 0x90,
} as const;

/** Highest bit of the marker: the record has a header. */
export const TRACE_HEADER = 0x80;
/** With it: an event, or (0x10) a WPP message. */
export const EVENT_TRACE = 0x40;
export const WPP_MESSAGE = 0x10;

/** Bytes of the headers. */
export const SYSTEM_BYTES = 32;
export const COMPACT_BYTES = 24;
export const PERFINFO_BYTES = 16;
export const FULL_BYTES = 48;
export const INSTANCE_BYTES = 72;
export const EVENT_BYTES = 80;
export const WPP_BYTES = 8;
/** Least bytes of a record that is kept as it is. */
export const OPAQUE_BYTES = 8;

/** Records begin at multiples of this, from the start of their buffer. */
export const RECORD_ALIGNMENT = 8;

/** In the version of a PERFINFO header: 8 bytes of PEBS index follow it. */
export const PERFINFO_PEBS = 0x8000;
/** How many performance counters of 8 bytes follow. */
export const PERFINFO_COUNTERS_SHIFT = 8;
export const PERFINFO_COUNTERS_MASK = 7;

/** Flags of an EVENT header. */
export const EventFlag = {
  EXTENDED_INFO: 0x0001,
  PRIVATE_SESSION: 0x0002,
  STRING_ONLY: 0x0004,
  TRACE_MESSAGE: 0x0008,
  NO_CPUTIME: 0x0010,
  HEADER_32_BIT: 0x0020,
  HEADER_64_BIT: 0x0040,
  DECODE_GUID: 0x0080,
  CLASSIC: 0x0100,
  PROCESSOR_INDEX: 0x0200,
} as const;

/** What a WPP message has between its header and its arguments, in this order. */
export const WppOption = {
  SEQUENCE: 0x01,
  GUID: 0x02,
  COMPONENT_ID: 0x04,
  TIME_STAMP: 0x08,
  /** The time stamp is of the performance counter, not a FILETIME. */
  PERFORMANCE_TIME_STAMP: 0x10,
  SYSTEM_INFORMATION: 0x20,
  POINTER_32: 0x40,
  POINTER_64: 0x80,
} as const;

/** For records that do not tell a process or thread. */
export const NO_ID = 0xffff_ffff;
