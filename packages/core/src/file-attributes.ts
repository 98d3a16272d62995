import { AdkError, check } from "./errors.ts";

/** FILE_ATTRIBUTE_* ([MS-FSCC] 2.6), without the prefix, in the order of their bits. */
export const FileAttribute = {
  READONLY: 0x1,
  HIDDEN: 0x2,
  SYSTEM: 0x4,
  DIRECTORY: 0x10,
  ARCHIVE: 0x20,
  DEVICE: 0x40,
  NORMAL: 0x80,
  TEMPORARY: 0x100,
  SPARSE_FILE: 0x200,
  REPARSE_POINT: 0x400,
  COMPRESSED: 0x800,
  OFFLINE: 0x1000,
  NOT_CONTENT_INDEXED: 0x2000,
  ENCRYPTED: 0x4000,
  INTEGRITY_STREAM: 0x8000,
  VIRTUAL: 0x10000,
  NO_SCRUB_DATA: 0x20000,
  /** Also FILE_ATTRIBUTE_EA in the lists of a directory. */
  RECALL_ON_OPEN: 0x40000,
  PINNED: 0x80000,
  UNPINNED: 0x100000,
  RECALL_ON_DATA_ACCESS: 0x400000,
  STRICTLY_SEQUENTIAL: 0x20000000,
} as const;

export type FileAttributeName = keyof typeof FileAttribute;

const NAMES = Object.keys(FileAttribute) as FileAttributeName[];

/** Names of the bits that are set, lowest first; bits without a name come last as one hexadecimal number. */
export function attributeNames(attributes: number): string[] {
  const names: string[] = NAMES.filter((name) => (attributes & FileAttribute[name]) !== 0);
  const rest = NAMES.reduce((left, name) => left & ~FileAttribute[name], attributes) >>> 0;
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names;
}

/**
 * The number of a list of names; case does not matter, hexadecimal numbers are taken, `FILE_ATTRIBUTE_` may stand before.
 *
 * @throws AdkError `ATTRIBUTE_UNKNOWN`
 */
export function parseAttributes(names: readonly string[]): number {
  let attributes = 0;
  for (const text of names) {
    const name = text
      .trim()
      .toUpperCase()
      .replace(/^FILE_ATTRIBUTE_/, "");
    const known = NAMES.find((candidate) => candidate === name);
    const number = /^0X[0-9A-F]{1,8}$/.test(name) ? Number(name) : undefined;
    const value = known === undefined ? number : FileAttribute[known];
    check(value !== undefined, () => {
      return new AdkError("ATTRIBUTE_UNKNOWN", "This is no file attribute.", {
        kind: "usage",
        found: text.slice(0, 80),
      });
    });
    attributes |= value;
  }
  return attributes >>> 0;
}
