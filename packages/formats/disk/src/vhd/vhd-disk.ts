import { AdkError, alignUp, check, Findings, type RandomAccess, RangeAccess } from "@adk/core";
import { BlockAccess, type BlockPlace } from "../block-access.ts";
import type { DiskParent } from "../parent.ts";
import { type DiskAccess, SECTOR } from "../pieces.ts";
import { DYNAMIC_HEADER_BYTES, type DynamicHeader, parseDynamicHeader } from "./dynamic-header.ts";
import { FOOTER_BYTES, isVhdFooter, parseVhdFooter, type VhdFooter } from "./footer.ts";

const UNUSED = 0xffff_ffff;

/** A VHD file. */
export interface VhdFile {
  readonly footer: VhdFooter;
  /** Of a dynamic or differencing disk. */
  readonly header: DynamicHeader | undefined;
  /** Of a differencing disk. */
  readonly parent: DiskParent | undefined;
  readonly findings: Findings;
  /**
   * The disk in it. Closing it closes the file, and the parent.
   *
   * @param parent the disk that a differencing one differs from
   * @throws AdkError `VHD_NEEDS_PARENT` for a differencing disk without it, `VHD_BAD_TABLE`
   */
  openDisk(parent?: RandomAccess | DiskAccess): Promise<RandomAccess | DiskAccess>;
}

/**
 * Reads the footer of a VHD: at its end, or the copy at its start.
 *
 * @throws AdkError `VHD_BAD_FOOTER`, `VHD_BAD_HEADER`
 */
export async function openVhd(access: RandomAccess): Promise<VhdFile> {
  const findings = new Findings();
  const footer = await readFooter(access, findings);
  const { dataOffset } = footer;
  if (footer.type === "fixed" || dataOffset === undefined) {
    const size = Math.min(footer.size, Math.max(0, access.size - FOOTER_BYTES));
    if (size < footer.size) findings.error("VHD_CUT_OFF", "The file ends before the disk does.", { file: access.name });
    return { footer, header: undefined, parent: undefined, findings, openDisk: async () => owned(access, size) };
  }
  const origin = { file: access.name, base: dataOffset };
  const header = parseDynamicHeader(await access.read(dataOffset, DYNAMIC_HEADER_BYTES), origin);
  const parent = footer.type === "differencing" ? await readParent(access, header, findings) : undefined;
  const openDisk = (disk?: RandomAccess | DiskAccess) => openBlocks(access, footer, header, findings, disk);
  return { footer, header, parent, findings, openDisk };
}

/** What a differencing disk says of its parent; a path that cannot be read is one less. */
async function readParent(access: RandomAccess, header: DynamicHeader, findings: Findings): Promise<DiskParent> {
  const paths: string[] = [];
  for (const { offset, length } of header.parentLocators) {
    try {
      paths.push(new TextDecoder("utf-16le").decode(await access.read(offset, length)).replace(/\0.*$/s, ""));
    } catch (error) {
      findings.fromError(error);
    }
  }
  return { ids: [header.parentId], paths: [...paths, header.parentName] };
}

async function readFooter(access: RandomAccess, findings: Findings): Promise<VhdFooter> {
  const name = access.name;
  check(
    access.size >= FOOTER_BYTES,
    () => new AdkError("VHD_BAD_FOOTER", "There is no footer of a VHD.", { file: name }),
  );
  const base = access.size - FOOTER_BYTES;
  const last = await access.read(base, FOOTER_BYTES);
  try {
    return parseVhdFooter(last, { file: name, base });
  } catch (error) {
    const first = await access.read(0, FOOTER_BYTES);
    if (!(error instanceof AdkError) || !isVhdFooter(first)) throw error;
    const footer = parseVhdFooter(first, { file: name, base: 0 });
    findings.warning("VHD_FOOTER_FROM_COPY", "The footer at the end is damaged; the copy at the start is used.", {
      file: name,
      offset: base,
    });
    return footer;
  }
}

/** The first bytes of a file, which is closed with them. */
function owned(access: RandomAccess, size: number): RandomAccess {
  const range = new RangeAccess(access, 0, size);
  return {
    name: access.name,
    size,
    read: (offset, length, into) => range.read(offset, length, into),
    close: () => access.close(),
  };
}

async function openBlocks(
  access: RandomAccess,
  { type, size }: VhdFooter,
  { tableOffset, blocks, blockBytes, parentName }: DynamicHeader,
  findings: Findings,
  parent: RandomAccess | DiskAccess | undefined,
): Promise<DiskAccess> {
  const file = access.name;
  const differs = type === "differencing";
  check(!differs || parent !== undefined, () => {
    return new AdkError("VHD_NEEDS_PARENT", "This disk has only what differs from another one.", {
      kind: "unsupported",
      file,
      found: `parent ${parentName}`,
      hint: "The parent is looked for beside the disk, by its name there; name the file if it is elsewhere.",
    });
  });
  const needed = Math.ceil(size / blockBytes);
  check(needed <= blocks, () => {
    const message = "The table has fewer blocks than the disk.";
    return new AdkError("VHD_BAD_TABLE", message, { file, expected: needed, found: blocks });
  });
  const bytes = await access.read(tableOffset, needed * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Before its data a block has a bit for each sector: what was written. Data of a dynamic disk that was not is zeros either way.
  const bitmapBytes = alignUp(Math.ceil(blockBytes / SECTOR / 8), SECTOR);
  const unused: BlockPlace = { kind: differs ? "parent" : "zeros", offset: 0 };
  const at = (block: number): BlockPlace => {
    const sector = view.getUint32(block * 4);
    return sector === UNUSED ? unused : { kind: differs ? "part" : "stored", offset: sector * SECTOR + bitmapBytes };
  };
  const storedSectors = async (block: number) => {
    const bitmap = await access.read(view.getUint32(block * 4) * SECTOR, bitmapBytes);
    return (sector: number) => ((bitmap[sector >> 3] as number) & (0x80 >> (sector & 7))) !== 0;
  };
  const blockSectors = (bitmapBytes + blockBytes) / SECTOR;
  const used: number[] = [];
  for (let block = 0; block < needed; block++) {
    const sector = view.getUint32(block * 4);
    if (sector === UNUSED) continue;
    used.push(sector);
    const end = sector * SECTOR + bitmapBytes + Math.min(blockBytes, size - block * blockBytes);
    const where = { file, offset: tableOffset + block * 4 };
    const isOutside = end > access.size || sector * SECTOR < FOOTER_BYTES + DYNAMIC_HEADER_BYTES;
    if (isOutside) findings.error("VHD_BLOCK_OUTSIDE", "A block lies outside the file, or over its headers.", where);
  }
  const places = Float64Array.from(used).sort();
  const shared = places.findIndex((sector, i) => i > 0 && sector < (places[i - 1] as number) + blockSectors);
  if (shared >= 0) {
    const where = { file, offset: (places[shared] as number) * SECTOR };
    findings.error("VHD_BLOCK_TWICE", "Two blocks lie in one place.", where);
  }
  const map = { size, blockBytes, sectorBytes: SECTOR, storedSectors };
  return new BlockAccess(
    access,
    { ...map, places: async () => ({ first: 0, end: needed, isEmpty: used.length === 0, at }) },
    parent,
  );
}
