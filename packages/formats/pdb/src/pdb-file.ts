import { AdkError, ByteReader, type Findings, type Limits, type RandomAccess } from "@adk/core";
import { type Annotation, readAnnotations } from "./annotation.ts";
import { type DbiStream, type Module, parseDbiStream } from "./dbi-stream.ts";
import { LineCollector, LineTable } from "./line-table.ts";
import { MsfFile } from "./msf.ts";
import { type PdbStream, parsePdbStream } from "./pdb-stream.ts";
import { readSectionMap, type SectionMap } from "./section-map.ts";
import { SymbolCollector, SymbolTable } from "./symbol-table.ts";

const PDB_STREAM = 1;
const DBI_STREAM = 3;
/** Before the symbols of a module: CV_SIGNATURE_C13. */
const MODULE_SIGNATURE = 4;
/** Before the text of `/names`: signature, version, size. */
const NAMES_HEADER = 12;

export interface OpenPdbOptions {
  readonly limits?: Partial<Limits> | undefined;
  /** Told of modules that are damaged: the rest is read. */
  readonly findings?: Findings | undefined;
}

/** A program database (PDB) of Visual C++ 7 or later, as LLVM writes it too. */
export class PdbFile {
  readonly info: PdbStream;
  readonly dbi: DbiStream;
  readonly #msf: MsfFile;
  readonly #findings: Findings | undefined;
  #sections: Promise<SectionMap> | undefined;

  private constructor(msf: MsfFile, info: PdbStream, dbi: DbiStream, findings: Findings | undefined) {
    this.#msf = msf;
    this.info = info;
    this.dbi = dbi;
    this.#findings = findings;
  }

  /** @throws AdkError `PDB_BAD_MSF`, `PDB_BAD_DBI`, `PDB_NO_SYMBOLS`, `UNEXPECTED_END`, `LIMIT_EXCEEDED` */
  static async open(access: RandomAccess, options: OpenPdbOptions = {}): Promise<PdbFile> {
    const msf = await MsfFile.open(access, options.limits ? { limits: options.limits } : {});
    const origin = { file: access.name };
    const info = parsePdbStream(await msf.read(PDB_STREAM), origin);
    const dbi = await msf.read(DBI_STREAM);
    if (dbi.length === 0) {
      throw new AdkError("PDB_NO_SYMBOLS", "The program database has no symbols of an image: it holds types only.", {
        file: access.name,
      });
    }
    return new PdbFile(msf, info, parseDbiStream(dbi, origin), options.findings);
  }

  /** The directory of a symbol store: GUID and age in hexadecimal digits. The age is that of the image. */
  get id(): string {
    return `${this.info.guid.replaceAll("-", "").toUpperCase()}${(this.dbi.age || this.info.age).toString(16).toUpperCase()}`;
  }

  /** What errors call the file. */
  get name(): string {
    return this.#msf.name;
  }

  /** All named code: functions of the modules first, then what only public symbols name. */
  async readSymbols(): Promise<SymbolTable> {
    const sections = await this.#readSections();
    const symbols = new SymbolCollector();
    for (const module of this.dbi.modules) {
      const { stream, symbolBytes } = module;
      if (stream === undefined || symbolBytes <= MODULE_SIGNATURE) continue;
      const bytes = await this.#readModule(module);
      if (bytes) symbols.add(bytes.subarray(0, symbolBytes), MODULE_SIGNATURE, symbolBytes, sections);
    }
    const { symbolRecordStream } = this.dbi;
    if (symbolRecordStream !== undefined) {
      const bytes = await this.#msf.read(symbolRecordStream);
      symbols.add(bytes, 0, bytes.length, sections);
    }
    return new SymbolTable(symbols);
  }

  /** Lines of source files; none in a database without private symbols. */
  async readLines(): Promise<LineTable> {
    const sections = await this.#readSections();
    const namesStream = this.info.namedStreams.get("/names");
    const names = namesStream === undefined ? new Uint8Array(0) : await this.#msf.read(namesStream);
    const lines = new LineCollector(names.subarray(NAMES_HEADER));
    for (const module of this.dbi.modules) {
      const { symbolBytes, c11Bytes, c13Bytes } = module;
      if (c13Bytes === 0) continue;
      const bytes = await this.#readModule(module);
      const from = symbolBytes + c11Bytes;
      if (bytes) lines.add(new ByteReader(bytes.subarray(from, from + c13Bytes), { file: this.#msf.name }), sections);
    }
    return new LineTable(lines);
  }

  /** What the modules are annotated with, in their order. */
  async readAnnotations(): Promise<Annotation[]> {
    const annotations: Annotation[] = [];
    for (const module of this.dbi.modules) {
      const { stream, symbolBytes } = module;
      if (stream === undefined || symbolBytes <= MODULE_SIGNATURE) continue;
      const bytes = await this.#readModule(module);
      if (bytes) annotations.push(...readAnnotations(bytes, MODULE_SIGNATURE, symbolBytes));
    }
    return annotations;
  }

  async close(): Promise<void> {
    await this.#msf.close();
  }

  async #readModule({ name, stream }: Module): Promise<Uint8Array | undefined> {
    try {
      return stream === undefined ? undefined : await this.#msf.read(stream);
    } catch (error) {
      if (!(error instanceof AdkError) || !this.#findings) throw error;
      const where = { file: this.#msf.name, offset: error.offset };
      this.#findings.error(error.code, `The symbols of ${name} are damaged: ${error.message}`, where);
      return undefined;
    }
  }

  #readSections(): Promise<SectionMap> {
    const { omapFromSource, sectionHeaders, originalSectionHeaders } = this.dbi.debugStreams;
    const read = (stream: number | undefined) =>
      stream === undefined ? Promise.resolve(new Uint8Array(0)) : this.#msf.read(stream);
    const headers = omapFromSource === undefined ? sectionHeaders : (originalSectionHeaders ?? sectionHeaders);
    this.#sections ??= Promise.all([read(headers), read(omapFromSource)]).then(([bytes, omap]) =>
      readSectionMap(bytes, omap, { file: this.#msf.name }),
    );
    return this.#sections;
  }
}
