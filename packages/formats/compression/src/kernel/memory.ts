/**
 * The linear memory of the kernels when they run as JavaScript. `memory.assembly.ts` gives the same functions to
 * AssemblyScript, where each becomes one WebAssembly instruction; addresses and results are the same in both.
 */

const PAGE = 65536;
// Not a resizable buffer: views of one are several times slower.
let buffer = new ArrayBuffer(64 * PAGE);
let u8 = new Uint8Array(buffer);
let u16 = new Uint16Array(buffer);
let u32s = new Int32Array(buffer);
let view = new DataView(buffer);

/** All bytes of the memory. The view is stale after `growMemory`. */
export function memoryBytes(): Uint8Array {
  return u8;
}

/** Makes the memory at least this many bytes long; it keeps what it holds. */
export function growMemory(byteLength: i32): void {
  if (byteLength <= buffer.byteLength) return;
  buffer = buffer.transfer(Math.ceil(byteLength / PAGE) * PAGE);
  u8 = new Uint8Array(buffer);
  u16 = new Uint16Array(buffer);
  u32s = new Int32Array(buffer);
  view = new DataView(buffer);
}

export function load8(address: i32): i32 {
  return u8[address] as number;
}

export function store8(address: i32, value: i32): void {
  u8[address] = value;
}

/** `address` must be even. */
export function load16(address: i32): i32 {
  return u16[address >>> 1] as number;
}

/** `address` must be even. */
export function store16(address: i32, value: i32): void {
  u16[address >>> 1] = value;
}

/** Signed; `address` must be a multiple of 4. */
export function load32(address: i32): i32 {
  return u32s[address >>> 2] as number;
}

/** `address` must be a multiple of 4. */
export function store32(address: i32, value: i32): void {
  u32s[address >>> 2] = value;
}

/** Little-endian, at any address. */
export function loadUnaligned16(address: i32): i32 {
  return (u8[address] as number) | ((u8[address + 1] as number) << 8);
}

/** Little-endian, signed, at any address. */
export function loadUnaligned32(address: i32): i32 {
  return view.getInt32(address, true);
}

/** Two little-endian 16-bit words: the first becomes the high half. `address` must be even. */
export function loadWords(address: i32): i32 {
  return ((u16[address >>> 1] as number) << 16) | (u16[(address >>> 1) + 1] as number);
}

/** Little-endian, at any address. */
export function storeUnaligned16(address: i32, value: i32): void {
  view.setUint16(address, value & 0xffff, true);
}

/** Little-endian, at any address. */
export function storeUnaligned32(address: i32, value: i32): void {
  view.setInt32(address, value, true);
}

/** Address of the first byte with this value from `address` on; `end` or more where there is none before `end`. */
export function find8(address: i32, end: i32, value: i32): i32 {
  while (address < end && u8[address] !== value) address++;
  return address;
}

export function fill(address: i32, value: i32, count: i32): void {
  u8.fill(value, address, address + count);
}

/** Both ranges may overlap, as with `memmove`. */
export function copy(target: i32, source: i32, count: i32): void {
  u8.copyWithin(target, source, source + count);
}

/** Copies 32 bytes; both addresses are multiples of 8. */
export function copyBlock(target: i32, source: i32): void {
  u8.copyWithin(target, source, source + 32);
}

/**
 * Copies an LZ match: bytes that the copy itself has written may be read again. It may write up to `MATCH_SLACK` bytes
 * past the end of the match, which the caller keeps free.
 */
export function copyMatch(target: i32, offset: i32, length: i32): void {
  const end = target + length;
  let source = target - offset;
  while (target < end) u8[target++] = u8[source++] as number;
}

/**
 * Length of the common prefix of the bytes at `a` and `b`, where the first `length` are known to be equal; at most
 * `most`. It may read up to 8 bytes past `most`.
 */
export function matchLength(a: i32, b: i32, length: i32, most: i32): i32 {
  while (length < most && u8[a + length] === u8[b + length]) length++;
  return length;
}

/** Number of leading zero bits of a 32-bit value. */
export function clz(value: i32): i32 {
  return Math.clz32(value);
}

/** Product of two 32-bit integers, wrapped to 32 bits. */
export function multiply(a: i32, b: i32): i32 {
  return Math.imul(a, b);
}

/** Whether `a` is less than `b`, both taken as unsigned. */
export function isBelow(a: i32, b: i32): boolean {
  return a >>> 0 < b >>> 0;
}

/**
 * Shifts the 64 bits at `address` to the left by one and puts `bit` in.
 *
 * @param address a multiple of 8
 * @returns the bit that was shifted out
 */
export function shiftIn(address: i32, bit: i32): i32 {
  const at = address >>> 2;
  const low = u32s[at] as number;
  const high = u32s[at + 1] as number;
  u32s[at] = (low << 1) | bit;
  u32s[at + 1] = (high << 1) | (low >>> 31);
  return high >>> 31;
}
