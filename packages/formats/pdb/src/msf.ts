import { AdkError, ByteReader, type Limits, limitExceeded, type RandomAccess, withLimits } from "@adk/core";

/** `Microsoft C/C++ MSF 7.00`, and the bytes that follow it in every file. */
const MAGIC = Buffer.from("Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0", "latin1");
const SUPERBLOCK_SIZE = 56;
/** Size of a stream that is not there. */
const NIL_SIZE = 0xffff_ffff;

/** Whether a file begins as a multi-stream file does. */
export function isMsf(start: Uint8Array): boolean {
  return start.length >= MAGIC.length && MAGIC.equals(start.subarray(0, MAGIC.length));
}

/** A multi-stream file (MSF 7.00): a small file system of blocks, in which each stream is a row of them. */
export class MsfFile {
  /** Bytes. */
  readonly blockSize: number;
  readonly name: string;
  readonly #access: RandomAccess;
  readonly #limits: Limits;
  readonly #sizes: Uint32Array;
  /** Index into `#blocks` of each stream's first block. */
  readonly #firstBlock: Uint32Array;
  readonly #blocks: Uint32Array;

  private constructor(
    access: RandomAccess,
    limits: Limits,
    blockSize: number,
    streams: Pick<StreamDirectory, "sizes" | "firstBlock" | "blocks">,
  ) {
    this.#access = access;
    this.#limits = limits;
    this.name = access.name;
    this.blockSize = blockSize;
    this.#sizes = streams.sizes;
    this.#firstBlock = streams.firstBlock;
    this.#blocks = streams.blocks;
  }

  /** @throws AdkError `PDB_BAD_MSF`, `UNEXPECTED_END`, `LIMIT_EXCEEDED` */
  static async open(access: RandomAccess, options: { readonly limits?: Partial<Limits> } = {}): Promise<MsfFile> {
    const limits = withLimits(options.limits);
    const start = await access.read(0, Math.min(access.size, SUPERBLOCK_SIZE));
    if (!isMsf(start)) throw bad(access, 0, "The file is no program database.", "Microsoft C/C++ MSF 7.00");
    const reader = new ByteReader(start, { file: access.name }).skip(MAGIC.length);
    const blockSize = reader.u32();
    reader.skip(8);
    const directorySize = reader.u32();
    reader.skip(4);
    const blockMap = reader.u32();
    if (![512, 1024, 2048, 4096, 8192, 16_384, 32_768].includes(blockSize))
      throw bad(access, MAGIC.length, "The size of the blocks cannot be.", "512 to 32768", blockSize);
    if (directorySize > limits.memoryBytes)
      throw limitExceeded("memoryBytes", directorySize, limits, { file: access.name, offset: 44 });
    if (directorySize > access.size)
      throw bad(access, 44, "The stream directory is larger than the file.", access.size, directorySize);
    const count = Math.ceil(directorySize / blockSize);
    const map = new ByteReader(await access.read(blockMap * blockSize, count * 4), { file: access.name });
    const blocks = Uint32Array.from({ length: count }, () => map.u32());
    const directory = await readBlocks(access, blocks, blockSize, directorySize);
    return new MsfFile(access, limits, blockSize, readDirectory(access, directory, blockSize));
  }

  get streamCount(): number {
    return this.#sizes.length;
  }

  /** Bytes of a stream; 0 of one that is not there. */
  streamSize(stream: number): number {
    return this.#sizes[stream] ?? 0;
  }

  /**
   * All bytes of a stream; none of one that is not there.
   *
   * @throws AdkError `UNEXPECTED_END`, `LIMIT_EXCEEDED`
   */
  async read(stream: number, from = 0): Promise<Uint8Array> {
    const size = this.streamSize(stream) - from;
    if (size <= 0) return new Uint8Array(0);
    if (size > this.#limits.memoryBytes) throw limitExceeded("memoryBytes", size, this.#limits, { file: this.name });
    const first = this.#firstBlock[stream] as number;
    const blocks = this.#blocks.subarray(first, first + Math.ceil((size + from) / this.blockSize));
    return (await readBlocks(this.#access, blocks, this.blockSize, size + from)).subarray(from);
  }

  async close(): Promise<void> {
    await this.#access.close();
  }
}

interface StreamDirectory {
  readonly sizes: Uint32Array;
  readonly firstBlock: Uint32Array;
  readonly blocks: Uint32Array;
}

function readDirectory(access: RandomAccess, bytes: Uint8Array, blockSize: number): StreamDirectory {
  const reader = new ByteReader(bytes, { file: access.name });
  const count = reader.u32();
  if (count > reader.remaining / 4)
    throw bad(access, 0, "The stream directory has more streams than bytes.", Math.floor(reader.remaining / 4), count);
  const sizes = new Uint32Array(count);
  const firstBlock = new Uint32Array(count);
  let blockCount = 0;
  for (let stream = 0; stream < count; stream++) {
    const size = reader.u32();
    sizes[stream] = size === NIL_SIZE ? 0 : size;
    firstBlock[stream] = blockCount;
    blockCount += Math.ceil((sizes[stream] as number) / blockSize);
  }
  if (blockCount > reader.remaining / 4)
    throw bad(
      access,
      0,
      "The stream directory ends before the blocks of its streams.",
      blockCount,
      reader.remaining / 4,
    );
  return { sizes, firstBlock, blocks: Uint32Array.from({ length: blockCount }, () => reader.u32()) };
}

/** Blocks that follow each other in the file are read at once. */
async function readBlocks(
  access: RandomAccess,
  blocks: Uint32Array,
  blockSize: number,
  size: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let from = 0, to = 0; from < blocks.length; from = to) {
    const block = blocks[from] as number;
    to = from + 1;
    while (to < blocks.length && blocks[to] === block + to - from) to++;
    const at = from * blockSize;
    const length = Math.min(size, to * blockSize) - at;
    await access.read(block * blockSize, length, bytes.subarray(at, at + length));
  }
  return bytes;
}

function bad(
  access: RandomAccess,
  offset: number,
  message: string,
  expected: string | number,
  found?: string | number,
): AdkError {
  return new AdkError("PDB_BAD_MSF", message, { file: access.name, offset, expected, found });
}
