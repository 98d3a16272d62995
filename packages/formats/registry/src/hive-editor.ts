import { AdkError, check, type Filetime, parseSecurityDescriptor, type RandomAccess, stampTime } from "@adk/core";
import { BASE_BLOCK_SIZE, changeBaseBlock, LOG_BASE_BLOCK_SIZE, newBaseBlock } from "./base-block.ts";
import { CellAllocator } from "./cell-allocator.ts";
import { Cells } from "./cells.ts";
import { checkHive } from "./check.ts";
import { defaultSecurity } from "./default-security.ts";
import { Hive } from "./hive.ts";
import { stampFirstBin } from "./hive-bin.ts";
import { Key } from "./key.ts";
import { KeyWriter } from "./key-writer.ts";
import { type OpenHiveOptions, openHive, openHiveFile } from "./open-hive.ts";
import { type OpenedFile, type SavedHive, saveHive } from "./save.ts";

/** What Windows creates for most hives since Windows XP: hash leaves and big data. */
const DEFAULT_MINOR_VERSION = 5;
const MINOR_VERSIONS = [3, 4, 5, 6];

export interface EditOptions {
  /** The time that changed keys get, and the hive when it is saved. Default: now, or SOURCE_DATE_EPOCH. */
  readonly time?: Filetime;
}

export interface CreateHiveOptions extends EditOptions {
  /** 3 (as for BCD stores and user hives of later Windows), 4, 5 (default) or 6. */
  readonly minorVersion?: number;
  /** Default: `ROOT`. */
  readonly rootName?: string;
  /** Path that the base block tells, of which the end is kept. Default: none. */
  readonly fileName?: string;
  /** Self-relative, of the root; new keys take that of the key above. Default: administrators and the system all, users read. */
  readonly securityDescriptor?: Uint8Array;
}

/**
 * A hive in memory that is changed, and saved as a whole. Free cells are used again; what is not touched stays where it is.
 * `hive` shows what it holds at any time.
 */
export class HiveEditor {
  readonly hive: Hive;
  readonly #keys: KeyWriter;
  readonly #allocator: CellAllocator;
  readonly #time: Filetime;
  /** Bytes of the file that was opened, where it reserves more than its bins need; else 0. */
  readonly #fileSize: number;
  /** The first bytes of the file that was opened or saved, to see whether it is still the same. */
  #opened: OpenedFile | undefined;
  #changed = false;

  private constructor(hive: Hive, time: Filetime, fileSize: number, opened?: OpenedFile) {
    this.hive = hive;
    this.#time = time;
    this.#fileSize = fileSize > BASE_BLOCK_SIZE + hive.cells.end ? fileSize : 0;
    this.#opened = opened;
    this.#allocator = new CellAllocator(hive.cells);
    this.#keys = new KeyWriter(hive, this.#allocator, time);
    hive.sorted = true;
  }

  /** A hive that has only its root. @throws AdkError `REG_UNSUPPORTED_VERSION`, `SECURITY_DESCRIPTOR_BAD_HEADER` ... */
  static create(options: CreateHiveOptions = {}): HiveEditor {
    const { minorVersion = DEFAULT_MINOR_VERSION, rootName = "ROOT", fileName = "" } = options;
    check(MINOR_VERSIONS.includes(minorVersion), () => unsupportedVersion("usage", `1.${minorVersion}`));
    const security = options.securityDescriptor ?? defaultSecurity();
    const cells = new Cells(newBaseBlock(minorVersion, fileName), fileName || "new hive");
    const editor = new HiveEditor(new Hive(cells), options.time ?? stampTime(), 0);
    const root = editor.#keys.createRoot(rootName, parseableDescriptor(security));
    changeBaseBlock(cells.bytes, { rootCell: root, hiveBinsSize: cells.end });
    editor.hive.refresh();
    editor.#changed = true;
    return editor;
  }

  /**
   * Opens a hive to change it. The whole of it is held in memory.
   *
   * @throws AdkError `REG_DAMAGED` if its structure is not sound, `REG_UNSUPPORTED_VERSION`, and as `openHive`
   */
  static async open(access: RandomAccess, options: OpenHiveOptions & EditOptions = {}): Promise<HiveEditor> {
    return HiveEditor.#edit(await openHive(access, options), options);
  }

