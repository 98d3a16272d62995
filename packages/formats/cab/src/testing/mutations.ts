/** Pseudo-random 32-bit numbers whose sequence never changes. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x45d9f3b);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** Numbers at which length checks and sign errors show. */
const EDGES = [0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xfffd, 0xfffe, 0xffff, 0x7fff_ffff, 0xffff_ffff];

/** A damaged copy: one to four changes, half of them in the first bytes, where the tables are. */
export function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  let copy: Uint8Array = bytes.slice();
  for (let changes = 1 + (next() % 4); changes > 0; changes--) {
    copy = change(copy, next() % 2 ? Math.min(160, copy.length) : copy.length, next);
  }
  return copy;
}

function change(bytes: Uint8Array, end: number, next: () => number): Uint8Array {
  if (end < 8) return bytes;
  const at = next() % (end - 7);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const edge = EDGES[next() % EDGES.length] as number;
  switch (next() % 7) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (next() % 8));
      break;
    case 1:
      bytes[at] = next();
      break;
    case 2:
      view.setUint16(at, edge, true);
      break;
    case 3:
      view.setUint32(at, edge, true);
      break;
    case 4:
      // A number somewhat off.
      view.setUint16(at, view.getUint16(at, true) + (next() % 33) - 16, true);
      break;
    case 5:
      bytes.copyWithin(at, next() % end, end);
      break;
    default:
      if (next() % 4 === 0) return bytes.slice(0, at);
      bytes.fill(next(), at, at + (next() % 20));
  }
  return bytes;
}
