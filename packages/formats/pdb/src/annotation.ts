import { cString } from "./pdb-stream.ts";
import { visitRecords } from "./symbol-record.ts";

/** S_ANNOTATION */
const ANNOTATION = 0x1019;
/** Behind length and kind: the place in the code (offset, section), how many texts there are, and these. */
const COUNT = 10;
const TEXTS = 12;

/**
 * What a program was compiled with `__annotation` for: texts for tools that read the database, such as those of trace messages ("TMF:" and
 * the lines behind it).
 */
export type Annotation = readonly string[];

/** The annotations among records; one whose texts do not all end inside it is passed over. */
export function readAnnotations(bytes: Uint8Array, from: number, to: number): Annotation[] {
  const annotations: Annotation[] = [];
  visitRecords(bytes, from, to, (view, kind, start, end) => {
    if (kind !== ANNOTATION || end - start < TEXTS) return;
    const count = view.getUint16(start + COUNT, true);
    const texts: string[] = [];
    for (let at = start + TEXTS; texts.length < count; ) {
      const nul = bytes.indexOf(0, at);
      if (nul < 0 || nul >= end) return;
      texts.push(cString(bytes, at, nul));
      at = nul + 1;
    }
    annotations.push(texts);
  });
  return annotations;
}
