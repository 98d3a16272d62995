/**
 * Addresses are numbers with a sign, as the processor sees them: those of the kernel are negative. So every canonical address is
 * exact in a double.
 */
export function readAddress(view: DataView, at: number, pointerSize: number): number {
  const low = view.getUint32(at, true);
  return pointerSize === 4 ? low : view.getInt32(at + 4, true) * 0x1_0000_0000 + low;
}

/** Whether code at an address is of the kernel. In 32-bit Windows that is the upper half, without a sign. */
export function isKernelAddress(address: number, pointerSize: number): boolean {
  return address < 0 || (pointerSize === 4 && address >= 0x8000_0000);
}

/** `0xfffff80021489000` */
export function formatAddress(address: number): string {
  const unsigned = address < 0 ? BigInt(address) + (1n << 64n) : BigInt(address);
  return `0x${unsigned.toString(16)}`;
}
