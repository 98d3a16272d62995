import { AdkError, ByteReader, ByteWriter, check, type Limits } from "@adk/core";
import { readNrbf, writeNrbf } from "./nrbf.ts";
import { NrbfGraph } from "./nrbf-graph.ts";
import type { NrbfStream } from "./nrbf-records.ts";

/**
 * A catalogue file of Windows System Image Manager: three streams of .NET binary serialization, back to back. The layout was
 * read off real files; Microsoft does not document it.
 */
export interface ClgFile {
  /** Bytes of the second stream. */
  readonly length: NrbfStream;
  /** The image with its components and packages. */
  readonly image: NrbfStream;
  /** Name and origin of the image, at the end so that lists of catalogues are quick. */
  readonly header: NrbfStream;
}

/** What the end of a catalogue tells of it. */
export interface ClgHeader {
  readonly imageName: string | undefined;
  /** Where the image was: `wim:D:/install.wim#Windows 10 Enterprise`. */
  readonly imageUri: string | undefined;
  /** When the image file was changed last, ISO 8601; its zone is not told. */
  readonly imageModified: string | undefined;
}

/**
 * @throws AdkError `CLG_BAD_FILE` if the streams do not fit each other, and those of `readNrbf`
 */
export function parseClg(bytes: Uint8Array, file?: string, limits?: Partial<Limits>): ClgFile {
  const reader = new ByteReader(bytes, { file });
  const length = readNrbf(reader, limits);
  const start = reader.position;
  const image = readNrbf(reader, limits);
  const found = reader.position - start;
  const graph = new NrbfGraph(length, file);
  const expected = graph.member(graph.root(), "m_value");
  check(expected === BigInt(found), () =>
    badClg("The image's part has another length than is stored.", file, String(expected), found),
  );
  const header = readNrbf(reader, limits);
  check(reader.remaining === 0, () =>
    badClg("Something follows the catalogue.", file, "the end", `${reader.remaining} bytes`),
  );
  return { length, image, header };
}

/** The bytes that `parseClg` reads to the same: of an unchanged file, the very same bytes. */
export function writeClg(clg: ClgFile): Uint8Array {
  const image = new ByteWriter(1 << 20);
  writeNrbf(image, clg.image);
  const writer = new ByteWriter(image.position + 4096);
  writeNrbf(writer, withValue(clg.length, BigInt(image.position)));
  writer.bytes(image.finish());
  writeNrbf(writer, clg.header);
  return writer.finish();
}

/** The stream that holds one number, with another number. */
function withValue(stream: NrbfStream, value: bigint): NrbfStream {
  const [root] = stream.records;
  return root?.type === "class" ? { ...stream, records: [{ ...root, items: [value] }] } : stream;
}

export function clgHeader(clg: ClgFile): ClgHeader {
  const graph = new NrbfGraph(clg.header);
  const root = graph.root();
  const modified = graph.member(root, "m_imageLastModifiedTime");
  return {
    imageName: graph.text(root, "m_imageName"),
    imageUri: graph.text(root, "m_imageUri"),
    imageModified: typeof modified === "bigint" ? dateOf(modified) : undefined,
  };
}

/** Ticks of 100 ns since the year 1 in the low 62 bits; the high two say the zone. */
const TICKS_MASK = (1n << 62n) - 1n;
const UNIX_EPOCH = 621_355_968_000_000_000n;

function dateOf(stored: bigint): string | undefined {
  const milliseconds = Number(((stored & TICKS_MASK) - UNIX_EPOCH) / 10_000n);
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString().replace("Z", "") : undefined;
}

function badClg(message: string, file: string | undefined, expected: string, found: string | number): AdkError {
  return new AdkError("CLG_BAD_FILE", message, { file, expected, found });
}
