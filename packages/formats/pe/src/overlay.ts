import { Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

/** Bytes behind all that the headers describe: data of installers, and nearly always the certificate table. */
export interface Overlay {
  readonly offset: number;
  readonly size: number;
}

/** Undefined where the file ends with its last part. A part that claims to reach beyond the file is left out of account. */
export function overlayOf(pe: PeFile): Overlay | undefined {
  const { optionalHeader, fileHeader, sections, image, access } = pe;
  const ends = [optionalHeader.offset + fileHeader.sizeOfOptionalHeader];
  for (const { pointerToRawData, sizeOfRawData } of sections) ends.push(pointerToRawData + sizeOfRawData);
  optionalHeader.directories.forEach(({ address, size }, index) => {
    const offset = index === Directory.SECURITY ? undefined : image.offsetOf(address);
    if (offset !== undefined) ends.push(offset + size);
  });
  const offset = ends.reduce((last, end) => (end <= access.size ? Math.max(last, end) : last), 0);
  return offset < access.size ? { offset, size: access.size - offset } : undefined;
}
