import type { Filetime } from "@adk/core";

/** Bytes of a file on the disc, in order. */
export interface Extent {
  /** Byte offset in the image; undefined for a hole, which reads as zeros. */
  readonly offset: number | undefined;
  readonly length: number;
}

/** A file or directory, whichever of the disc's file systems tells of it. */
export interface DiscEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly hidden: boolean;
  /** Bytes. */
  readonly size: number;
  readonly created: Filetime;
  readonly modified: Filetime;
  /** Byte offset of what identifies it on the disc: its data, or its UDF entry. */
  readonly place: number;
  readonly extents: readonly Extent[];
  /** Data that is stored in the entry itself, in place of extents. */
  readonly embedded: Uint8Array | undefined;
  /** Where a symbolic link leads, as Windows writes it. */
  readonly link?: string;
  /** Other names lead to the same entry. */
  readonly isShared?: boolean;
}

/** One of the file systems of a disc. */
export interface DiscTree {
  /** `enhanced` is that of ISO 9660:1999, which Windows does not read. */
  readonly kind: "udf" | "joliet" | "iso9660" | "enhanced";
  readonly root: DiscEntry;
  /** The entries of a directory, in the disc's order. What is damaged is left out, with a finding. */
  list(directory: DiscEntry): Promise<readonly DiscEntry[]>;
}
