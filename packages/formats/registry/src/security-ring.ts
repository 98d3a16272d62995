import { NIL } from "./base-block.ts";
import type { CellAllocator } from "./cell-allocator.ts";
import type { Cells } from "./cells.ts";
import { descriptorAt, KEY_SECURITY_SIZE, locateSecurity, SECURITY_SIGNATURE, SecurityField } from "./key-security.ts";

/** The ring of key securities of a hive that is edited: keys of equal descriptors share one, which counts them. */
export class SecurityRing {
  readonly #cells: Cells;
  readonly #allocator: CellAllocator;
  /** Offsets by descriptor. */
  readonly #known = new Map<string, number>();
  /** Any of the ring, NIL for an empty one. */
  #entry: number;

  /** @param entry a key security of the hive, NIL if it has none yet */
  constructor(cells: Cells, allocator: CellAllocator, entry: number) {
    this.#cells = cells;
    this.#allocator = allocator;
    this.#entry = entry;
    const seen = new Set<number>();
    for (let offset = entry; offset !== NIL && !seen.has(offset); ) {
      seen.add(offset);
      const place = locateSecurity(cells, offset);
      const text = textOf(descriptorAt(cells, place));
      if (!this.#known.has(text)) this.#known.set(text, offset);
      offset = cells.view.getUint32(place + SecurityField.NEXT, true);
    }
  }

  /** Offset of the key security of a descriptor, which counts one key more. */
  use(descriptor: Uint8Array): number {
    const text = textOf(descriptor);
    const known = this.#known.get(text);
    if (known !== undefined) {
      this.retain(known);
      return known;
    }
    const offset = this.#add(descriptor);
    this.#known.set(text, offset);
    return offset;
  }

  /** Counts one key more. */
  retain(offset: number): void {
    const place = locateSecurity(this.#cells, offset) + SecurityField.REFERENCE_COUNT;
    this.#cells.view.setUint32(place, this.#cells.view.getUint32(place, true) + 1, true);
  }

  /** Counts one key less; without any the key security is freed. */
  release(offset: number): void {
    const place = locateSecurity(this.#cells, offset);
    const { view } = this.#cells;
    const count = view.getUint32(place + SecurityField.REFERENCE_COUNT, true);
    if (count > 1) {
      view.setUint32(place + SecurityField.REFERENCE_COUNT, count - 1, true);
      return;
    }
    const text = textOf(descriptorAt(this.#cells, place));
    if (this.#known.get(text) === offset) this.#known.delete(text);
    const next = view.getUint32(place + SecurityField.NEXT, true);
    const previous = view.getUint32(place + SecurityField.PREVIOUS, true);
    this.#link(previous, next);
    if (this.#entry === offset) this.#entry = next === offset ? NIL : next;
    this.#allocator.free(offset);
  }

  #add(descriptor: Uint8Array): number {
    const offset = this.#allocator.allocate(KEY_SECURITY_SIZE + descriptor.length);
    const place = this.#cells.locate(offset);
    const { view, bytes } = this.#cells;
    view.setUint16(place, SECURITY_SIGNATURE, true);
    view.setUint32(place + SecurityField.REFERENCE_COUNT, 1, true);
    view.setUint32(place + SecurityField.DESCRIPTOR_SIZE, descriptor.length, true);
    bytes.set(descriptor, place + SecurityField.DESCRIPTOR);
    if (this.#entry === NIL) {
      this.#entry = offset;
      this.#link(offset, offset);
    } else {
      const previous = view.getUint32(locateSecurity(this.#cells, this.#entry) + SecurityField.PREVIOUS, true);
      this.#link(previous, offset);
      this.#link(offset, this.#entry);
    }
    return offset;
  }

  #link(before: number, after: number): void {
    const { view } = this.#cells;
    view.setUint32(locateSecurity(this.#cells, before) + SecurityField.NEXT, after, true);
    view.setUint32(locateSecurity(this.#cells, after) + SecurityField.PREVIOUS, before, true);
  }
}

function textOf(descriptor: Uint8Array): string {
  return Buffer.from(descriptor.buffer, descriptor.byteOffset, descriptor.length).toString("latin1");
}
