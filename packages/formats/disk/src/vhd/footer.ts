import { AdkError, check, type Guid, guidFromBytes, type Origin } from "@adk/core";
import type { VhdGeometry } from "./geometry.ts";

export const FOOTER_BYTES = 512;
const COOKIE = "conectix";
const VERSION = 0x0001_0000;
/** Bit 1 is reserved and always set. */
const FEATURES = 2;
const NO_OFFSET = 0xffff_ffff_ffff_ffffn;
/** 2000-01-01 00:00 UTC in seconds since 1970. */
export const VHD_EPOCH = 946_684_800;
const CHECKSUM_AT = 64;

export const VHD_TYPES = { 2: "fixed", 3: "dynamic", 4: "differencing" } as const;
export type VhdType = (typeof VHD_TYPES)[keyof typeof VHD_TYPES];

/** The last 512 bytes of a VHD; a dynamic one has a copy at its start. All numbers are big-endian. */
export interface VhdFooter {
  readonly type: VhdType;
  /** Offset of the dynamic header; undefined for a fixed disk. */
  readonly dataOffset: number | undefined;
  /** Seconds since 2000-01-01 UTC. */
  readonly timestamp: number;
  /** Four characters: `win ` Windows, `vpc ` Virtual PC, `qem2` QEMU ... */
  readonly creator: string;
  readonly creatorVersion: number;
  /** Size when it was made, and now, in bytes. */
  readonly originalSize: number;
  readonly size: number;
  readonly geometry: VhdGeometry;
  readonly id: Guid;
  /** The disk is part of a saved state. */
  readonly saved: boolean;
}

export function isVhdFooter(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 8)) === COOKIE;
}

/** One's complement of the sum of all bytes but those of the checksum itself. */
export function vhdChecksum(bytes: Uint8Array, checksumAt: number): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) if (i < checksumAt || i >= checksumAt + 4) sum += bytes[i] as number;
  return ~sum >>> 0;
}

/** @throws AdkError `VHD_BAD_FOOTER` */
export function parseVhdFooter(bytes: Uint8Array, origin: Origin = {}): VhdFooter {
  const bad = (message: string, at: number, found?: string | number, expected?: string | number) =>
    new AdkError("VHD_BAD_FOOTER", message, { file: origin.file, offset: (origin.base ?? 0) + at, found, expected });
  check(bytes.length >= FOOTER_BYTES && isVhdFooter(bytes), () => bad("There is no footer of a VHD.", 0));
  const footer = bytes.subarray(0, FOOTER_BYTES);
  const view = new DataView(footer.buffer, footer.byteOffset, FOOTER_BYTES);
  const [stored, actual] = [view.getUint32(CHECKSUM_AT), vhdChecksum(footer, CHECKSUM_AT)];
  check(stored === actual, () => bad("The footer's checksum is wrong.", CHECKSUM_AT, actual, stored));
  check(view.getUint16(12) === 1, () => bad("This version is not known.", 12, view.getUint32(12)));
  const type = VHD_TYPES[view.getUint32(60) as keyof typeof VHD_TYPES];
  check(type !== undefined, () => bad("This type of disk is not known.", 60, view.getUint32(60)));
  const dataOffset = view.getBigUint64(16);
  const sizeAt = (at: number) => {
    const size = view.getBigUint64(at);
    check(size < 2n ** 53n, () => bad("A size cannot be.", at, `${size}`));
    return Number(size);
  };
  return {
    type,
    dataOffset: dataOffset === NO_OFFSET || type === "fixed" ? undefined : sizeAt(16),
    timestamp: view.getUint32(24),
    creator: String.fromCharCode(...footer.subarray(28, 32)),
    creatorVersion: view.getUint32(32),
    originalSize: sizeAt(40),
    size: sizeAt(48),
    geometry: { cylinders: view.getUint16(56), heads: view.getUint8(58), sectorsPerTrack: view.getUint8(59) },
    id: guidFromBytes(footer.subarray(68, 84)),
    saved: view.getUint8(84) !== 0,
  };
}

export interface NewVhdFooter extends Omit<VhdFooter, "originalSize" | "id" | "saved"> {
  /** 16 bytes. */
  readonly id: Uint8Array;
}

export function writeVhdFooter(footer: NewVhdFooter): Uint8Array {
  const bytes = new Uint8Array(FOOTER_BYTES);
  const view = new DataView(bytes.buffer);
  const ascii = (text: string, at: number) => bytes.set(new TextEncoder().encode(text), at);
  const { geometry, dataOffset } = footer;
  ascii(COOKIE, 0);
  view.setUint32(8, FEATURES);
  view.setUint32(12, VERSION);
  view.setBigUint64(16, dataOffset === undefined ? NO_OFFSET : BigInt(dataOffset));
  view.setUint32(24, footer.timestamp);
  ascii(footer.creator, 28);
  view.setUint32(32, footer.creatorVersion);
  ascii("Wi2k", 36);
  view.setBigUint64(40, BigInt(footer.size));
  view.setBigUint64(48, BigInt(footer.size));
  view.setUint16(56, geometry.cylinders);
  view.setUint8(58, geometry.heads);
  view.setUint8(59, geometry.sectorsPerTrack);
  view.setUint32(60, Number(Object.entries(VHD_TYPES).find(([, type]) => type === footer.type)?.[0]));
  bytes.set(footer.id, 68);
  view.setUint32(CHECKSUM_AT, vhdChecksum(bytes, CHECKSUM_AT));
  return bytes;
}
