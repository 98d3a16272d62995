import { AdkError, Findings, type Limits, type RandomAccess, withLimits } from "@adk/core";
import { type DosHeader, parseDosHeader } from "./dos-header.ts";
import { FileBytes } from "./file-bytes.ts";
import { FILE_HEADER_SIZE, type FileHeader, parseFileHeader } from "./file-header.ts";
import { MappedImage } from "./mapped-image.ts";
import { type DataDirectory, type OptionalHeader, parseOptionalHeader } from "./optional-header.ts";
import { parseSectionTable, type Section } from "./section-table.ts";

interface PeHeaders {
  readonly dosHeader: DosHeader;
  readonly fileHeader: FileHeader;
  readonly optionalHeader: OptionalHeader;
  readonly sections: readonly Section[];
}

/** The headers of a PE file. Everything else is read by functions of their own when it is asked for, from the pages that hold it. */
export class PeFile {
  readonly image: MappedImage;
  readonly dosHeader: DosHeader;
  readonly fileHeader: FileHeader;
  readonly optionalHeader: OptionalHeader;
  /** In file order. */
  readonly sections: readonly Section[];
  /** What is wrong with what was read so far. */
  readonly findings: Findings;

  constructor(bytes: FileBytes, headers: PeHeaders, findings: Findings) {
    this.dosHeader = headers.dosHeader;
    this.fileHeader = headers.fileHeader;
    this.optionalHeader = headers.optionalHeader;
    this.sections = headers.sections;
    this.image = new MappedImage(bytes, headers.optionalHeader, headers.sections);
    this.findings = findings;
  }

  get access(): RandomAccess {
    return this.image.bytes.access;
  }

  get limits(): Limits {
    return this.image.bytes.limits;
  }

  /** A data directory by its index (`Directory`), or undefined if the file has none there. */
  directory(index: number): DataDirectory | undefined {
    const directory = this.optionalHeader.directories[index];
    return directory?.address ? directory : undefined;
  }

  /**
   * Runs a parser of one part. An error of the input becomes a finding, and the part is then what `otherwise` says.
   *
   * @param parse may be run several times; what it finds counts once
   */
  async readPart<T>(otherwise: T, parse: (image: MappedImage, findings: Findings) => T): Promise<T> {
    let found = new Findings();
    try {
      return await this.image.bytes.run(() => {
        found = new Findings();
        return parse(this.image, found);
      });
    } catch (error) {
      found.fromError(error);
      return otherwise;
    } finally {
      for (const finding of found.list) this.findings.add(finding);
    }
  }
}

export interface ParseOptions {
  readonly limits?: Partial<Limits>;
}

/**
 * Reads the headers and the section table. The source stays open, and must, as long as parts are read.
 *
 * @throws AdkError `PE_BAD_MAGIC` if it is no executable at all, `PE_NOT_PE` if it is one of another kind (DOS, NE, LE, LX),
 * `PE_BAD_OPTIONAL_HEADER`, `UNEXPECTED_END`
 */
export async function parsePe(source: RandomAccess | Uint8Array, options: ParseOptions = {}): Promise<PeFile> {
  const bytes = new FileBytes(source, withLimits(options.limits));
  let findings = new Findings();
  const headers = await bytes.run(() => {
    findings = new Findings();
    return parseHeaders(bytes, findings);
  });
  return new PeFile(bytes, headers, findings);
}

function parseHeaders(bytes: FileBytes, findings: Findings): PeHeaders {
  const dosHeader = parseDosHeader(bytes);
  const offset = dosHeader.newHeaderOffset;
  if (dosHeader.kind !== "pe") {
    throw new AdkError("PE_NOT_PE", "This is an executable, but not a PE file.", {
      kind: "unsupported",
      file: bytes.name,
      offset,
      expected: "PE",
      found: dosHeader.kind.toUpperCase(),
    });
  }
  const fileHeader = parseFileHeader(bytes, offset + 4);
  const optionalOffset = offset + 4 + FILE_HEADER_SIZE;
  const optionalHeader = parseOptionalHeader(bytes, optionalOffset, findings);
  const tableOffset = optionalOffset + fileHeader.sizeOfOptionalHeader;
  const { fileAlignment } = optionalHeader;
  const sections = parseSectionTable(bytes, tableOffset, fileHeader.numberOfSections, fileAlignment, findings);
  return { dosHeader, fileHeader, optionalHeader, sections };
}
