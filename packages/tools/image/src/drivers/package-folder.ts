import {
  childPath,
  isRealDirectory,
  type Limits,
  limitExceeded,
  type RandomAccess,
  splitPath,
  type Volume,
  type VolumeEntry,
  withLimits,
} from "@adk/core";

/** Where the files of a driver package lie: a directory of a volume. Names are looked up in any case. */
export class PackageFolder {
  readonly volume: Volume;
  /** Path of the directory in the volume. */
  readonly path: string;
  readonly #limits: Limits;

  constructor(volume: Volume, path = "/", limits: Partial<Limits> = {}) {
    this.volume = volume;
    this.path = path;
    this.#limits = withLimits(limits);
  }

  /** A file by its path in the package, parted by `\` or `/`; undefined where there is none. */
  async find(path: string): Promise<VolumeEntry | undefined> {
    const entry = await this.volume.lookup(splitPath(path).reduce(childPath, this.path));
    return entry && isRealDirectory(entry) ? undefined : entry;
  }

  async open(entry: VolumeEntry): Promise<RandomAccess> {
    return this.volume.open(entry);
  }

  /** The whole of a small file. */
  async read(entry: VolumeEntry, most = 1 << 26): Promise<Uint8Array> {
    if (entry.size > most) {
      throw limitExceeded("memoryBytes", entry.size, { ...this.#limits, memoryBytes: most }, { file: entry.path });
    }
    return this.volume.read(entry);
  }

  /** The path of a file from the root of the package. */
  inside(entry: VolumeEntry): string {
    return this.path === "/" ? entry.path : entry.path.slice(this.path.length);
  }
}
