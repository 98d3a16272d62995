import {
  ATTRIBUTE_LONG_NAME,
  ATTRIBUTE_VOLUME_LABEL,
  DIRECTORY_ENTRY_BYTES,
  type DirectoryEntry,
  isDeleted,
  isEndOfDirectory,
  parseDirectoryEntry,
} from "./directory-entry.ts";
import { LongNameReader } from "./long-name.ts";
import { shortNameText } from "./short-name.ts";

/** An entry of a directory with its names. */
export interface NamedEntry extends DirectoryEntry {
  readonly longName: string;
  /** 8.3 name as it is shown; that of an entry without a long name too. */
  readonly shortName: string;
}

export interface Directory {
  /** Files and directories, without `.` and `..`. */
  readonly entries: readonly NamedEntry[];
  /** The label that a root directory has. */
  readonly label: string | undefined;
}

/** Reads the content of a directory, as far as its end mark. */
export function parseDirectory(bytes: Uint8Array): Directory {
  const entries: NamedEntry[] = [];
  const longName = new LongNameReader();
  let label: string | undefined;
  for (let at = 0; at + DIRECTORY_ENTRY_BYTES <= bytes.length; at += DIRECTORY_ENTRY_BYTES) {
    const raw = bytes.subarray(at, at + DIRECTORY_ENTRY_BYTES);
    if (isEndOfDirectory(raw)) break;
    const attributes = raw[11] as number;
    if (isDeleted(raw)) longName.reset();
    else if ((attributes & 0x3f) === ATTRIBUTE_LONG_NAME) longName.add(raw);
    else {
      const entry = parseDirectoryEntry(raw);
      const long = longName.take(entry.name);
      const shortName = shortNameText(entry.name);
      if ((attributes & ATTRIBUTE_VOLUME_LABEL) !== 0) label ??= shortNameText(entry.name).replace(".", "");
      else if (shortName !== "." && shortName !== "..") {
        entries.push({ ...entry, longName: long ?? shortNameText(entry.name, entry.lowerCase), shortName });
      }
    }
  }
  return { entries, label };
}
