import { ByteReader, lastAtMost, type Origin } from "@adk/core";

const SECTION_HEADER_SIZE = 40;
const VIRTUAL_ADDRESS = 12;
const CHARACTERISTICS = 36;
/** IMAGE_SCN_MEM_EXECUTE */
const MEM_EXECUTE = 0x2000_0000;
const OMAP_SIZE = 8;

/** Turns the place of a symbol, section and offset, into an address of the image. */
export interface SectionMap {
  /** Relative virtual address; -1 where there is none: absolute symbols, sections that do not exist, code that was removed. */
  address(section: number, offset: number): number;
  /** Whether the section holds code. */
  isExecutable(section: number): boolean;
}

/**
 * @param headers the section headers of the image, or of the image before its code was moved
 * @param omap the table of what was moved where (OMAP), of such images only
 */
export function readSectionMap(headers: Uint8Array, omap: Uint8Array, origin: Origin): SectionMap {
  const count = Math.floor(headers.length / SECTION_HEADER_SIZE);
  const reader = new ByteReader(headers, origin);
  const at = (i: number, field: number) => reader.seek(i * SECTION_HEADER_SIZE + field).u32();
  const starts = Uint32Array.from({ length: count }, (_, i) => at(i, VIRTUAL_ADDRESS));
  const executable = Array.from({ length: count }, (_, i) => (at(i, CHARACTERISTICS) & MEM_EXECUTE) !== 0);
  const isExecutable = (section: number): boolean => executable[section - 1] ?? false;
  const linked = (section: number, offset: number): number =>
    section >= 1 && section <= count ? (starts[section - 1] as number) + offset : -1;
  if (omap.length < OMAP_SIZE) return { address: linked, isExecutable };
  const moved = readOmap(omap, origin);
  return { address: (section, offset) => moved(linked(section, offset)), isExecutable };
}

/** Pairs of addresses, before and after, in ascending order; 0 after is code that was left out. */
function readOmap(bytes: Uint8Array, origin: Origin): (address: number) => number {
  const count = Math.floor(bytes.length / OMAP_SIZE);
  const reader = new ByteReader(bytes, origin);
  const [from, to] = [new Uint32Array(count), new Uint32Array(count)];
  for (let i = 0; i < count; i++) {
    from[i] = reader.u32();
    to[i] = reader.u32();
  }
  return (address) => {
    if (address < 0) return -1;
    const i = lastAtMost(from, address, count);
    return i < 0 || to[i] === 0 ? -1 : (to[i] as number) + address - (from[i] as number);
  };
}
