/** Places of the fields of a key value ("vk") from the start of its cell's content. */
export const ValueField = {
  NAME_LENGTH: 2,
  DATA_SIZE: 4,
  /** Offset of the data's cell, or up to four bytes of data. */
  DATA: 8,
  TYPE: 12,
  FLAGS: 16,
  NAME: 20,
} as const;

export const KEY_VALUE_SIZE = 20;
export const VALUE_SIGNATURE = 0x6b76; // "vk"

/** Bit of the data size: the data stands in the key value itself. */
export const DATA_INLINE = 0x8000_0000;

/** Bits of a value's flags. */
export const ValueFlag = {
  /** The name is stored in one byte a character (Latin-1). */
  COMPRESSED_NAME: 0x1,
  /** Layered keys: the value of this name in the layer below is deleted. */
  TOMBSTONE: 0x2,
} as const;
