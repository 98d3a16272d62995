/** Program databases: what the code at an address of an image is. */

// The file.

export type { Annotation } from "./annotation.ts";
export type { DbiStream, DebugStreams, Module } from "./dbi-stream.ts";
// Where it is found.
export { findPdb } from "./find-pdb.ts";
export type { LineTable, SourceFile, SourceLine } from "./line-table.ts";
export { isMsf } from "./msf.ts";
export { type OpenPdbOptions, PdbFile } from "./pdb-file.ts";
export type { PdbStream } from "./pdb-stream.ts";
export { parseSymbolPath, type SymbolPlace } from "./symbol-path.ts";
export { type FindSymbolsOptions, findSymbolFiles, type SymbolKey } from "./symbol-store.ts";
// Its symbols.
export type { CodeSymbol, SymbolTable } from "./symbol-table.ts";
export { undecorate } from "./undecorate/undecorate.ts";