  /** Opens a file of the host with its logs; `save` to the same path replaces it. @throws AdkError as `open` */
  static async openFile(path: string, options: Omit<OpenHiveOptions, "logs"> & EditOptions = {}): Promise<HiveEditor> {
    await using hive = await openHiveFile(path, options);
    return HiveEditor.#edit(hive, options, path);
  }

  static #edit(hive: Hive, { time = stampTime() }: EditOptions, path?: string): HiveEditor {
    const { majorVersion, minorVersion } = hive.baseBlock;
    check(majorVersion === 1 && MINOR_VERSIONS.includes(minorVersion), () => {
      return unsupportedVersion("unsupported", `${majorVersion}.${minorVersion}`, hive.name);
    });
    const report = checkHive(hive);
    const first = report.findings.find(({ severity }) => severity === "error");
    if (first) {
      throw new AdkError("REG_DAMAGED", `The hive is damaged, so nothing in it can be changed: ${first.message}`, {
        file: hive.name,
        offset: first.where?.offset,
        hint: "Repair the hive first.",
      });
    }
    const { bytes, end } = hive.cells;
    const cells = new Cells(bytes.slice(), hive.name);
    cells.end = end;
    const copy = new Hive(cells, { dirty: hive.dirty, logsApplied: hive.logsApplied, findings: hive.findings });
    const opened = path === undefined ? undefined : { path, head: hive.fileHead };
    return new HiveEditor(copy, time, bytes.length, opened);
  }

  /** For a hive in memory that nobody else uses, and whose structure is sound. For this package's own use. */
  static of(hive: Hive, { time = stampTime() }: EditOptions): HiveEditor {
    const editor = new HiveEditor(hive, time, 0);
    editor.#changed = true;
    return editor;
  }

  /** Whether anything was changed since it was opened, created or saved. */
  get changed(): boolean {
    return this.#changed;
  }

  /**
   * The key at a path, made if it is missing, with those above it. A new key takes the security of the key above.
   *
   * @param path `ControlSet001\Services\name`, from the root or from another key
   * @throws AdkError `REG_BAD_KEY_NAME`, `REG_TOO_DEEP`
   */
  createKey(path: string, from: Key = this.hive.root): Key {
    let key = this.#own(from);
    for (const name of path.split("\\")) {
      if (name === "") continue;
      const there = key.subkey(name);
      key = there ?? this.#change(() => new Key(this.hive, this.#keys.create(key.offset, name)));
    }
    return key;
  }

  /** Deletes a key with all below it. @throws AdkError `REG_IS_ROOT` */
  deleteKey(key: Key): void {
    this.#change(() => this.#keys.delete(this.#notRoot(key)));
  }

  /** Gives a key another name; the key object given is of no use afterwards. @throws AdkError `REG_IS_ROOT`, `REG_KEY_EXISTS`, `REG_BAD_KEY_NAME` */
  renameKey(key: Key, name: string): Key {
    return this.#change(() => new Key(this.hive, this.#keys.rename(this.#notRoot(key), name)));
  }

  /**
   * Copies what a key of any hive has (class name, security, values, subkeys with all below) into a key of this one. What is
   * there under the same name is replaced, the rest stays. What cannot be read of the source is left out, and becomes a
   * finding of its hive.
   *
   * @throws AdkError `REG_COPY_INTO_ITSELF`
   */
  copyKey(source: Key, target: Key): void {
    this.#change(() => this.#keys.copy(source, this.#own(target).offset));
  }

  /**
   * Sets a value; one of the same name in any case is replaced, and keeps the spelling of its name.
   *
   * @param name empty for the default value
   * @param type a `RegType` or any other number of 32 bits
   * @throws AdkError `REG_BAD_VALUE_NAME`, `REG_VALUE_TOO_LARGE`
   */
  setValue(key: Key, name: string, type: number, data: Uint8Array): void {
    this.#change(() => this.#keys.setValue(this.#own(key).offset, name, type, data));
  }

  /** Deletes the value of a name in any case; false if there is none. */
  deleteValue(key: Key, name: string): boolean {
    if (!this.#own(key).value(name)) return false;
    return this.#change(() => this.#keys.deleteValue(key.offset, name));
  }

  /** Undefined or empty for none. @throws AdkError `REG_BAD_CLASS_NAME` if it is longer than 32,767 code units */
  setClassName(key: Key, className: string | undefined): void {
    this.#change(() => this.#keys.setClassName(this.#own(key).offset, className ?? ""));
  }

  /** @param descriptor self-relative. @throws AdkError as `parseSecurityDescriptor` of core */
  setSecurity(key: Key, descriptor: Uint8Array): void {
    this.#change(() => this.#keys.setSecurity(this.#own(key).offset, parseableDescriptor(descriptor)));
  }

  /** Sets the time of a key's last change, which any other change sets too. */
  setLastWritten(key: Key, time: Filetime): void {
    this.#change(() => this.#keys.touch(this.#own(key).offset, time));
  }

  /** The hive as it would be saved: a copy. */
  toBytes(): Uint8Array {
    const { cells, baseBlock } = this.hive;
    this.#allocator.trim();
    const size = Math.max(BASE_BLOCK_SIZE + cells.end, this.#fileSize);
    const bytes = new Uint8Array(size);
    bytes.set(cells.bytes.subarray(0, size));
    const saved = new Cells(bytes, cells.name);
    stampFirstBin(saved, this.#time);
    changeBaseBlock(bytes, {
      sequence: Math.max(1, (baseBlock.primarySequence + 1) >>> 0),
      lastWritten: this.#time,
      hiveBinsSize: cells.end,
    });
    return bytes;
  }

  /**
   * Writes the hive: complete under its name, or not at all. A file that is replaced is kept as `PATH.bak` first, where an older
   * back-up gives way to it. The file that was opened may be replaced; any other only with `overwrite`.
   *
   * @throws AdkError `ALREADY_EXISTS`, `REG_CHANGED` if the file is not as it was when it was opened, `DISK_FULL` ...
   */
  async save(path: string, options: { overwrite?: boolean | undefined } = {}): Promise<SavedHive> {
    const bytes = this.toBytes();
    const saved = await saveHive(path, bytes, { ...options, opened: this.#opened });
    this.hive.cells.bytes.set(bytes.subarray(0, BASE_BLOCK_SIZE));
    this.hive.refresh();
    this.#opened = { path, head: bytes.slice(0, LOG_BASE_BLOCK_SIZE) };
    this.#changed = false;
    return saved;
  }

  /** @throws AdkError `REG_FOREIGN_KEY`, `REG_DELETED_KEY` */
  #own(key: Key): Key {
    check(key.hive === this.hive, () => {
      return new AdkError("REG_FOREIGN_KEY", "The key belongs to another hive.", {
        kind: "usage",
        file: key.hive.name,
      });
    });
    check(this.#allocator.isAllocated(key.offset), () => {
      return new AdkError("REG_DELETED_KEY", "The key was deleted or renamed.", { kind: "usage", file: key.hive.name });
    });
    return key;
  }

  #notRoot(key: Key): number {
    check(key.offset !== this.hive.rootOffset, () => {
      return new AdkError("REG_IS_ROOT", "The root key cannot be deleted or renamed.", {
        kind: "usage",
        file: this.hive.name,
      });
    });
    return this.#own(key).offset;
  }

  #change<T>(change: () => T): T {
    this.#changed = true;
    return change();
  }
}

function unsupportedVersion(kind: "usage" | "unsupported", found: string, file?: string): AdkError {
  const expected = MINOR_VERSIONS.map((minor) => `1.${minor}`).join(", ");
  return new AdkError("REG_UNSUPPORTED_VERSION", "Hives of this version cannot be written.", {
    kind,
    file,
    expected,
    found,
  });
}

/** A descriptor that readers will understand, as it is. */
function parseableDescriptor(bytes: Uint8Array): Uint8Array {
  parseSecurityDescriptor(bytes);
  return bytes;
}
