import { ByteWriter, type LongOperation, type ProgressCounter } from "@adk/core";
import type { OwnStorage } from "./blobs.ts";
import { type ChunkTable, chunkLength, SOLID_COMPRESSIONS, SOLID_HEADER_SIZE } from "./chunk-table.ts";
import type { SolidMember } from "./contents.ts";
import { type LookupEntry, ZERO_HASH } from "./lookup-table.ts";
import { RESOURCE_COMPRESSED, RESOURCE_METADATA, RESOURCE_SOLID, type ResourceHeader } from "./resource-header.ts";
import { readSolidLayout } from "./resource-reader.ts";
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

/** Where the chunks of a solid resource lie; one without compression counts as a single chunk. */
export async function solidChunks(solid: SolidResource): Promise<ChunkTable> {
  const layout = await readSolidLayout(solid);
  if (layout.kind === "chunks") return layout.table;
  const offsets = Float64Array.of(layout.start, layout.start + layout.size);
  return { chunkSize: Math.max(1, layout.size), size: layout.size, offsets, prefix: 0 };
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
    const table = await solidChunks(piece.solid);
    const { resource, start, size } = await copySolid(output, piece, table, operation);
    entries.push({ resource, partNumber, referenceCount: 1, sha1: ZERO_HASH });
    for (const { sha1, size: blobSize, references, offset } of piece.members) {
      const place = { storedSize: blobSize, flags: RESOURCE_SOLID, offset: base + offset - start, size: 0 };
      entries.push({ resource: place, partNumber, referenceCount: references, sha1 });
    }
    base += size;
    progress.add(resource.storedSize);
  }
  return entries;
}

async function copySolid(
  output: WimOutput,
  { solid, first, end }: SolidPiece,
  table: ChunkTable,
  operation: LongOperation,
): Promise<{ resource: ResourceHeader; start: number; size: number }> {
  const offset = output.position;
  const start = first * table.chunkSize;
  const size = (end - 1) * table.chunkSize + chunkLength(table, end - 1) - start;
  const { compression, chunkSize } = solid.header;
  const writer = new ByteWriter(SOLID_HEADER_SIZE + (end - first) * 4);
  writer.size64(size).u32(chunkSize).u32(SOLID_COMPRESSIONS.indexOf(compression));
  for (let i = first; compression !== "none" && i < end; i++) {
    writer.u32((table.offsets[i + 1] as number) - (table.offsets[i] as number));
  }
  await output.write(writer.finish());
  const from = table.offsets[first] as number;
  await copyBytes(output, solid.part.access, from, (table.offsets[end] as number) - from, operation);
  const storedSize = output.position - offset;
  return { resource: { storedSize, flags: RESOURCE_SOLID, offset, size: SOLID_MARK }, start, size };
}
