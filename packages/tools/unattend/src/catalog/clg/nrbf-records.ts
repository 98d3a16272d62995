import type { PrimitiveValue } from "./nrbf-primitives.ts";

/** [MS-NRBF] 2.1.2.1 RecordTypeEnumeration: those that data without method calls has. */
export const RecordType = {
  header: 0,
  classWithId: 1,
  systemClass: 4,
  class: 5,
  string: 6,
  binaryArray: 7,
  primitive: 8,
  reference: 9,
  null: 10,
  end: 11,
  library: 12,
  nulls256: 13,
  nulls: 14,
  primitiveArray: 15,
  objectArray: 16,
  stringArray: 17,
} as const;

/** [MS-NRBF] 2.1.2.2 BinaryTypeEnumeration: of what kind a member or the elements of an array are. */
export const BinaryType = {
  primitive: 0,
  string: 1,
  object: 2,
  systemClass: 3,
  class: 4,
  objectArray: 5,
  stringArray: 6,
  primitiveArray: 7,
} as const;

/** The type of a member or of the elements of an array. */
export interface MemberType {
  readonly binary: number;
  /** Of primitives and arrays of them. */
  readonly primitive?: number;
  /** Of classes. */
  readonly className?: string;
  /** Of classes that are not the system's. */
  readonly libraryId?: number;
}

/** What objects of one class have in common; the first object of a class carries it, the others refer to that one. */
export interface ClassLayout {
  readonly name: string;
  readonly members: readonly string[];
  readonly types: readonly MemberType[];
  /** Undefined for classes of the system. */
  readonly libraryId: number | undefined;
}

export interface ClassRecord {
  readonly type: "class";
  readonly id: number;
  readonly layout: ClassLayout;
  /** The object whose layout this one refers to; undefined if it carries its own. */
  readonly layoutOf: number | undefined;
  /** Values of the members in their order; library records can stand between. */
  readonly items: NrbfItem[];
}

/** Single-dimensional arrays have a record of their own kind, others say more. */
export interface ArrayRecord {
  readonly type: "array";
  readonly id: number;
  readonly record: 7 | 15 | 16 | 17;
  readonly elements: MemberType;
  /** Of a binary array: its kind (0 single, 1 jagged, 2 rectangular; from 3 the same with lower bounds). */
  readonly arrayType: number;
  readonly lengths: readonly number[];
  readonly lowerBounds: readonly number[];
  readonly items: NrbfItem[];
}

export type NrbfRecord =
  | ClassRecord
  | ArrayRecord
  | { readonly type: "string"; readonly id: number; readonly text: string }
  | { readonly type: "reference"; readonly id: number }
  /** As many nulls as `count` says, in the form of record 10, 13 or 14. */
  | { readonly type: "null"; readonly record: 10 | 13 | 14; readonly count: number }
  | { readonly type: "library"; readonly id: number; readonly name: string }
  | { readonly type: "primitive"; readonly primitive: number; readonly value: PrimitiveValue };

/** A value as it stands in the data: primitives bare, everything else as a record. */
export type NrbfItem = PrimitiveValue | NrbfRecord;

/** One stream: from its header to the record that ends it, all records in the order of the file. */
export interface NrbfStream {
  readonly rootId: number;
  readonly headerId: number;
  readonly records: readonly NrbfRecord[];
  /** Objects, arrays and strings by their id, wherever they stand. */
  readonly objects: ReadonlyMap<number, NrbfRecord>;
}

export function isRecord(item: NrbfItem): item is NrbfRecord {
  return typeof item === "object" && item !== null;
}
