import type { Findings, LayeredVolume, LongOperation } from "@adk/core";
import type { ImageProperties } from "@adk/wim";
import type * as z from "zod";
import type { ImageDescription } from "../manifest/image.ts";
import type { Medium } from "../media/medium.ts";
import type { BuiltImages } from "./built-images.ts";

/** What an image is made of. */
export interface ImageContext {
  readonly volume: LayeredVolume;
  readonly image: ImageDescription;
  /** What the base image says of itself, where it is one. */
  readonly baseProperties: ImageProperties | undefined;
  readonly threads: number | undefined;
  /** FILETIME that what is built is stamped with. */
  readonly time: bigint;
  readonly findings: Findings;
  readonly operation: LongOperation;
}

export interface OutputContext extends ImageContext {
  readonly images: BuiltImages;
  /** Where an output that needs one gets it. */
  readonly medium: Medium | undefined;
  /** Where the files of the output go; nothing is there yet. */
  readonly directory: string;
}

export interface PlanContext {
  readonly findings: Findings;
  readonly operation: LongOperation;
}

/** What is known of a medium before it is made. */
export interface PlannedMedium {
  /** What firmware will start, by name: `BIOS: /boot/etfsboot.com`. */
  readonly boots: readonly string[];
  /** What it is made of beside medium and manifest, for the lock. */
  readonly facts: readonly string[];
}

/** What came of the tree in a WIM file. */
export interface ImageFigures {
  readonly files: number;
  readonly directories: number;
  /** Bytes of all data, each hard-linked file counted once. */
  readonly bytes: number;
  /** Bytes of the distinct data of it. */
  readonly distinctBytes: number;
  /** Bytes that the distinct data takes in the file. */
  readonly storedBytes: number;
}

/** A medium that was made. */
export interface MediumFigures {
  /** For people: `UDF disc`, `FAT32 disk, GPT, raw`. */
  readonly form: string;
  readonly label: string;
  /** What firmware starts, by name: `BIOS: /boot/etfsboot.com`. */
  readonly boots: readonly string[];
  readonly files: number;
  readonly directories: number;
  /** The image on it: its path, or those of its parts. */
  readonly image: readonly { readonly path: string; readonly bytes: number }[];
}

export interface OutputFigures {
  readonly content: ImageFigures;
  readonly medium?: MediumFigures | undefined;
  /** Names of the files that were written, relative to the output directory, the one that the manifest names first. */
  readonly written: readonly string[];
}

/** What a manifest calls an output in the output directory, and by which key. */
export interface OutputPlace {
  readonly key: "file" | "directory";
  readonly name: string;
}

/**
 * One kind of output: how it stands in a manifest, and how it is written. A new kind is a file like `wim.ts`, listed in
 * `kinds.ts`.
 */
export interface OutputKind<Schema extends z.ZodObject = z.ZodObject> {
  /** Has a literal `kind`, and a `file` or a `directory`. */
  readonly schema: Schema;
  /** The choices that matter, in a few words: `xpress, default`. */
  describe(output: z.output<Schema>): string;
  /** Whether a path in the output directory is, or was, that of a file of the output. */
  owns(output: z.output<Schema>, path: string): boolean;
  /** Of one that is made of the medium of the manifest: looks at it, without an image on it, and writes nothing. */
  plan?(output: z.output<Schema>, medium: Medium, context: PlanContext): Promise<PlannedMedium>;
  write(output: z.output<Schema>, context: OutputContext): Promise<OutputFigures>;
}

export function defineOutput<Schema extends z.ZodObject>(kind: OutputKind<Schema>): OutputKind<Schema> {
  return kind;
}
