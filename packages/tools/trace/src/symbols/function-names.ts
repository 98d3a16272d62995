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

/** Of ascending addresses the last one at or before an address; -1 before the first. */
export function lastAtOrBefore(addresses: Uint32Array, address: number): number {
  let [low, high] = [0, addresses.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((addresses[middle] as number) <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
