import type { LongOperation, ProgressCounter } from "@adk/core";
import type { OwnStorage } from "./blobs.ts";
import { type ChunkTable, chunkLength, writeSolidHeader } from "./chunk-table.ts";
import type { SolidMember } from "./contents.ts";
import { type LookupEntry, ZERO_HASH } from "./lookup-table.ts";
import { RESOURCE_COMPRESSED, RESOURCE_METADATA, RESOURCE_SOLID, type ResourceHeader } from "./resource-header.ts";
import { readSolidLayout } from "./resource-reader.ts";
import { solidMember } from "./solid-encoder.ts";
import { SOLID_MARK, type SolidResource } from "./solid-run.ts";
import { copyBytes, type WimOutput } from "./wim-output.ts";

/** Some chunks of a solid resource in a row, with the blobs that lie wholly in them: a solid resource by itself. */
export interface SolidPiece {
  readonly solid: SolidResource;
  /** Chunks from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
  readonly members: readonly SolidMember[];
}

/** A piece that is all of a resource. */
export async function wholeSolid(solid: SolidResource, members: readonly SolidMember[]): Promise<SolidPiece> {
  const table = await solidChunks(solid);
  return { solid, first: 0, end: table.offsets.length - 1, members };
}

/** Where the chunks of a solid resource lie. */
export async function solidChunks(solid: SolidResource): Promise<ChunkTable> {
  return (await readSolidLayout(solid)).table;
}

/** Copies a resource as it is stored. */
export async function copyOwn(
  output: WimOutput,
  { part, resource }: OwnStorage,
  operation: LongOperation,
): Promise<ResourceHeader> {
  const offset = output.position;
  await copyBytes(output, part.access, resource.offset, resource.storedSize, operation);
  return { ...resource, flags: resource.flags & (RESOURCE_COMPRESSED | RESOURCE_METADATA), offset };
}

/**
 * Copies pieces of solid resources and gives the entries of their run: each resource before its blobs, whose offsets count
 * through all resources of the run.
 */
export async function copySolids(
  output: WimOutput,
  pieces: readonly SolidPiece[],
  partNumber: number,
  operation: LongOperation,
  progress: ProgressCounter,
): Promise<LookupEntry[]> {
  const entries: LookupEntry[] = [];
  let base = 0;
  for (const piece of pieces) {
    const { resource, start, size } = await copySolidPiece(output, piece, operation);
    entries.push({ resource, partNumber, referenceCount: 1, sha1: ZERO_HASH });
    for (const { sha1, size: blobSize, references, offset } of piece.members) {
      const place = solidMember(blobSize, base + offset - start);
      entries.push({ resource: place, partNumber, referenceCount: references, sha1 });
    }
    base += size;
    progress.add(resource.storedSize);
  }
  return entries;
}

/** @returns where the piece is now, and the range of uncompressed bytes that it holds */
export async function copySolidPiece(
  output: WimOutput,
  { solid, first, end }: SolidPiece,
  operation: LongOperation,
): Promise<{ resource: ResourceHeader; start: number; size: number }> {
  const table = await solidChunks(solid);
  const offset = output.position;
  const start = first * table.chunkSize;
  const size = (end - 1) * table.chunkSize + chunkLength(table, end - 1) - start;
  const sizes: number[] = [];
  for (let i = first; i < end; i++) sizes.push((table.offsets[i + 1] as number) - (table.offsets[i] as number));
  await output.write(writeSolidHeader({ ...solid.header, size }, sizes));
  const from = table.offsets[first] as number;
  await copyBytes(output, solid.part.access, from, (table.offsets[end] as number) - from, operation);
  const storedSize = output.position - offset;
  return { resource: { storedSize, flags: RESOURCE_SOLID, offset, size: SOLID_MARK }, start, size };
}
