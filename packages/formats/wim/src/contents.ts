import type { Blob, MetadataBlob, OwnStorage } from "./blobs.ts";
import { inPlaceOrder } from "./decode-plan.ts";
import { countImage } from "./image-counts.ts";
import type { SolidResource } from "./solid-run.ts";
import type { WimFile } from "./wim-file.ts";

/** What some images of a file need, as it is stored: for files that are made of it without compressing anything again. */
export interface Contents {
  readonly metadata: readonly MetadataBlob[];
  /** In the order in which they lie in their files. */
  readonly blobs: readonly StoredBlob[];
  readonly solids: readonly SolidContents[];
}

/** A blob that is a resource of its own. */
export interface StoredBlob {
  readonly sha1: string;
  readonly size: number;
  /** How often the images refer to it. */
  readonly references: number;
  readonly storage: OwnStorage;
}

export interface SolidContents {
  readonly solid: SolidResource;
  /** By their offset in the uncompressed resource. */
  readonly members: readonly SolidMember[];
}

/** A blob in a solid resource. */
export interface SolidMember {
  readonly sha1: string;
  readonly size: number;
  readonly references: number;
  readonly offset: number;
}

/** The metadata of images and the blobs that they refer to; what nothing refers to is not among them. */
export async function collectContents(file: WimFile, indexes: readonly number[]): Promise<Contents> {
  const references = new Map<string, number>();
  for (const index of indexes) {
    const { root } = await file.metadata(index);
    for (const [sha1, count] of countImage(root, () => 0).references) {
      references.set(sha1, (references.get(sha1) ?? 0) + count);
    }
  }
  const found = [...references.keys()].map((sha1) => file.blob(sha1)).filter((blob) => blob !== undefined);
  const ordered = inPlaceOrder(found);
  const blobs: StoredBlob[] = [];
  for (const { sha1, size, storage } of ordered) {
    if (storage.kind === "resource") blobs.push({ sha1, size, references: references.get(sha1) ?? 0, storage });
  }
  const solids = [...solidsOf(ordered)].map(([solid, members]) => ({
    solid,
    members: members.map(({ sha1, size, storage }) => {
      return {
        sha1,
        size,
        references: references.get(sha1) ?? 0,
        offset: storage.kind === "solid" ? storage.offset : 0,
      };
    }),
  }));
  return { metadata: indexes.map((index) => file.metadataBlob(index)), blobs, solids };
}

/** The blobs that lie in solid resources, by resource. */
export function solidsOf(blobs: readonly Blob[]): Map<SolidResource, Blob[]> {
  const solids = new Map<SolidResource, Blob[]>();
  for (const blob of blobs) {
    if (blob.storage.kind !== "solid") continue;
    const members = solids.get(blob.storage.solid);
    if (members) members.push(blob);
    else solids.set(blob.storage.solid, [blob]);
  }
  return solids;
}
