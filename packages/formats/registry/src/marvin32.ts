const SEED_LOW = 0x7a4e55c5;
const SEED_HIGH = 0x82ef4d88;

/** The Marvin32 hash of whole 32-bit words, with the seed of registry logs. @param bytes a multiple of four */
export function marvin32(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = bytes.length >> 2;
  let low = SEED_LOW | 0;
  let high = SEED_HIGH | 0;
  // The bytes, then the padding that ends them (0x80, there is no rest), then nothing.
  for (let i = 0; i < words + 2; i++) {
    const word = i < words ? view.getInt32(i * 4, true) : i === words ? 0x80 : 0;
    low = (low + word) | 0;
    high ^= low;
    low = (rotate(low, 20) + high) | 0;
    high = rotate(high, 9) ^ low;
    low = (rotate(low, 27) + high) | 0;
    high = rotate(high, 19);
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
