import { AdkError, ByteReader, type Origin } from "@adk/core";
import { cString } from "./pdb-stream.ts";

const HEADER_SIZE = 64;
const MODULE_SIZE = 64;
/** Number of a stream that is not there. */
const NIL_STREAM = 0xffff;

/** Stream 3: the modules (object files) of the image, and where its symbols are. */
export interface DbiStream {
  readonly age: number;
  /** IMAGE_FILE_MACHINE_* */
  readonly machine: number;
  readonly isStripped: boolean;
  /** Stream of the public symbols' index. */
  readonly publicStream: number | undefined;
  /** Stream of the records to which both indexes lead. */
  readonly symbolRecordStream: number | undefined;
  readonly modules: readonly Module[];
  readonly debugStreams: DebugStreams;
}

/** An object file that went into the image. */
export interface Module {
  readonly name: string;
  /** The library that it is from, else as `name`. */
  readonly objectFile: string;
  /** Stream of its symbols and lines. */
  readonly stream: number | undefined;
  /** Bytes of the symbols at the stream's start. */
  readonly symbolBytes: number;
  /** Bytes of line numbers in the form before Visual C++ 7, which lie behind the symbols. */
  readonly c11Bytes: number;
  /** Bytes of the debug subsections that follow. */
  readonly c13Bytes: number;
}

/** Streams of the optional debug header. */
export interface DebugStreams {
  /** From the addresses of the image to those that the compiler gave: images whose code was moved after linking. */
  readonly omapFromSource: number | undefined;
  readonly sectionHeaders: number | undefined;
  /** Before the code was moved. */
  readonly originalSectionHeaders: number | undefined;
}

/** @throws AdkError `PDB_BAD_DBI`, `UNEXPECTED_END` */
export function parseDbiStream(bytes: Uint8Array, origin: Origin): DbiStream {
  const reader = new ByteReader(bytes, origin);
  const [signature, version] = [reader.i32(), reader.u32()];
  if (signature !== -1 || version < 19_990_903) {
    throw new AdkError("PDB_BAD_DBI", "The debug information has a form of before Visual C++ 7, or is damaged.", {
      file: origin.file,
      expected: "version 19990903",
      found: version,
    });
  }
  const age = reader.u32();
  reader.skip(4);
  const publicStream = stream(reader.u16());
  reader.skip(2);
  const symbolRecordStream = stream(reader.u16());
  reader.skip(2);
  const sizes = Array.from({ length: 5 }, () => reader.u32()) as [number, number, number, number, number];
  reader.skip(4);
  const debugHeaderSize = reader.u32();
  const editAndContinueSize = reader.u32();
  const flags = reader.u16();
  const machine = reader.u16();
  reader.seek(HEADER_SIZE);
  const modules = parseModules(reader.within(sizes[0]));
  reader.skip(sizes[1] + sizes[2] + sizes[3] + sizes[4] + editAndContinueSize);
  const debug = reader.within(Math.min(debugHeaderSize, reader.remaining));
  const debugStreams = Array.from({ length: Math.floor(debug.length / 2) }, () => stream(debug.u16()));
  return {
    age,
    machine,
    isStripped: (flags & 2) !== 0,
    publicStream,
    symbolRecordStream,
    modules,
    debugStreams: {
      omapFromSource: debugStreams[4],
      sectionHeaders: debugStreams[5],
      originalSectionHeaders: debugStreams[10],
    },
  };
}

function parseModules(reader: ByteReader): Module[] {
  const modules: Module[] = [];
  while (reader.remaining >= MODULE_SIZE) {
    const start = reader.position;
    reader.skip(34);
    const moduleStream = stream(reader.u16());
    const [symbolBytes, c11Bytes, c13Bytes] = [reader.u32(), reader.u32(), reader.u32()];
    reader.seek(start + MODULE_SIZE);
    const name = takeString(reader);
    const objectFile = takeString(reader);
    reader.skip(Math.min(-reader.position & 3, reader.remaining));
    modules.push({ name, objectFile, stream: moduleStream, symbolBytes, c11Bytes, c13Bytes });
  }
  return modules;
}

function takeString(reader: ByteReader): string {
  const nul = reader.bytes.indexOf(0, reader.position);
  const end = nul < 0 ? reader.length : nul;
  const text = cString(reader.bytes, reader.position, end);
  reader.seek(Math.min(reader.length, end + 1));
  return text;
}

function stream(number: number): number | undefined {
  return number === NIL_STREAM ? undefined : number;
}
