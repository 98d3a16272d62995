/** Places of the fields of a key node ("nk") from the start of its cell's content. */
export const KeyField = {
  FLAGS: 2,
  LAST_WRITTEN: 4,
  ACCESS: 12,
  /** Layered keys: what the key does to that of the layer below. */
  LAYER: 13,
  PARENT: 16,
  SUBKEY_COUNT: 20,
  VOLATILE_SUBKEY_COUNT: 24,
  SUBKEY_LIST: 28,
  VOLATILE_SUBKEY_LIST: 32,
  VALUE_COUNT: 36,
  VALUE_LIST: 40,
  SECURITY: 44,
  CLASS_NAME: 48,
  /** Bytes, as UTF-16; two further bytes above it hold flags. */
  LARGEST_SUBKEY_NAME: 52,
  LARGEST_CLASS_NAME: 56,
  LARGEST_VALUE_NAME: 60,
  LARGEST_VALUE_DATA: 64,
  NAME_LENGTH: 72,
  CLASS_NAME_LENGTH: 74,
  NAME: 76,
} as const;

export const KEY_NODE_SIZE = 76;
export const KEY_SIGNATURE = 0x6b6e; // "nk"

/** Bits of a key's flags. */
export const KeyFlag = {
  VOLATILE: 0x1,
  /** The key at which another hive is mounted. */
  HIVE_EXIT: 0x2,
  ROOT: 0x4,
  NO_DELETE: 0x8,
  /** The value SymbolicLinkValue names the key that is meant. */
  SYMLINK: 0x10,
  /** The name is stored in one byte a character (Latin-1). */
  COMPRESSED_NAME: 0x20,
  PREDEFINED_HANDLE: 0x40,
} as const;

/** What a layered key does to the key of the same path in the layer below. */
export type LayerSemantics = "merge" | "tombstone" | "supersede-local" | "supersede-tree";

const LAYER_SEMANTICS: readonly LayerSemantics[] = ["merge", "tombstone", "supersede-local", "supersede-tree"];

/** @param byte the field LAYER; its top bit says that the class is inherited */
export function layerSemantics(byte: number): LayerSemantics {
  return LAYER_SEMANTICS[byte & 3] as LayerSemantics;
}
