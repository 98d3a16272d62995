import { ByteWriter } from "@adk/core";

/** Link types of pcapng (the registry of tcpdump.org). */
export const LinkType = { ETHERNET: 1, RAW_IP: 101, IEEE802_11: 105 } as const;
export type LinkType = (typeof LinkType)[keyof typeof LinkType];

/** Where packets were seen. */
export interface CaptureInterface {
  readonly linkType: LinkType;
  readonly name: string;
  readonly description?: string | undefined;
}

export interface CapturedPacket {
  /** A number that a section has described before. */
  readonly interface: number;
  /** 100 ns since 1970. */
  readonly time: bigint;
  readonly data: Uint8Array;
  /** Bytes that it had before it was cut. */
  readonly originalLength: number;
  readonly direction: "in" | "out" | undefined;
  readonly comment: string;
}

/** Types of blocks, and codes of options, of draft-ietf-opsawg-pcapng. */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const UNKNOWN_LENGTH = 0xffff_ffff_ffff_ffffn;
const END_OF_OPTIONS = 0;
const COMMENT = 1;
const HARDWARE_OR_PACKET_FLAGS = 2;
const USER_APPLICATION = 4;
const INTERFACE_NAME = 2;
const INTERFACE_DESCRIPTION_TEXT = 3;
const TIME_RESOLUTION = 9;
/** Units of 10^-7 s. */
const HUNDRED_NANOSECONDS = 7;
const DIRECTIONS = { in: 1, out: 2 } as const;

type Option = readonly [code: number, value: Uint8Array];

/** What a file begins with. */
export function sectionHeader(application: string): Uint8Array {
  return block(SECTION_HEADER, (body) => body.u32(BYTE_ORDER_MAGIC).u16(1).u16(0).u64(UNKNOWN_LENGTH), [
    [USER_APPLICATION, utf8(application)],
  ]);
}

/** Interfaces have numbers in the order in which they are described, from 0. */
export function interfaceDescription({ linkType, name, description }: CaptureInterface): Uint8Array {
  const options: Option[] = [
    [INTERFACE_NAME, utf8(name)],
    [TIME_RESOLUTION, Uint8Array.of(HUNDRED_NANOSECONDS)],
  ];
  if (description !== undefined) options.push([INTERFACE_DESCRIPTION_TEXT, utf8(description)]);
  // A snapshot length of 0 is none.
  return block(INTERFACE_DESCRIPTION, (body) => body.u16(linkType).u16(0).u32(0), options);
}

export function enhancedPacket(packet: CapturedPacket): Uint8Array {
  const { time, data, originalLength, direction, comment } = packet;
  const options: Option[] = [];
  if (direction) options.push([HARDWARE_OR_PACKET_FLAGS, Uint8Array.of(DIRECTIONS[direction], 0, 0, 0)]);
  if (comment !== "") options.push([COMMENT, utf8(comment)]);
  return block(
    ENHANCED_PACKET,
    (body) => {
      body
        .u32(packet.interface)
        .u32(Number(time >> 32n))
        .u32(Number(time & 0xffff_ffffn));
      body.u32(data.length).u32(originalLength).bytes(data).align(4);
    },
    options,
  );
}

/** A block: its type, its length before and behind it, and between them what `write` writes and the options. */
function block(type: number, write: (body: ByteWriter) => unknown, options: readonly Option[]): Uint8Array {
  const body = new ByteWriter();
  write(body);
  for (const [code, value] of options) {
    body.u16(code).u16(value.length).bytes(value).align(4);
  }
  if (options.length > 0) body.u16(END_OF_OPTIONS).u16(0);
  const content = body.finish();
  const length = content.length + 12;
  return new ByteWriter().u32(type).u32(length).bytes(content).u32(length).finish();
}

/** The length of an option has 16 bits. */
function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text).subarray(0, 0xffff);
}
