import type { Findings } from "@adk/core";
import type { FileBytes } from "./file-bytes.ts";

const SECTION_HEADER_SIZE = 40;

/** IMAGE_SECTION_HEADER. */
export interface Section {
  /** Up to eight bytes as Latin-1, without the zeros at the end. */
  readonly name: string;
  readonly virtualAddress: number;
  readonly virtualSize: number;
  /** Offset in the file; Windows rounds it down to a multiple of 512. */
  readonly pointerToRawData: number;
  readonly sizeOfRawData: number;
  readonly characteristics: number;
}

/** Headers in file order, as far as the file has them; one of zeros, or of impossible numbers, ends the table. */
export function parseSectionTable(
  bytes: FileBytes,
  offset: number,
  count: number,
  fileAlignment: number,
  findings: Findings,
): Section[] {
  const sections: Section[] = [];
  for (let index = 0; index < count; index++) {
    const at = offset + index * SECTION_HEADER_SIZE;
    if (at + SECTION_HEADER_SIZE > bytes.size) {
      findings.error("PE_SECTIONS_MISSING", `The file ends after ${index} of ${count} section headers.`, {
        file: bytes.name,
        offset: at,
      });
      break;
    }
    const header = bytes.view(at, SECTION_HEADER_SIZE);
    if (header.every((byte) => byte === 0)) {
      findings.warning(
        "PE_SECTIONS_MISSING",
        `Section header ${index + 1} of ${count} is empty; the rest is left out.`,
        {
          file: bytes.name,
          offset: at,
        },
      );
      break;
    }
    const section = parseSection(header);
    if (section.sizeOfRawData > 0 && section.pointerToRawData + section.sizeOfRawData > bytes.size) {
      findings.warning("PE_SECTION_BEYOND_FILE", `Section ${index + 1} has data beyond the end of the file.`, {
        file: bytes.name,
        offset: at,
      });
    }
    if (isNoise(section, bytes.size, fileAlignment)) {
      findings.error(
        "PE_BAD_SECTION",
        `Section header ${index + 1} of ${count} holds nothing possible; the rest is left out.`,
        {
          file: bytes.name,
          offset: at,
        },
      );
      break;
    }
    sections.push(section);
  }
  return sections;
}

function parseSection(header: Uint8Array): Section {
  const view = new DataView(header.buffer, header.byteOffset);
  let nameLength = 8;
  while (nameLength > 0 && header[nameLength - 1] === 0) nameLength--;
  return {
    name: Buffer.from(header.subarray(0, nameLength)).toString("latin1"),
    virtualSize: view.getUint32(8, true),
    virtualAddress: view.getUint32(12, true),
    sizeOfRawData: view.getUint32(16, true),
    pointerToRawData: view.getUint32(20, true),
    characteristics: view.getUint32(36, true),
  };
}

/** Addresses and sizes beyond this are unlikely. */
const LARGE = 0x1000_0000;

/** Three unlikely fields together are none of a header. */
function isNoise(section: Section, fileSize: number, fileAlignment: number): boolean {
  const { pointerToRawData, sizeOfRawData, virtualAddress, virtualSize } = section;
  const doubts = [
    pointerToRawData + sizeOfRawData > fileSize,
    pointerToRawData - (pointerToRawData % 512) > fileSize,
    virtualSize > LARGE,
    virtualAddress > LARGE,
    fileAlignment > 0 && pointerToRawData % fileAlignment !== 0,
  ];
  return doubts.filter(Boolean).length >= 3;
}
