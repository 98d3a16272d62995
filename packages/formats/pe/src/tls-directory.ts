import { Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

const MOST_CALLBACKS = 1024;

/** Thread local storage (IMAGE_TLS_DIRECTORY). Addresses are virtual: with the image base. */
export interface TlsDirectory {
  readonly startOfRawData: bigint;
  readonly endOfRawData: bigint;
  readonly addressOfIndex: bigint;
  /** Functions that run before the entry point. */
  readonly callbacks: readonly bigint[];
  readonly sizeOfZeroFill: number;
  readonly characteristics: number;
}

export function readTls(pe: PeFile): Promise<TlsDirectory | undefined> {
  return pe.readPart<TlsDirectory | undefined>(undefined, (image, findings) => {
    const directory = pe.directory(Directory.TLS);
    if (!directory) return undefined;
    const { is64, imageBase } = pe.optionalHeader;
    const size = is64 ? 8 : 4;
    const pointer = (rva: number) => (is64 ? image.u64(rva) : BigInt(image.u32(rva)));
    const at = directory.address;
    const callbacks: bigint[] = [];
    const table = pointer(at + 3 * size);
    const tableRva = Number(table - imageBase);
    try {
      while (table !== 0n && tableRva >= 0 && callbacks.length < MOST_CALLBACKS) {
        const callback = pointer(tableRva + callbacks.length * size);
        if (callback === 0n) break;
        callbacks.push(callback);
      }
    } catch (error) {
      findings.fromError(error);
    }
    return {
      startOfRawData: pointer(at),
      endOfRawData: pointer(at + size),
      addressOfIndex: pointer(at + 2 * size),
      callbacks,
      sizeOfZeroFill: image.u32(at + 4 * size),
      characteristics: image.u32(at + 4 * size + 4),
    };
  });
}
