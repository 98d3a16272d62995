import { fill, load8, load32, loadUnaligned16, loadUnaligned32, store8, store32, storeUnaligned32 } from "./memory.ts";

// LZMS makes the targets of x86 instructions absolute before it compresses, but only where code seems to be: where two
// instructions that refer to one target lie close to each other.

/** A target is known by its low 16 bits; two references to it count if they are no more than this apart. */
const MOST_DISTANCE: i32 = 65535;
/** Bytes behind such a pair that count as code; calls must be closer. */
const CODE_REACH: i32 = 1023;
const CALL_REACH: i32 = 511;
/** The last bytes of a chunk are left alone. */
const TAIL: i32 = 16;

// In the work memory:
/** For each two bytes, as a little-endian number, whether an instruction may begin with them. */
const STARTS: i32 = 0;
/** For the low 16 bits of each target, the position of the last reference. */
const REFERENCES: i32 = STARTS + 65536;
/** Bytes of work memory that `lzmsX86Filter` needs. */
export const X86_FILTER_WORK: i32 = REFERENCES + 65536 * 4;
/** Bytes that make each reference a position so far before the chunk that nothing is near. */
const NEVER: i32 = 0xc0;

/**
 * @param undo 1 makes absolute targets relative again, 0 makes relative targets absolute
 * @param work address of `X86_FILTER_WORK` bytes, a multiple of 4
 */
export function lzmsX86Filter(data: i32, size: i32, undo: i32, work: i32): void {
  if (size <= TAIL + 1) return;
  fill(work + STARTS, 0, 65536);
  for (let second: i32 = 0; second < 256; second++) {
    store8(work + STARTS + ((second << 8) | 0xe8), 1);
    store8(work + STARTS + ((second << 8) | 0xe9), 1);
  }
  store8(work + STARTS + 0x8b48, 1);
  store8(work + STARTS + 0x8d48, 1);
  store8(work + STARTS + 0x8d4c, 1);
  store8(work + STARTS + 0x83f0, 1);
  store8(work + STARTS + 0x15ff, 1);
  fill(work + REFERENCES, NEVER, 65536 * 4);

  const end: i32 = data + size - TAIL;
  let lastCode: i32 = -CODE_REACH - 1;
  let at: i32 = data + 1;
  for (;;) {
    while (at < end && load8(work + STARTS + loadUnaligned16(at)) === 0) at++;
    if (at >= end) return;
    const opcode: i32 = load8(at);
    if (opcode === 0xe9) {
      at += 5;
      continue;
    }
    const opcodeBytes: i32 = instructionBytes(opcode, load8(at + 1), load8(at + 2));
    if (opcodeBytes === 0) {
      at++;
      continue;
    }
    const reach: i32 = opcode === 0xe8 ? CALL_REACH : CODE_REACH;
    const position: i32 = at - data;
    const operand: i32 = at + opcodeBytes;
    const isCode: boolean = position - lastCode <= reach;
    let target: i32 = position + loadUnaligned16(operand);
    if (isCode) {
      const value: i32 = loadUnaligned32(operand);
      if (undo !== 0) {
        storeUnaligned32(operand, value - position);
        target = position + loadUnaligned16(operand);
      } else {
        storeUnaligned32(operand, value + position);
      }
    }
    const reference: i32 = work + REFERENCES + ((target & 0xffff) << 2);
    const instructionEnd: i32 = position + opcodeBytes + 3;
    if (instructionEnd - load32(reference) <= MOST_DISTANCE) lastCode = instructionEnd;
    store32(reference, instructionEnd);
    at = operand + 4;
  }
}

/** How many bytes precede the 32-bit operand of an instruction that refers to an address; 0 for other instructions. */
function instructionBytes(opcode: i32, second: i32, third: i32): i32 {
  if (opcode === 0xe8) return 1; // call
  if (opcode === 0xff) return second === 0x15 ? 2 : 0; // call [address]
  if (opcode === 0xf0) return second === 0x83 && third === 0x05 ? 3 : 0; // lock add [address], byte
  if ((third & 7) !== 5) return 0;
  if (second === 0x8d) return 3; // lea register, [address]
  return opcode === 0x48 && second === 0x8b && (third & 0xf0) === 0 ? 3 : 0; // mov rax or rcx, [address]
}
