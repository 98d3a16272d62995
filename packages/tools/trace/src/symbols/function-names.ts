/** The functions of an image by address. */
export interface FunctionNames {
  /** Functions are told apart by it: -1 where none is known to be. @param address relative virtual address */
  indexOf(address: number): number;
  nameAt(index: number): string;
}

/** What tells the names of an image's functions; the best first. */
export type SymbolKind =
  | "pdb"
  | "breakpad"
  /** Only functions that the image exports: a name is a guess, and begins with `~`. */
  | "exports";
