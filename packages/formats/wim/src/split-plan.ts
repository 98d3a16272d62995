import { countWhile } from "@adk/core";
import type { SolidContents, SolidMember, StoredBlob } from "./contents.ts";
import { LOOKUP_ENTRY_SIZE } from "./lookup-table.ts";
import { type SolidPiece, solidChunks } from "./raw-copy.ts";

/** What one part holds besides its tables; the first also holds the metadata of all images. */
export interface PartPlan {
  readonly blobs: StoredBlob[];
  readonly pieces: SolidPiece[];
  /** Blobs that lie across two pieces of a solid resource: they are decoded and stored as they are. */
  readonly loose: SolidMember[];
  bytes: number;
}

/** Deals contents out to parts, in order, so that the source is read from its start to its end. */
export class SplitPlanner {
  readonly #parts: PartPlan[] = [];
  readonly #limit: number;
  readonly #tables: number;
  readonly #metadataBytes: number;
  #part: PartPlan;

  /**
   * @param limit most bytes of a part
   * @param tables bytes of the tables of an empty part
   * @param metadataBytes what the first part holds besides
   */
  constructor(limit: number, tables: number, metadataBytes: number) {
    this.#limit = limit;
    this.#tables = tables;
    this.#metadataBytes = metadataBytes;
    this.#part = this.#next();
    this.#part.bytes += metadataBytes;
  }

  addBlob(blob: StoredBlob): void {
    this.#place(blob.storage.resource.storedSize + LOOKUP_ENTRY_SIZE).blobs.push(blob);
  }

  /** Takes as many chunks at a time as fit into the part; chunks that no blob needs are left out. */
  async addSolid({ solid, members }: SolidContents): Promise<void> {
    const table = await solidChunks(solid);
    const { chunkSize, offsets } = table;
    const count = offsets.length - 1;
    const stored = (from: number, to: number) => (offsets[to] as number) - (offsets[from] as number) + (to - from) * 4;
    const overhead = 16 + LOOKUP_ENTRY_SIZE;
    let waiting = members;
    for (let first = 0; first < count && waiting.length > 0; ) {
      const needed = Math.floor((waiting[0] as SolidMember).offset / chunkSize);
      first = Math.max(first, needed);
      let end = first + 1;
      const entries = (to: number) => countBefore(waiting, to * chunkSize) * LOOKUP_ENTRY_SIZE;
      if (this.#part.bytes + overhead + stored(first, end) + entries(end) > this.#limit && !this.#isEmpty)
        this.#part = this.#next();
      while (end < count && this.#part.bytes + overhead + stored(first, end + 1) + entries(end + 1) <= this.#limit)
        end++;
      const inside = waiting.filter(({ offset, size }) => offset + size <= end * chunkSize);
      const across = waiting.filter(({ offset, size }) => offset < end * chunkSize && offset + size > end * chunkSize);
      waiting = waiting.filter(({ offset }) => offset >= end * chunkSize);
      if (inside.length > 0) {
        this.#part.pieces.push({ solid, first, end, members: inside });
        this.#part.bytes += overhead + stored(first, end) + inside.length * LOOKUP_ENTRY_SIZE;
      }
      for (const member of across) {
        this.#place(member.size + LOOKUP_ENTRY_SIZE).loose.push(member);
      }
      first = end;
    }
  }

  /**
   * Where a part exceeds the limit, puts the largest one first: readers (7-Zip) take a first part that is shorter than another
   * for cut off.
   */
  finish(): readonly PartPlan[] {
    const parts = this.#parts;
    const largest = parts.reduce((most, part) => (part.bytes > most.bytes ? part : most));
    const [first] = parts as [PartPlan];
    if (largest === first || largest.bytes <= this.#limit) return parts;
    first.bytes -= this.#metadataBytes;
    largest.bytes += this.#metadataBytes;
    parts[parts.indexOf(largest)] = first;
    parts[0] = largest;
    return parts.filter(({ bytes }) => bytes > this.#tables);
  }

  /** Whether a new part would have no more room than this one. */
  get #isEmpty(): boolean {
    return this.#part.bytes === this.#tables;
  }

  /** The first part that has room for so many bytes; a new one where none has. */
  #place(bytes: number): PartPlan {
    const part = this.#parts.find((each) => each.bytes + bytes <= this.#limit) ?? this.#next();
    part.bytes += bytes;
    return part;
  }

  #next(): PartPlan {
    const part: PartPlan = { blobs: [], pieces: [], loose: [], bytes: this.#tables };
    this.#parts.push(part);
    return part;
  }
}

/** How many members begin before an offset. */
function countBefore(members: readonly SolidMember[], offset: number): number {
  return countWhile(members.length, (i) => (members[i] as SolidMember).offset < offset);
}
