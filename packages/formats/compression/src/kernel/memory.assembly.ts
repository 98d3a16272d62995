// The functions of memory.ts for AssemblyScript: the compiler reads this file in its place.
// Twin of memory.ts in name, meaning and order.

@inline export function load8(address: i32): i32 { return <i32>load<u8>(address); }
@inline export function store8(address: i32, value: i32): void { store<u8>(address, <u8>value); }
@inline export function load16(address: i32): i32 { return <i32>load<u16>(address); }
@inline export function store16(address: i32, value: i32): void { store<u16>(address, <u16>value); }
@inline export function load32(address: i32): i32 { return load<i32>(address); }
@inline export function store32(address: i32, value: i32): void { store<i32>(address, value); }
@inline export function loadUnaligned16(address: i32): i32 { return <i32>load<u16>(address); }
@inline export function loadUnaligned32(address: i32): i32 { return load<i32>(address); }
@inline export function loadWords(address: i32): i32 { return rotl<i32>(load<i32>(address), 16); }
@inline export function storeUnaligned16(address: i32, value: i32): void { store<u16>(address, <u16>value); }
@inline export function storeUnaligned32(address: i32, value: i32): void { store<i32>(address, value); }

// Sixteen bytes at a time: a bit of the mask for each that is equal.
export function find8(address: i32, end: i32, value: i32): i32 {
  const pattern = i8x16.splat(<i8>value);
  while (address < end) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(address), pattern));
    if (mask) return address + ctz<i32>(mask);
    address += 16;
  }
  return address;
}

@inline export function fill(address: i32, value: i32, count: i32): void { memory.fill(address, <u8>value, count); }
@inline export function copy(target: i32, source: i32, count: i32): void { memory.copy(target, source, count); }
@inline export function copyBlock(target: i32, source: i32): void {
  store<u64>(target, load<u64>(source));
  store<u64>(target, load<u64>(source, 8), 8);
  store<u64>(target, load<u64>(source, 16), 16);
  store<u64>(target, load<u64>(source, 24), 24);
}

// Eight bytes at a time where the source is at least eight bytes back, and most matches have no more than sixteen.
@inline export function copyMatch(target: i32, offset: i32, length: i32): void {
  const end = target + length;
  let source = target - offset;
  if (offset >= 8) {
    store<u64>(target, load<u64>(source));
    store<u64>(target, load<u64>(source, 8), 8);
    if (length > 16) {
      target += 16;
      source += 16;
      do {
        store<u64>(target, load<u64>(source));
        target += 8;
        source += 8;
      } while (target < end);
    }
  } else {
    // The first bytes one by one: then the same pattern lies at least eight bytes back as well.
    for (let i = 0; i < 8; i++) store<u8>(target + i, load<u8>(source + i));
    if (length > 8) {
      let distance = offset;
      do distance += offset; while (distance < 8);
      target += 8;
      source = target - distance;
      do {
        store<u64>(target, load<u64>(source));
        target += 8;
        source += 8;
      } while (target < end);
    }
  }
}

// Eight bytes at a time: the first bit that differs tells which byte does.
export function matchLength(a: i32, b: i32, length: i32, most: i32): i32 {
  while (length < most) {
    const difference = load<u64>(a + length) ^ load<u64>(b + length);
    if (difference !== 0) {
      length += <i32>(ctz(difference) >> 3);
      return length < most ? length : most;
    }
    length += 8;
  }
  return most;
}

@inline export function clz(value: i32): i32 { return i32.clz(value); }
@inline export function multiply(a: i32, b: i32): i32 { return a * b; }
@inline export function isBelow(a: i32, b: i32): boolean { return <u32>a < <u32>b; }
@inline export function shiftIn(address: i32, bit: i32): i32 {
  const bits = load<u64>(address);
  store<u64>(address, (bits << 1) | <u64>bit);
  return <i32>(bits >> 63);
}
