import { type LongOperation, ProgressCounter } from "@adk/core";
import { SECTOR } from "../sector.ts";
import { anchor, fileSet } from "../udf/volume-descriptors.ts";
import { contentPieces, readContent } from "./content-reader.ts";
import { headBytes } from "./disc-head.ts";
import type { DiscLayout } from "./disc-layout.ts";
import { PieceMemory } from "./piece-memory.ts";

/** The bytes of a disc. @throws AdkError `SOURCE_CHANGED` */
export async function* discPieces(layout: DiscLayout, operation: LongOperation): AsyncGenerator<Uint8Array> {
  const progress = new ProgressCounter(operation, "write", "bytes", layout.sectors * SECTOR);
  let written = 0;
  for await (const piece of gathered(layout)) {
    written += piece.length;
    progress.add(piece.length);
    yield piece;
  }
  if (written !== layout.sectors * SECTOR)
    throw new TypeError(`the layout has ${layout.sectors} sectors, ${written} bytes were written`);
}

async function* gathered(layout: DiscLayout): AsyncGenerator<Uint8Array> {
  const memory = new PieceMemory();
  for await (const bytes of structures(layout)) yield* memory.addAll(bytes);
  for (const content of layout.data) {
    yield* contentPieces(content, memory);
    if (memory.isFull) yield memory.take();
  }
  yield* memory.addAll(tail(layout));
  const last = memory.take();
  if (last.length > 0) yield last;
}

/** What lies before the data. */
async function* structures(layout: DiscLayout): AsyncGenerator<Uint8Array> {
  const { udf, udfVolume, iso, joliet, boot } = layout;
  const extentOf = layout.extentOf.bind(layout);
  yield headBytes(layout);
  if (udf && udfVolume) {
    yield* fileSet(udfVolume);
    yield* udf.bytes((content) => extentOf(content) - udfVolume.partitionStart, readContent);
  }
  yield* iso.bytes(extentOf);
  if (joliet) yield* joliet.bytes(extentOf);
  yield* boot.bytes();
}

/** What lies behind it: the second anchor, the backup of the partition table. */
function tail({ sectors, dataEnd, udf, hybrid }: DiscLayout): Uint8Array {
  const bytes = new Uint8Array((sectors - dataEnd) * SECTOR);
  if (udf) bytes.set(anchor(dataEnd));
  if (hybrid) bytes.set(hybrid.end, bytes.length - hybrid.end.length);
  return bytes;
}
