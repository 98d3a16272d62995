import { find8, loadUnaligned32, storeUnaligned32 } from "./memory.ts";

// LZX makes the targets of x86 calls absolute before it compresses, so that calls of one function look alike. In WIM files
// this is done to every chunk, whatever it holds, as if each were a file of this size that begins at address 0.

const FILE_SIZE: i32 = 12_000_000;
const CALL: i32 = 0xe8;
/** The last bytes of a chunk are left alone. */
const TAIL: i32 = 10;

/** Makes the targets of x86 calls relative again. */
export function undoE8(data: i32, size: i32): void {
  const end: i32 = data + size - TAIL;
  let at: i32 = find8(data, end, CALL);
  while (at < end) {
    const position: i32 = at - data;
    const target: i32 = loadUnaligned32(at + 1);
    if (target >= 0) {
      if (target < FILE_SIZE) storeUnaligned32(at + 1, target - position);
    } else if (target >= -position) {
      storeUnaligned32(at + 1, target + FILE_SIZE);
    }
    at = find8(at + 5, end, CALL);
  }
}

/** Makes the targets of x86 calls absolute. The bytes that select a call stay, so both directions find the same ones. */
export function applyE8(data: i32, size: i32): void {
  const end: i32 = data + size - TAIL;
  let at: i32 = find8(data, end, CALL);
  while (at < end) {
    const position: i32 = at - data;
    const distance: i32 = loadUnaligned32(at + 1);
    if (distance >= -position && distance < FILE_SIZE) {
      storeUnaligned32(at + 1, distance < FILE_SIZE - position ? distance + position : distance - FILE_SIZE);
    }
    at = find8(at + 5, end, CALL);
  }
}
