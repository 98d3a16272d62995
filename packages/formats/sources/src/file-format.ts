import type { Finding, RandomAccess, SourceSelector, Volume } from "@adk/core";

/**
 * A file format that the kit knows: how to recognise it, what to tell of it, and how to see a Windows tree in it. The format's
 * package is loaded with the first file of it: a command on one file needs one format, not all of them.
 */
export interface FileFormat {
  /** Short and stable: `wim`. */
  readonly name: string;
  /** @param head the first bytes of the file, up to `HEAD_BYTES` */
  recognises(head: Uint8Array): boolean | Promise<boolean>;
  inspect(access: RandomAccess): Promise<Inspection>;
  /** The volume that a selector names. It closes the file when it is closed. */
  openVolume?(access: RandomAccess, selector: SourceSelector | undefined): Promise<Volume>;
}

/** Whether a file begins with a magic number, given a character a byte. */
export function beginsWith(head: Uint8Array, magic: string): boolean {
  return Buffer.from(head.subarray(0, magic.length)).toString("latin1") === magic;
}

/** Up to the first descriptor of a disc, behind 32 KiB that are not its own. */
export const HEAD_BYTES = 34 * 1024;

export interface Inspection {
  /** Where it is not the name of the `FileFormat`, which may know several kinds. */
  readonly format?: string;
  /** For people: `Windows image, LZX, 2 images`. */
  readonly description: string;
  /** Plain JSON values under the format's own names. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
}
