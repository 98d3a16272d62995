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
@inline export function storeUnaligned16(address: i32, value: i32): void { store<u16>(address, <u16>value); }
@inline export function storeUnaligned32(address: i32, value: i32): void { store<i32>(address, value); }
@inline export function fill(address: i32, value: i32, count: i32): void { memory.fill(address, <u8>value, count); }
@inline export function copy(target: i32, source: i32, count: i32): void { memory.copy(target, source, count); }

// Eight bytes at a time where the source is at least eight bytes back.
@inline export function copyMatch(target: i32, offset: i32, length: i32): void {
  const end = target + length;
  let source = target - offset;
  if (offset >= 8) {
    do {
      store<u64>(target, load<u64>(source));
      target += 8;
      source += 8;
    } while (target < end);
  } else {
    do {
      store<u8>(target, load<u8>(source));
      target++;
      source++;
    } while (target < end);
  }
}

@inline export function clz(value: i32): i32 { return i32.clz(value); }
@inline export function multiply(a: i32, b: i32): i32 { return a * b; }
