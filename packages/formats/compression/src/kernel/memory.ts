/**
 * The linear memory of the kernels when they run as JavaScript. `memory.assembly.ts` gives the same functions to
 * AssemblyScript, where each becomes one WebAssembly instruction; addresses and results are the same in both.
 */

const PAGE = 65536;
const buffer = new ArrayBuffer(64 * PAGE, { maxByteLength: 2 ** 31 - PAGE });
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
  buffer.resize(Math.ceil(byteLength / PAGE) * PAGE);
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

/** Little-endian, at any address. */
export function storeUnaligned16(address: i32, value: i32): void {
  view.setUint16(address, value & 0xffff, true);
}

/** Little-endian, at any address. */
export function storeUnaligned32(address: i32, value: i32): void {
  view.setInt32(address, value, true);
}

export function fill(address: i32, value: i32, count: i32): void {
  u8.fill(value, address, address + count);
}

/** Both ranges may overlap, as with `memmove`. */
export function copy(target: i32, source: i32, count: i32): void {
  u8.copyWithin(target, source, source + count);
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

/** Number of leading zero bits of a 32-bit value. */
export function clz(value: i32): i32 {
  return Math.clz32(value);
}

/** Product of two 32-bit integers, wrapped to 32 bits. */
export function multiply(a: i32, b: i32): i32 {
  return Math.imul(a, b);
}
