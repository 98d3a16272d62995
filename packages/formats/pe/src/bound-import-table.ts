import { MOST_NAME_LENGTH } from "./import-table.ts";
import { Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

const DESCRIPTOR_SIZE = 8;

/** A DLL to whose state of one moment the import address table was bound (IMAGE_BOUND_IMPORT_DESCRIPTOR). */
export interface BoundImport {
  readonly dll: string;
  readonly timeDateStamp: number;
  /** DLLs to which functions were forwarded. */
  readonly forwarders: readonly { readonly dll: string; readonly timeDateStamp: number }[];
}

export function readBoundImports(pe: PeFile): Promise<BoundImport[]> {
  return pe.readPart<BoundImport[]>([], (image) => {
    const directory = pe.directory(Directory.BOUND_IMPORT);
    if (!directory) return [];
    const start = directory.address;
    // The table lies in the headers, where addresses are offsets; its count of forwarders is bounded by its own size.
    const end = start + directory.size;
    const reference = (at: number) => ({
      dll: image.text(start + image.u16(at + 4), MOST_NAME_LENGTH),
      timeDateStamp: image.u32(at),
    });
    const bound: BoundImport[] = [];
    let at = start;
    while (at + DESCRIPTOR_SIZE <= end && image.u16(at + 4) !== 0) {
      const { dll, timeDateStamp } = reference(at);
      const count = image.u16(at + 6);
      at += DESCRIPTOR_SIZE;
      const forwarders: BoundImport["forwarders"][number][] = [];
      for (let index = 0; index < count && at + DESCRIPTOR_SIZE <= end; index++, at += DESCRIPTOR_SIZE) {
        forwarders.push(reference(at));
      }
      bound.push({ dll, timeDateStamp, forwarders });
    }
    return bound;
  });
}
