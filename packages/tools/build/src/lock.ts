import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { fromSystemError, type LongOperation } from "@adk/core";
import * as z from "zod";
import { baseIdentitySchema, identifyBase } from "./base-identity.ts";
import type { Composition } from "./compose.ts";
import { LOCK_FILE, layersOf } from "./manifest/manifest.ts";
import type { ManifestFile } from "./manifest/manifest-file.ts";
import { digestTree, TreeDigest } from "./tree/tree-digest.ts";
import { toolVersion } from "./version.ts";

const LOCK_VERSION = 1;

export const builtOutputSchema = z.object({ path: z.string(), bytes: z.number(), sha256: z.string() });
export type BuiltOutput = z.output<typeof builtOutputSchema>;

const inputsSchema = z.object({
  tool: z.string(),
  /** SHA-256 of the manifest, which has all options. */
  manifest: z.string(),
  base: baseIdentitySchema,
  layers: z.array(z.object({ kind: z.string(), sha256: z.string() })),
  /** What a medium holds beside the image, and what is put on it or started from it of the host. */
  media: z.object({ sha256: z.string() }).optional(),
  /** What SOURCE_DATE_EPOCH said; null where it was not set. */
  sourceDateEpoch: z.number().nullable(),
});
export type LockInputs = z.output<typeof inputsSchema>;

/** All that a build depended on, and what came of it. The same on every machine that builds the same. */
export const lockSchema = z.object({
  lockVersion: z.literal(LOCK_VERSION),
  inputs: inputsSchema,
  outputs: z.array(builtOutputSchema),
});
export type Lock = z.output<typeof lockSchema>;

/** Reads what decides on the result: the base and the files of every layer. */
export async function computeInputs(
  file: ManifestFile,
  composition: Composition,
  options: { latest: bigint | undefined; sourceDateEpoch: number | null; operation: LongOperation },
): Promise<LockInputs> {
  const { operation } = options;
  const base = await identifyBase(composition.base, options.latest, operation);
  const layers: LockInputs["layers"] = [];
  for (const [i, { entries, removedPaths }] of composition.layers.entries()) {
    const digest = new TreeDigest(composition.volume, operation, "hash layers");
    await digest.addEntries(entries);
    for (const path of removedPaths) digest.addFact("removed", path);
    layers.push({ kind: layersOf(file.manifest)[i]?.kind ?? "", sha256: digest.finish() });
  }
  const tool = `@adk/build ${toolVersion()}`;
  const { medium, mediaFacts } = composition;
  const media = medium && { sha256: await digestTree(medium.volume, operation, "hash medium", mediaFacts) };
  const { sourceDateEpoch } = options;
  return { tool, manifest: file.sha256, base, layers, ...(media && { media }), sourceDateEpoch };
}

export function makeLock(inputs: LockInputs, outputs: readonly BuiltOutput[]): Lock {
  return { lockVersion: LOCK_VERSION, inputs, outputs: [...outputs] };
}

/** The lock of an earlier build; undefined where there is none that can be read. */
export async function readLock(directory: string): Promise<Lock | undefined> {
  const path = join(directory, LOCK_FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw fromSystemError(error, path);
  }
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function sameInputs(a: LockInputs, b: LockInputs): boolean {
  return isDeepStrictEqual(a, b);
}
