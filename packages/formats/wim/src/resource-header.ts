import { AdkError, type ByteReader, type ByteWriter } from "@adk/core";

/** Flags of a resource header. */
export const RESOURCE_FREE = 0x01;
export const RESOURCE_METADATA = 0x02;
export const RESOURCE_COMPRESSED = 0x04;
/** Only in files of version 0xE00: part of a solid run of the lookup table. */
export const RESOURCE_SOLID = 0x10;

/** Where a resource lies in the file: "reshdr", 24 bytes. */
export interface ResourceHeader {
  /** Bytes that the resource takes in the file. */
  readonly storedSize: number;
  readonly flags: number;
  readonly offset: number;
  /** Bytes that it holds once decompressed. */
  readonly size: number;
}

export const NO_RESOURCE: ResourceHeader = Object.freeze({ storedSize: 0, flags: 0, offset: 0, size: 0 });

export function parseResourceHeader(reader: ByteReader): ResourceHeader {
  const storedSize = reader.size56();
  const flags = reader.u8();
  return { storedSize, flags, offset: reader.size64(), size: reader.size64() };
}

export function writeResourceHeader(writer: ByteWriter, resource: ResourceHeader): void {
  writer.size56(resource.storedSize).u8(resource.flags).size64(resource.offset).size64(resource.size);
}

export function isPresent(resource: ResourceHeader): boolean {
  return resource.storedSize !== 0;
}

/** Refuses a resource that does not lie within the file, or whose sizes contradict its flags. */
export function checkResource(resource: ResourceHeader, what: string, fileSize: number, file: string): void {
  if (resource.offset + resource.storedSize > fileSize) {
    throw new AdkError("WIM_RESOURCE_OUTSIDE_FILE", `The ${what} does not lie within the file.`, {
      file,
      offset: resource.offset,
      expected: `${resource.storedSize} bytes`,
      found: `${Math.max(0, fileSize - resource.offset)} bytes`,
      hint: "The file is truncated or damaged.",
    });
  }
  const plain = (resource.flags & (RESOURCE_COMPRESSED | RESOURCE_SOLID)) === 0;
  if (plain && resource.storedSize !== resource.size) {
    throw new AdkError("WIM_RESOURCE_BAD_SIZE", `The ${what} is not compressed, yet its two sizes differ.`, {
      file,
      offset: resource.offset,
      expected: resource.storedSize,
      found: resource.size,
    });
  }
}
