/** The shape of what `adk wim diff` finds. */
import { finding } from "@adk/cli-kit/schemas";
import * as z from "zod";
import { wimDirEntry } from "../schemas.ts";

/** In what an entry can differ. `path`: it was moved or renamed; `case`: its name is the same but for the case of letters. */
export const aspect = z.enum([
  "type",
  "path",
  "case",
  "content",
  "attributes",
  "times",
  "streams",
  "hard-links",
  "reparse-point",
  "short-name",
  "security",
  "object-id",
  "extended-attributes",
  "other-items",
]);
export type Aspect = z.infer<typeof aspect>;

export const differenceKind = z.enum(["added", "removed", "changed", "moved"]);
export type DifferenceKind = z.infer<typeof differenceKind>;

/**
 * An entry of one side. Of an added or removed one all that is known; else its type and size, and the values that are not
 * the same on the other side. Without a value, that side has none.
 */
const entryState = wimDirEntry
  .omit({ linkId: true })
  .partial()
  .extend({
    type: wimDirEntry.shape.type,
    size: z.number(),
    /** Other names of the same file, at most 16. */
    hardLinks: z.array(z.string()).optional(),
    /** Object id (tag 1), extended attributes (2) and what else an image keeps by a tag; the data in hex. */
    items: z.array(z.object({ tag: z.number(), data: z.string() })).optional(),
  });
export type EntryState = z.infer<typeof entryState>;

const difference = z.object({
  /** In the second source; of a removed entry in the first. */
  path: z.string(),
  kind: differenceKind,
  /** Empty for what is added or removed. */
  what: z.array(aspect),
  before: entryState.optional(),
  after: entryState.optional(),
});
export type Difference = z.infer<typeof difference>;

const side = z.object({
  /** As it was named. */
  source: z.string(),
  /** What was compared of it, the root included; bytes of unnamed data, hard-linked files counted once. */
  entries: z.number(),
  bytes: z.number(),
});

const summary = z.object({
  added: z.number(),
  removed: z.number(),
  changed: z.number(),
  moved: z.number(),
  /** Unnamed data that is only on one side: of added and removed files, and of files with other content. */
  bytesAdded: z.number(),
  bytesRemoved: z.number(),
  /** How many changed and moved entries differ in what. */
  what: z.partialRecord(aspect, z.number()),
});
export type DiffSummary = z.infer<typeof summary>;

/** A property of the XML data by its path there: `WINDOWS/VERSION/BUILD`. */
const propertyDifference = z.object({
  path: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
});
export type PropertyDifference = z.infer<typeof propertyDifference>;

/** `adk wim diff` */
export const wimDiffResult = z.object({
  /** Whether the trees are: what the XML data says of an image does not count. */
  equal: z.boolean(),
  before: side,
  after: side,
  summary,
  /** By path. */
  differences: z.array(difference),
  properties: z.array(propertyDifference),
  findings: z.array(finding),
});
export type WimDiffResult = z.infer<typeof wimDiffResult>;
