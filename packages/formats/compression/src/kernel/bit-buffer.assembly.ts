// The functions of bit-buffer.ts for AssemblyScript: the compiler reads this file in its place.
// Twin of bit-buffer.ts in name, meaning and order.

@inline export function noBits(): u64 { return 0; }

// The 16-bit words of 64 bits in reverse order: the halves change places, then the words in each.
@inline export function fetchBits(buffer: u64, next: i32, bits: i32): u64 {
  const halves = rotl<u64>(load<u64>(next), 32);
  const words = ((halves & 0x0000_ffff_0000_ffff) << 16) | ((halves >> 16) & 0x0000_ffff_0000_ffff);
  return buffer | (words >> <u64>bits);
}

@inline export function firstBits(buffer: u64, count: i32): i32 { return <i32>(buffer >> <u64>(64 - count)); }
@inline export function firstBitsOrNone(buffer: u64, count: i32): i32 {
  return <i32>((buffer >> 1) >> <u64>(63 - count));
}
@inline export function oneAndFirstBits(buffer: u64, count: i32): i32 {
  return <i32>(((buffer >> 1) | (<u64>1 << 63)) >> <u64>(63 - count));
}
@inline export function skipBits(buffer: u64, count: i32): u64 { return buffer << <u64>count; }
@inline export function keepBits(buffer: u64, bits: i32, next: i32): u64 { return buffer & ~(<u64>-1 >> <u64>bits); }
