import { AdkError, checkRange, type RandomAccess } from "@adk/core";
import { SECTOR } from "./sector.ts";

// Images of whole sectors as a drive reads them (ECMA-130 14): synchronisation, address and mode, 2,048 bytes of data, then what
// detects and corrects errors.

const SYNC = [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0];
const MODE = 15;
/** In mode 2: what the sector holds. Form 2 has more data, and less that corrects it. */
const SUBMODE = 18;
const FORM_2 = 0x20;
/** Where the data begins, by mode. */
const DATA_START: Readonly<Record<number, number>> = { 1: 16, 2: 24 };
/** Bytes of a sector; with 96 bytes of subchannels. */
const RAW_SECTORS = [2352, 2448];
/** Sectors that are read together. */
const BATCH = 512;

/** How an image holds whole sectors. */
export interface RawSectors {
  /** Bytes of a sector. */
  readonly sectorBytes: number;
  readonly mode: 1 | 2;
}

/** @returns undefined for an image that is not of whole sectors */
export async function findRawSectors(access: RandomAccess): Promise<RawSectors | undefined> {
  const most = Math.max(...RAW_SECTORS) + SYNC.length;
  const head = await access.read(0, Math.min(access.size, most));
  const isSync = (at: number) => SYNC.every((byte, i) => head[at + i] === byte);
  const mode = head[MODE];
  if (head.length < most || !isSync(0) || (mode !== 1 && mode !== 2)) return undefined;
  const sectorBytes = RAW_SECTORS.find(isSync);
  return sectorBytes === undefined ? undefined : { sectorBytes, mode };
}

/** The data of an image of whole sectors, as other images have it. */
export class RawSectorAccess implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #raw: RandomAccess;
  readonly #sectorBytes: number;

  constructor(raw: RandomAccess, { sectorBytes }: RawSectors) {
    this.#raw = raw;
    this.#sectorBytes = sectorBytes;
    this.name = raw.name;
    this.size = Math.floor(raw.size / sectorBytes) * SECTOR;
  }

  /** @throws AdkError `ISO_NO_DATA_SECTOR` where a sector holds sound, or video of form 2 */
  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    checkRange(this, offset, length);
    const target = into?.subarray(0, length) ?? new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const first = Math.floor((offset + done) / SECTOR);
      const last = Math.min(first + BATCH, Math.ceil((offset + length) / SECTOR));
      const raw = await this.#raw.read(first * this.#sectorBytes, (last - first) * this.#sectorBytes);
      for (let sector = first; sector < last; sector++) {
        const start = (sector - first) * this.#sectorBytes;
        const inside = offset + done - sector * SECTOR;
        const count = Math.min(SECTOR - inside, length - done);
        const data = start + this.#dataStart(raw, start, sector) + inside;
        target.set(raw.subarray(data, data + count), done);
        done += count;
      }
    }
    return target;
  }

  async close(): Promise<void> {
    await this.#raw.close();
  }

  #dataStart(raw: Uint8Array, at: number, sector: number): number {
    const mode = raw[at + MODE] as number;
    const start = DATA_START[mode];
    if (start !== undefined && !(mode === 2 && (raw[at + SUBMODE] as number) & FORM_2)) return start;
    throw new AdkError("ISO_NO_DATA_SECTOR", "A sector of the disc holds no data but sound or video.", {
      kind: "unsupported",
      file: this.name,
      offset: sector * this.#sectorBytes,
      found: `mode ${mode}`,
    });
  }
}
