import { find8, loadUnaligned32, storeUnaligned32 } from "./memory.ts";

// In a stream the targets of x86 calls count from the start of the whole stream, in a file whose size the stream tells.

const CALL: i32 = 0xe8;
/** The last bytes of a frame are left alone. */
const TAIL: i32 = 10;

/**
 * Makes the targets of x86 calls relative again.
 *
 * @param data address of the frame
 * @param start bytes of the stream before the frame
 */
export function undoCalls(data: i32, size: i32, start: i32, fileSize: i32): void {
  const end: i32 = data + size - TAIL;
  let at: i32 = find8(data, end, CALL);
  while (at < end) {
    const position: i32 = start + at - data;
    const target: i32 = loadUnaligned32(at + 1);
    if (target >= -position && target < fileSize) {
      storeUnaligned32(at + 1, target >= 0 ? target - position : target + fileSize);
    }
    at = find8(at + 5, end, CALL);
  }
}
