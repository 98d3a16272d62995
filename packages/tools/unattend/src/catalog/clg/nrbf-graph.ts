import { AdkError, check } from "@adk/core";
import {
  type ArrayRecord,
  type ClassRecord,
  isRecord,
  type NrbfItem,
  type NrbfRecord,
  type NrbfStream,
} from "./nrbf-records.ts";

/** A value with references and nulls resolved. */
export type NrbfValue = Exclude<NrbfItem, NrbfRecord> | ClassRecord | ArrayRecord;

/** The objects of a stream by their id, and access to their members by name. */
export class NrbfGraph {
  /** Places of members by layout; one layout serves many objects. */
  readonly #places = new Map<object, Map<string, number>>();
  readonly #file: string | undefined;
  readonly #stream: NrbfStream;

  constructor(stream: NrbfStream, file?: string) {
    this.#stream = stream;
    this.#file = file;
  }

  /** How many objects, arrays and strings there are. */
  get size(): number {
    return this.#stream.objects.size;
  }

  /** @throws AdkError `NRBF_BAD_REFERENCE` unless the root is an object */
  root(): ClassRecord {
    const root = this.#stream.objects.get(this.#stream.rootId);
    check(root?.type === "class", () => this.#bad("The data has no root object.", this.#stream.rootId));
    return root;
  }

  /** The value of a member; undefined if the class has none of this name. */
  member(object: ClassRecord, name: string): NrbfValue | undefined {
    let places = this.#places.get(object.layout);
    if (!places) {
      places = new Map(object.layout.members.map((member, i) => [member, i]));
      this.#places.set(object.layout, places);
    }
    const place = places.get(name);
    if (place === undefined) return undefined;
    const item = object.items[place] as NrbfItem;
    // Library records can stand between the values; then the place has to be counted.
    if (object.items.length === object.layout.members.length) return this.resolve(item);
    const values = object.items.filter((other) => !isRecord(other) || other.type !== "library");
    return this.resolve(values[place] as NrbfItem);
  }

  object(object: ClassRecord, name: string): ClassRecord | undefined {
    const value = this.member(object, name);
    return typeof value === "object" && value?.type === "class" ? value : undefined;
  }

  text(object: ClassRecord, name: string): string | undefined {
    const value = this.member(object, name);
    return typeof value === "string" ? value : undefined;
  }

  number(object: ClassRecord, name: string): number | undefined {
    const value = this.member(object, name);
    return typeof value === "number" ? value : undefined;
  }

  boolean(object: ClassRecord, name: string): boolean | undefined {
    const value = this.member(object, name);
    return typeof value === "boolean" ? value : undefined;
  }

  /** The elements of an array that are not null. */
  elements(array: ArrayRecord): NrbfValue[] {
    return array.items.map((item) => this.resolve(item)).filter((value) => value !== null);
  }

  /** What a .NET `List` holds: as many elements of its `_items` as its `_size` says. */
  list(list: ClassRecord | undefined): NrbfValue[] {
    const items = list && this.member(list, "_items");
    if (typeof items !== "object" || items?.type !== "array") return [];
    return this.elements(items).slice(0, this.number(list!, "_size") ?? 0);
  }

  /** @throws AdkError `NRBF_BAD_REFERENCE` */
  resolve(item: NrbfItem): NrbfValue {
    if (!isRecord(item)) return item;
    switch (item.type) {
      case "class":
      case "array":
        return item;
      case "string":
        return item.text;
      case "primitive":
        return item.value;
      case "null":
      case "library":
        return null;
      case "reference": {
        const object = this.#stream.objects.get(item.id);
        check(object !== undefined, () => this.#bad("A reference leads to no object.", item.id));
        return this.resolve(object);
      }
    }
  }

  #bad(message: string, id: number): AdkError {
    return new AdkError("NRBF_BAD_REFERENCE", message, { file: this.#file, found: `object ${id}` });
  }
}
