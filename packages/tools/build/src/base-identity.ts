import { LayeredVolume, type LongOperation } from "@adk/core";
import * as z from "zod";
import type { Composition } from "./compose.ts";
import { digestTree } from "./tree/tree-digest.ts";

/** What tells one base from another, without a path of the host. */
export const baseIdentitySchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("wim"),
    bytes: z.number(),
    guid: z.string(),
    index: z.number(),
    metadataSha1: z.string(),
  }),
  z.object({ kind: z.literal("tree"), sha256: z.string() }),
]);
export type BaseIdentity = z.output<typeof baseIdentitySchema>;

/** @param latest FILETIME that no time of a base directory exceeds in the image */
export async function identifyBase(
  { volume, kind, image }: Composition["base"],
  latest: bigint | undefined,
  operation: LongOperation,
): Promise<BaseIdentity> {
  if (image) {
    const { bytes, guid, index, metadataSha1 } = image;
    return { kind: "wim", bytes, guid, index, metadataSha1 };
  }
  // Only looked through, never closed: the base belongs to the composed tree.
  const tree = new LayeredVolume(volume, { time: 0n, latest: kind === "directory" ? latest : undefined });
  return { kind: "tree", sha256: await digestTree(tree, operation, "hash base") };
}
