import { AdkError, check } from "@adk/core";
import type { Dentry } from "./dentry.ts";
import type { WimHeader } from "./header.ts";
import { countImage, type ImageCounts } from "./image-counts.ts";
import { imagePlaces, type LookupEntry, ZERO_HASH } from "./lookup-table.ts";
import { type References, readReferences, recountEntries } from "./reference-counts.ts";
import { RESOURCE_METADATA, RESOURCE_SOLID, type ResourceHeader } from "./resource-header.ts";
import { solidMember, type WrittenSolid } from "./solid-encoder.ts";
import type { WimFile } from "./wim-file.ts";

/** The lookup table of a file that is written: what it holds, and how often its images refer to that. */
export class WrittenTable {
  /** The file that is added to. */
  readonly #file: WimFile | undefined;
  #entries: LookupEntry[];
  /** Places in `#entries`; -1 for a blob that was claimed and is not written yet. */
  readonly #places = new Map<string, number>();
  readonly #sizes = new Map<string, number>();
  /** What the images refer to that were written here. */
  readonly #references = new Map<number, References>();
  #images: number;
  #replaced = false;
  /** Uncompressed bytes of the solid run that the table ends with. */
  #solidRunSize = 0;

  constructor(file?: WimFile) {
    this.#file = file;
    this.#entries = [...(file?.entries ?? [])];
    this.#images = file?.imageCount ?? 0;
    for (const [i, { sha1, resource }] of this.#entries.entries()) {
      const blob = file?.blob(sha1);
      if (!blob || resource.flags & RESOURCE_METADATA || this.#places.has(sha1)) continue;
      this.#places.set(sha1, i);
      this.#sizes.set(sha1, blob.size);
    }
  }

  get imageCount(): number {
    return this.#images;
  }

  has(sha1: string): boolean {
    return this.#places.has(sha1);
  }

  /** True for a blob that the file does not have: whoever asks then writes it. True once for each. */
  claim(sha1: string): boolean {
    if (this.#places.has(sha1)) return false;
    this.#places.set(sha1, -1);
    return true;
  }

  /** Notes a blob that was written. */
  add(sha1: string, resource: ResourceHeader): void {
    this.#places.set(sha1, this.#entries.length);
    this.#sizes.set(sha1, resource.size);
    this.#entries.push({ resource, partNumber: 1, referenceCount: 0, sha1 });
  }

  /** A resource of a run, then its blobs, whose offsets count through all resources of the run. */
  addSolid(resource: ResourceHeader, size: number, members: WrittenSolid["members"]): void {
    const last = this.#entries.at(-1);
    if (!last || !(last.resource.flags & RESOURCE_SOLID)) this.#solidRunSize = 0;
    this.#entries.push({ resource, partNumber: 1, referenceCount: 1, sha1: ZERO_HASH });
    for (const { sha1, size: blobSize, offset } of members) {
      this.add(sha1, solidMember(blobSize, this.#solidRunSize + offset));
      this.#sizes.set(sha1, blobSize);
    }
    this.#solidRunSize += size;
  }

  /** Notes the metadata of a further image, and what it refers to. */
  addImage(sha1: string, resource: ResourceHeader, root: Dentry): ImageCounts {
    this.#entries.push({ resource, partNumber: 1, referenceCount: 1, sha1 });
    const counts = this.#count(++this.#images, root);
    for (const [hash, count] of counts.references) {
      const place = this.#places.get(hash);
      const entry = place === undefined ? undefined : this.#entries[place];
      if (entry) this.#entries[place as number] = { ...entry, referenceCount: entry.referenceCount + count };
    }
    return counts;
  }

  /** Notes other metadata of an image. What it referred to before is counted in the end. */
  replaceImage(index: number, sha1: string, resource: ResourceHeader, root: Dentry): ImageCounts {
    // The place in the table makes the number of the image.
    const place = imagePlaces(this.#entries)[index - 1] as number;
    this.#entries[place] = { resource, partNumber: 1, referenceCount: 1, sha1 };
    this.#replaced = true;
    return this.#count(index, root);
  }

  /**
   * The entries to write. Blobs that no image refers to any more are not among them.
   *
   * @throws AdkError `WIM_INCOMPLETE` where a blob was claimed and never written
   */
  async finish(header: WimHeader): Promise<readonly LookupEntry[]> {
    const missing = [...this.#places].find(([, place]) => place < 0);
    check(missing === undefined, () => {
      return new AdkError("WIM_INCOMPLETE", "Data was to be written and was not: an earlier step failed.", {
        kind: "environment",
        expected: `blob ${missing?.[0]}`,
      });
    });
    if (!this.#replaced) return this.#entries;
    // Images that were not written here are read again, one by one: all trees of a file would fill the memory.
    const images: (References | undefined)[] = [];
    for (let index = 1; index <= this.#images; index++) {
      images.push(this.#references.get(index) ?? (this.#file && (await readReferences(this.#file, index))));
    }
    return recountEntries(this.#entries, header, images);
  }

  #count(index: number, root: Dentry): ImageCounts {
    const counts = countImage(root, (sha1) => this.#sizes.get(sha1) ?? this.#file?.blob(sha1)?.size ?? 0);
    this.#references.set(index, counts.references);
    return counts;
  }
}
