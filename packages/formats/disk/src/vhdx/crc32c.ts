/** Reversed polynomial of Castagnoli. */
const POLYNOMIAL = 0x82f6_3b78;
/** Bytes that are taken at once: each has a table of its own, as a region table of 64 KiB is summed with every opening. */
const AT_ONCE = 8;

const TABLES = new Int32Array(AT_ONCE * 256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  TABLES[byte] = value;
}
for (let i = 256; i < TABLES.length; i++) {
  const before = TABLES[i - 256] as number;
  TABLES[i] = (before >>> 8) ^ (TABLES[before & 0xff] as number);
}

/** CRC-32C (RFC 3720, appendix B.4), with which VHDX protects its tables. */
export function crc32c(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = (n: number, byte: number) => TABLES[n * 256 + (byte & 0xff)] as number;
  let crc = -1;
  let at = 0;
  for (; at + AT_ONCE <= bytes.length; at += AT_ONCE) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      table(7, low) ^
      table(6, low >>> 8) ^
      table(5, low >>> 16) ^
      table(4, low >>> 24) ^
      table(3, high) ^
      table(2, high >>> 8) ^
      table(1, high >>> 16) ^
      table(0, high >>> 24);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ table(0, crc ^ (bytes[at] as number));
  return ~crc >>> 0;
}

/** Of a structure that has its own checksum at 4, counted as zeros there. */
export function structureChecksum(bytes: Uint8Array): number {
  return crc32c(bytes.slice().fill(0, 4, 8));
}
