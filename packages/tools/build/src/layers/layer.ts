import type { Findings, LongOperation } from "@adk/core";
import type * as z from "zod";
import type { LayerChanges } from "./layer-changes.ts";

/** What a layer works with. */
export interface LayerContext {
  /** Where its changes go. */
  readonly changes: LayerChanges;
  readonly findings: Findings;
  readonly operation: LongOperation;
  /** FILETIME of what a layer makes itself: when the manifest was changed, or SOURCE_DATE_EPOCH where that is before. */
  readonly time: bigint;
  /** For secrets that a manifest only names. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The host path that a path of the manifest means. */
  resolve(path: string): string;
}

/**
 * One kind of layer: how it stands in a manifest, and what it does to the tree. A new kind is a file like the ones beside
 * this, listed in `kinds.ts`.
 */
export interface LayerKind<Schema extends z.ZodObject = z.ZodObject> {
  /** Has a literal `kind`. */
  readonly schema: Schema;
  /** One line that tells a person what a layer of this kind does: `oem/ -> /Windows`. */
  describe(layer: z.output<Schema>): string;
  apply(layer: z.output<Schema>, context: LayerContext): Promise<void>;
}

export function defineLayer<Schema extends z.ZodObject>(kind: LayerKind<Schema>): LayerKind<Schema> {
  return kind;
}
