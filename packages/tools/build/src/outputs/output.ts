import type { Findings, LayeredVolume, LongOperation } from "@adk/core";
import type { ImageProperties } from "@adk/wim";
import type * as z from "zod";
import type { ImageDescription } from "../manifest/image.ts";

export interface OutputContext {
  readonly volume: LayeredVolume;
  readonly image: ImageDescription;
  /** What the base image says of itself, where it is one. */
  readonly baseProperties: ImageProperties | undefined;
  /** Where the files of the output go; they appear there when they are complete, in the place of what is there. */
  readonly directory: string;
  readonly threads: number | undefined;
  /** FILETIME that the image is stamped with. */
  readonly time: bigint;
  readonly findings: Findings;
  readonly operation: LongOperation;
}

/** What came of the tree in an output. */
export interface OutputFigures {
  readonly files: number;
  readonly directories: number;
  /** Bytes of all data, each hard-linked file counted once. */
  readonly bytes: number;
  /** Bytes of the distinct data of it. */
  readonly distinctBytes: number;
  /** Bytes that the distinct data takes in the file. */
  readonly storedBytes: number;
  /** Names of the files that were written, the one that the manifest names first. */
  readonly written: readonly string[];
}

/**
 * One kind of output: how it stands in a manifest, and how it is written. A new kind is a file like `wim.ts`, listed in
 * `kinds.ts`.
 */
export interface OutputKind<Schema extends z.ZodObject = z.ZodObject> {
  /** Has a literal `kind` and a `file`. */
  readonly schema: Schema;
  /** The choices that matter, in a few words: `xpress, default`. */
  describe(output: z.output<Schema>): string;
  /** Whether a file of this name in the output directory is, or was, a file of the output. */
  owns(output: z.output<Schema>, name: string): boolean;
  write(output: z.output<Schema>, context: OutputContext): Promise<OutputFigures>;
}

export function defineOutput<Schema extends z.ZodObject>(kind: OutputKind<Schema>): OutputKind<Schema> {
  return kind;
}
