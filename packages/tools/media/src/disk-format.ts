import { extname } from "node:path";
import {
  type AtomicFile,
  ByteWriter,
  digestBytes,
  FILETIME_UNIX_EPOCH,
  type Filetime,
  guidFromBytes,
  stampTime,
} from "@adk/core";
import { type DiskPieces, writeRaw, writeVhd, writeVhdx } from "@adk/disk";

export const DISK_FORMATS = ["raw", "vhd", "vhdx"] as const;
export type DiskFormat = (typeof DISK_FORMATS)[number];

const EXTENSIONS: Readonly<Record<string, DiskFormat>> = {
  ".img": "raw",
  ".raw": "raw",
  ".bin": "raw",
  ".dd": "raw",
  ".vhd": "vhd",
  ".vhdx": "vhdx",
};

/** The format that the name of a file tells. */
export function diskFormatOf(file: string): DiskFormat | undefined {
  return EXTENSIONS[extname(file).toLowerCase()];
}

export interface DiskFormatOptions {
  readonly format: DiskFormat;
  /** Of a VHD or VHDX: every block has its place. Default: only those with data. */
  readonly fixed?: boolean | undefined;
  /** Geometry of a VHD as the specification calculates it. */
  readonly specGeometry?: boolean | undefined;
  /** FILETIME that the disk's identity is made of. Default: SOURCE_DATE_EPOCH or the present. */
  readonly time?: Filetime | undefined;
}

/** Writes a disk of `size` bytes into a file of a format. @param name of what the disk is made of; its identity is made of it too */
export async function writeDisk(
  output: AtomicFile,
  name: string,
  size: number,
  pieces: DiskPieces,
  { format, fixed = false, specGeometry = false, time = stampTime() }: DiskFormatOptions,
): Promise<void> {
  if (format === "raw") return writeRaw(output, size, pieces);
  const type = fixed ? "fixed" : "dynamic";
  const id = identityOf(name, size, time);
  if (format === "vhdx") return writeVhdx(output, size, pieces, { type, id: guidFromBytes(id) });
  const seconds = Number((time - FILETIME_UNIX_EPOCH) / 10_000_000n);
  await writeVhd(output, size, pieces, { type, id, time: seconds, geometry: specGeometry ? "spec" : "most" });
}

/** 16 bytes by which hosts tell disks apart: of the time, or of SOURCE_DATE_EPOCH and always the same. */
function identityOf(from: string, size: number, time: Filetime): Uint8Array {
  const name = from.replace(/^.*[/\\]/, "");
  const bytes = digestBytes("sha1", new ByteWriter().utf16(name).size64(size).u64(time).finish()).slice(0, 16);
  // As a random GUID has it (RFC 9562, version 8: made in a way of our own), stored as Windows stores it.
  bytes[7] = ((bytes[7] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes;
}
