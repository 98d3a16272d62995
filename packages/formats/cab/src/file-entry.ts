import { type ByteReader, FileAttribute, filetimeFromDate } from "@adk/core";
import { readName } from "./name.ts";

// CFFILE, [MS-CAB] 2.3.

export const FILE_ENTRY_SIZE = 16;
/** Bytes of the longest entry: the fields, a name and its end. */
export const MOST_FILE_ENTRY_SIZE = FILE_ENTRY_SIZE + 257;

/** In place of the number of a folder: the file began in the cabinet before, or goes on in the next one, or both. */
export const CONTINUED_FROM_PREV = 0xfffd;
export const CONTINUED_TO_NEXT = 0xfffe;
export const CONTINUED_PREV_AND_NEXT = 0xffff;

const NAME_IS_UTF8 = 0x80;
/** To be executed after it was extracted: said, never done. */
const EXECUTE = 0x40;

export interface FileEntry {
  /** As it is stored: usually with `\` between folders. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Where its data begins in that of its folder, decompressed. */
  readonly offset: number;
  /** Number of the folder, or one of the `CONTINUED` values. */
  readonly folder: number;
  /** READ_ONLY, HIDDEN, SYSTEM and ARCHIVE of Windows. */
  readonly attributes: number;
  readonly executeAfterExtraction: boolean;
  readonly utf8Name: boolean;
  /** FILETIME; 0 where the cabinet has no valid time. Cabinets hold local times and do not say where: taken as UTC. */
  readonly lastWriteTime: bigint;
}

const KEPT = FileAttribute.READONLY | FileAttribute.HIDDEN | FileAttribute.SYSTEM | FileAttribute.ARCHIVE;

/** @throws AdkError `CAB_BAD_NAME`, `UNEXPECTED_END` */
export function parseFileEntry(reader: ByteReader): FileEntry {
  const size = reader.u32();
  const offset = reader.u32();
  const folder = reader.u16();
  const date = reader.u16();
  const time = reader.u16();
  const bits = reader.u16();
  const utf8Name = (bits & NAME_IS_UTF8) !== 0;
  const name = readName(reader, utf8Name);
  return {
    name,
    size,
    offset,
    folder,
    attributes: bits & KEPT,
    executeAfterExtraction: (bits & EXECUTE) !== 0,
    utf8Name,
    lastWriteTime: fromDosTime(date, time),
  };
}

/** Years from 1980, seconds in steps of two. */
function fromDosTime(date: number, time: number): bigint {
  const [year, month, day] = [1980 + (date >>> 9), (date >>> 5) & 15, date & 31];
  const [hour, minute, second] = [time >>> 11, (time >>> 5) & 63, (time & 31) * 2];
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const valid = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day && moment.getUTCHours() === hour;
  return valid && minute < 60 && second < 60 ? filetimeFromDate(moment) : 0n;
}
