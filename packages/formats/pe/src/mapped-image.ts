import { AdkError, countWhile, limitExceeded } from "@adk/core";
import type { FileBytes } from "./file-bytes.ts";
import type { OptionalHeader } from "./optional-header.ts";
import type { Section } from "./section-table.ts";

/** A range of addresses and the bytes of the file behind its beginning; zeros follow up to `end`. */
interface MappedRange {
  /** First address that belongs to it: behind `start` where an earlier section reaches into it. */
  readonly from: number;
  readonly end: number;
  /** Address of the first stored byte. */
  readonly start: number;
  /** Offset in the file of that byte. */
  readonly offset: number;
  /** Bytes of the file from there on that belong to it. */
  readonly stored: number;
}

/** Pointers to section data are rounded down to this, whatever the header claims as alignment. */
const SECTOR = 512;
/** Below a page size the alignment of sections is that of the file. */
const PAGE = 4096;

/** The image as it is addressed by its own structures: relative virtual addresses (RVA). */
export class MappedImage {
  readonly bytes: FileBytes;
  readonly #ranges: readonly MappedRange[];
  #last: MappedRange | undefined;

  constructor(bytes: FileBytes, header: OptionalHeader, sections: readonly Section[]) {
    this.bytes = bytes;
    this.#ranges = mapSections(sections, header, bytes.size);
  }

  /** The section of an address, else the beginning of the file, which Windows maps too. */
  #rangeOf(rva: number): MappedRange {
    const last = this.#last;
    if (last && rva >= last.from && rva < last.end) return last;
    const found = findRange(this.#ranges, rva);
    if (found) {
      this.#last = found;
      return found;
    }
    if (rva < this.bytes.size) return { from: 0, end: this.bytes.size, start: 0, offset: 0, stored: this.bytes.size };
    throw new AdkError("PE_BAD_ADDRESS", "An address lies outside the image.", {
      file: this.bytes.name,
      found: `0x${rva.toString(16)}`,
    });
  }

  /** Offset in the file of an address; undefined where the image has zeros, or ends. */
  offsetOf(rva: number): number | undefined {
    const range = findRange(this.#ranges, rva);
    if (!range) return rva < this.bytes.size ? rva : undefined;
    return rva - range.start < range.stored ? range.offset + rva - range.start : undefined;
  }

  /** @throws AdkError `PE_BAD_ADDRESS`, as all of these do */
  u16(rva: number): number {
    const range = this.#rangeOf(rva);
    const at = rva - range.start;
    if (at + 2 <= range.stored) return this.bytes.u16(range.offset + at);
    const bytes = this.view(rva, 2);
    return (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  }

  u32(rva: number): number {
    const range = this.#rangeOf(rva);
    const at = rva - range.start;
    if (at + 4 <= range.stored) return this.bytes.u32(range.offset + at);
    return (this.u16(rva) | (this.u16(rva + 2) << 16)) >>> 0;
  }

  u64(rva: number): bigint {
    return BigInt(this.u32(rva)) | (BigInt(this.u32(rva + 4)) << 32n);
  }

  /** Exactly so many bytes; where the file has fewer than the section, zeros follow. */
  view(rva: number, length: number): Uint8Array {
    const range = this.#rangeOf(rva);
    const at = rva - range.start;
    if (at + length <= range.stored) return this.bytes.view(range.offset + at, length);
    if (rva + length > range.end) {
      throw new AdkError("PE_BAD_ADDRESS", "A structure reaches beyond its section.", {
        file: this.bytes.name,
        expected: `${length} bytes at 0x${rva.toString(16)}`,
        found: `${range.end - rva} bytes`,
      });
    }
    if (length > this.bytes.limits.memoryBytes) {
      throw limitExceeded("memoryBytes", length, this.bytes.limits, { file: this.bytes.name });
    }
    const padded = new Uint8Array(length);
    if (at < range.stored) padded.set(this.bytes.view(range.offset + at, range.stored - at));
    return padded;
  }

  /** Bytes up to a zero byte, the end of the section's data, or `most` bytes. */
  zeroTerminated(rva: number, most: number): Uint8Array {
    const range = this.#rangeOf(rva);
    const at = rva - range.start;
    return this.bytes.zeroTerminated(range.offset + at, Math.min(most, Math.max(0, range.stored - at)));
  }

  /** The same as Latin-1 text: names of functions and DLLs are ASCII, hostile ones stay distinct. */
  text(rva: number, most: number): string {
    const bytes = this.zeroTerminated(rva, most);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  }
}

/** Ranges by address that do not overlap: of two sections at one address the first holds, as far as it reaches. */
function mapSections(sections: readonly Section[], header: OptionalHeader, fileSize: number): MappedRange[] {
  const { fileAlignment } = header;
  const alignment = header.sectionAlignment < PAGE ? fileAlignment : header.sectionAlignment;
  const sorted = sections.toSorted((a, b) => a.virtualAddress - b.virtualAddress);
  const ranges: MappedRange[] = [];
  let reached = 0;
  sorted.forEach((section, index) => {
    const start =
      alignment > 0 ? section.virtualAddress - (section.virtualAddress % alignment) : section.virtualAddress;
    const pointer = section.pointerToRawData;
    const offset = fileAlignment < SECTOR ? pointer : pointer - (pointer % SECTOR);
    // A size that the file cannot have says nothing.
    const believable = fileSize - offset >= section.sizeOfRawData;
    const size = believable ? Math.max(section.sizeOfRawData, section.virtualSize) : section.virtualSize;
    const next = sorted[index + 1]?.virtualAddress;
    const end = next !== undefined && next > section.virtualAddress ? Math.min(start + size, next) : start + size;
    const from = Math.max(start, reached);
    if (from >= end) return;
    const stored = Math.min(pointer + section.sizeOfRawData, fileSize) - offset;
    ranges.push({ from, end, start, offset, stored: Math.max(0, Math.min(stored, end - start)) });
    reached = end;
  });
  return ranges;
}

function findRange(ranges: readonly MappedRange[], rva: number): MappedRange | undefined {
  const range = ranges[countWhile(ranges.length, (i) => (ranges[i] as MappedRange).from <= rva) - 1];
  return range && rva < range.end ? range : undefined;
}
