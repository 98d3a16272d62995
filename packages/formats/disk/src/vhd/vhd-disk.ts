import { AdkError, alignUp, check, Findings, type RandomAccess, RangeAccess } from "@adk/core";
import { BlockAccess } from "../block-access.ts";
import type { DiskAccess } from "../pieces.ts";
import { DYNAMIC_HEADER_BYTES, type DynamicHeader, parseDynamicHeader } from "./dynamic-header.ts";
import { FOOTER_BYTES, isVhdFooter, parseVhdFooter, type VhdFooter } from "./footer.ts";

const UNUSED = 0xffff_ffff;
const SECTOR = 512;

/** A VHD file. */
export interface VhdFile {
  readonly footer: VhdFooter;
  /** Of a dynamic or differencing disk. */
  readonly header: DynamicHeader | undefined;
  readonly findings: Findings;
  /**
   * The disk in it. Closing it closes the file.
   *
   * @throws AdkError `VHD_NEEDS_PARENT` for a differencing disk, `VHD_BAD_TABLE`
   */
  openDisk(): Promise<RandomAccess | DiskAccess>;
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
    return { footer, header: undefined, findings, openDisk: async () => owned(access, size) };
  }
  const origin = { file: access.name, base: dataOffset };
  const header = parseDynamicHeader(await access.read(dataOffset, DYNAMIC_HEADER_BYTES), origin);
  return { footer, header, findings, openDisk: () => openBlocks(access, footer, header, findings) };
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
): Promise<DiskAccess> {
  const file = access.name;
  if (type === "differencing") {
    throw new AdkError("VHD_NEEDS_PARENT", "This disk has only what differs from another one.", {
      kind: "unsupported",
      file,
      found: `parent ${parentName}`,
      hint: "Merge it into its parent on Windows first (Merge-VHD).",
    });
  }
  const needed = Math.ceil(size / blockBytes);
  check(needed <= blocks, () => {
    const message = "The table has fewer blocks than the disk.";
    return new AdkError("VHD_BAD_TABLE", message, { file, expected: needed, found: blocks });
  });
  const bytes = await access.read(tableOffset, needed * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Before its data a block has a bit for each sector: what was written. Data that was not is zeros either way.
  const bitmapBytes = alignUp(Math.ceil(blockBytes / SECTOR / 8), SECTOR);
  const seen = new Set<number>();
  const disk = new BlockAccess(access, {
    size,
    blockBytes,
    offsetOf(block) {
      const sector = view.getUint32(block * 4);
      return sector === UNUSED ? undefined : sector * SECTOR + bitmapBytes;
    },
  });
  for (let block = 0; block < needed; block++) {
    const sector = view.getUint32(block * 4);
    if (sector === UNUSED) continue;
    const where = { file, offset: tableOffset + block * 4 };
    const end = sector * SECTOR + bitmapBytes + Math.min(blockBytes, size - block * blockBytes);
    if (end > access.size) findings.error("VHD_BLOCK_OUTSIDE", "A block lies outside the file.", where);
    if (seen.has(sector)) findings.error("VHD_BLOCK_TWICE", "Two blocks lie in one place.", where);
    seen.add(sector);
  }
  return disk;
}
