import { AdkError, check, type Filetime } from "@adk/core";
import { BASE_BLOCK_SIZE, NIL } from "./base-block.ts";
import type { CellAllocator } from "./cell-allocator.ts";
import type { Cells } from "./cells.ts";
import type { Hive } from "./hive.ts";
import { Key, MAX_DEPTH } from "./key.ts";
import { KEY_NODE_SIZE, KEY_SIGNATURE, KeyField, KeyFlag } from "./key-node.ts";
import { fitsLatin1, nameBytes } from "./name.ts";
import { SecurityRing } from "./security-ring.ts";
import { SubkeyListEditor } from "./subkey-list-editor.ts";
import { Traversal } from "./traversal.ts";
import { ValueWriter } from "./value-writer.ts";

/** From the offset of a cell to the place of its content. */
const CONTENT = BASE_BLOCK_SIZE + 4;
/** UTF-16 code units of a key's name (Windows' limit). */
const KEY_NAME_MOST = 255;
const CLASS_NAME_MOST = 0x7fff;

/** Changes keys of a hive in place. Keys are named by the offsets of their cells. */
export class KeyWriter {
  readonly #hive: Hive;
  readonly #cells: Cells;
  readonly #allocator: CellAllocator;
  readonly #time: Filetime;
  readonly #lists: SubkeyListEditor;
  readonly #values: ValueWriter;
  #ring: SecurityRing | undefined;

  constructor(hive: Hive, allocator: CellAllocator, time: Filetime) {
    this.#hive = hive;
    this.#cells = hive.cells;
    this.#allocator = allocator;
    this.#time = time;
    const { minorVersion } = hive.baseBlock;
    this.#lists = new SubkeyListEditor(this.#cells, allocator, minorVersion);
    this.#values = new ValueWriter(this.#cells, allocator, minorVersion);
  }

  createRoot(name: string, descriptor: Uint8Array): number {
    this.#ring = new SecurityRing(this.#cells, this.#allocator, NIL);
    const root = this.#newNode(checkName(name), KeyFlag.ROOT | KeyFlag.NO_DELETE, NIL);
    const security = this.#ring.use(descriptor);
    this.#set(root, KeyField.SECURITY, security);
    return root;
  }

  /** Adds a subkey that is not there yet. */
  create(parent: number, name: string): number {
    this.#checkDepth(parent);
    const key = this.#newNode(checkName(name), 0, parent);
    const security = this.#get(parent, KeyField.SECURITY);
    this.#set(key, KeyField.SECURITY, security);
    if (security !== NIL) this.#security.retain(security);
    this.#enter(parent, name, key);
    return key;
  }

  delete(key: number): void {
    const parent = this.#get(key, KeyField.PARENT);
    this.#leave(parent, new Key(this.#hive, key).name);
    this.#freeTree(key);
  }

  rename(key: number, name: string): number {
    checkName(name);
    const parent = this.#get(key, KeyField.PARENT);
    const there = new Key(this.#hive, parent).subkey(name);
    check(there === undefined || there.offset === key, () => {
      return new AdkError("REG_KEY_EXISTS", "There is a key of this name already.", { kind: "usage", found: name });
    });
    this.#leave(parent, new Key(this.#hive, key).name);
    const bytes = nameBytes(name);
    let at = key;
    if (!this.#allocator.extend(key, KEY_NODE_SIZE + bytes.length)) at = this.#move(key, KEY_NODE_SIZE + bytes.length);
    else this.#allocator.shrink(key, KEY_NODE_SIZE + bytes.length);
    this.#writeName(at, name, bytes);
    this.touch(at, this.#time);
    this.#enter(parent, name, at);
    return at;
  }

  copy(source: Key, target: number): void {
    for (let key: Key | undefined = new Key(this.#hive, target); key; key = key.parent) {
      check(source.hive !== this.#hive || key.offset !== source.offset, () => {
        return new AdkError("REG_COPY_INTO_ITSELF", "A key cannot be copied into itself.", { kind: "usage" });
      });
    }
    this.#copyContent(source, target, new Traversal(source.hive));
  }

  setValue(key: number, name: string, type: number, data: Uint8Array): void {
    this.#values.set(key, name, type, data);
    this.touch(key, this.#time);
  }

  deleteValue(key: number, name: string): boolean {
    const deleted = this.#values.delete(key, name);
    if (deleted) this.touch(key, this.#time);
    return deleted;
  }

  setClassName(key: number, className: string): void {
    check(className.length <= CLASS_NAME_MOST, () => {
      const expected = `at most ${CLASS_NAME_MOST} code units`;
      return new AdkError("REG_BAD_CLASS_NAME", "A class name is too long.", { expected, found: className.length });
    });
    const old = this.#get(key, KeyField.CLASS_NAME);
    if (old !== NIL && this.#getU16(key, KeyField.CLASS_NAME_LENGTH) > 0) this.#allocator.free(old);
    let offset = NIL;
    if (className !== "") {
      const bytes = Buffer.from(className, "utf16le");
      offset = this.#allocator.allocate(bytes.length);
      this.#cells.bytes.set(bytes, offset + CONTENT);
    }
    this.#set(key, KeyField.CLASS_NAME, offset);
    this.#setU16(key, KeyField.CLASS_NAME_LENGTH, className.length * 2);
    const parent = this.#get(key, KeyField.PARENT);
    if (key !== this.#hive.rootOffset) this.#raise(parent, KeyField.LARGEST_CLASS_NAME, className.length * 2);
    this.touch(key, this.#time);
  }

  setSecurity(key: number, descriptor: Uint8Array): void {
    const old = this.#get(key, KeyField.SECURITY);
    this.#set(key, KeyField.SECURITY, this.#security.use(descriptor.slice()));
    if (old !== NIL) this.#security.release(old);
    this.touch(key, this.#time);
  }

  /** Sets when a key was changed. */
  touch(key: number, time: Filetime): void {
    this.#cells.view.setBigUint64(key + CONTENT + KeyField.LAST_WRITTEN, time, true);
  }

  get #security(): SecurityRing {
    this.#ring ??= new SecurityRing(this.#cells, this.#allocator, this.#get(this.#hive.rootOffset, KeyField.SECURITY));
    return this.#ring;
  }

  #newNode(name: string, flags: number, parent: number): number {
    const bytes = nameBytes(name);
    const key = this.#allocator.allocate(KEY_NODE_SIZE + bytes.length);
    this.#setU16(key, 0, KEY_SIGNATURE);
    this.#setU16(key, KeyField.FLAGS, flags);
    this.#set(key, KeyField.PARENT, parent);
    const { SUBKEY_LIST, VOLATILE_SUBKEY_LIST, VALUE_LIST, CLASS_NAME, SECURITY } = KeyField;
    for (const field of [SUBKEY_LIST, VOLATILE_SUBKEY_LIST, VALUE_LIST, CLASS_NAME, SECURITY])
      this.#set(key, field, NIL);
    this.#writeName(key, name, bytes);
    this.touch(key, this.#time);
    return key;
  }

  #writeName(key: number, name: string, bytes: Uint8Array): void {
    const flags = this.#getU16(key, KeyField.FLAGS) & ~KeyFlag.COMPRESSED_NAME;
    this.#setU16(key, KeyField.FLAGS, flags | (fitsLatin1(name) ? KeyFlag.COMPRESSED_NAME : 0));
    this.#setU16(key, KeyField.NAME_LENGTH, bytes.length);
    this.#cells.bytes.set(bytes, key + CONTENT + KeyField.NAME);
  }

  /** Puts a key into its parent's list. */
  #enter(parent: number, name: string, key: number): void {
    const count = this.#get(parent, KeyField.SUBKEY_COUNT);
    const list = this.#get(parent, KeyField.SUBKEY_LIST);
    const entered =
      count === 0 ? this.#lists.create(name, key) : this.#lists.insert(list, this.#lists.find(list, name), name, key);
    this.#set(parent, KeyField.SUBKEY_LIST, entered);
    this.#set(parent, KeyField.SUBKEY_COUNT, count + 1);
    const largest = this.#getU16(parent, KeyField.LARGEST_SUBKEY_NAME);
    if (name.length * 2 > largest) this.#setU16(parent, KeyField.LARGEST_SUBKEY_NAME, name.length * 2);
    this.touch(parent, this.#time);
  }

  /** Takes a key out of its parent's list. */
  #leave(parent: number, name: string): void {
    const list = this.#get(parent, KeyField.SUBKEY_LIST);
    this.#set(parent, KeyField.SUBKEY_LIST, this.#lists.remove(list, this.#lists.find(list, name)));
    this.#set(parent, KeyField.SUBKEY_COUNT, this.#get(parent, KeyField.SUBKEY_COUNT) - 1);
    this.touch(parent, this.#time);
  }

  #freeTree(key: number): void {
    const node = new Key(this.#hive, key);
    if (node.subkeyCount > 0) {
      for (const subkey of node.subkeys()) this.#freeTree(subkey.offset);
      this.#lists.free(this.#get(key, KeyField.SUBKEY_LIST));
    }
    this.#values.deleteAll(key);
    const className = this.#get(key, KeyField.CLASS_NAME);
    if (className !== NIL && this.#getU16(key, KeyField.CLASS_NAME_LENGTH) > 0) this.#allocator.free(className);
    const security = this.#get(key, KeyField.SECURITY);
    if (security !== NIL) this.#security.release(security);
    this.#allocator.free(key);
  }

  /** Moves a key to a larger cell; its subkeys follow. */
  #move(key: number, length: number): number {
    const moved = this.#allocator.allocate(length);
    const { bytes } = this.#cells;
    bytes.copyWithin(moved + CONTENT, key + CONTENT, key + CONTENT + KEY_NODE_SIZE);
    for (const subkey of new Key(this.#hive, moved).subkeys()) this.#set(subkey.offset, KeyField.PARENT, moved);
    this.#allocator.free(key);
    return moved;
  }

  #copyContent(source: Key, target: number, traversal: Traversal): void {
    const { hive, className, securityDescriptor } = source;
    if (className !== undefined) this.setClassName(target, className);
    if (securityDescriptor) this.setSecurity(target, securityDescriptor);
    for (const value of traversal.values(source)) {
      hive.attempt(() => this.#values.set(target, value.name, value.type, value.data()));
    }
    for (const subkey of traversal.subkeys(source)) {
      const { name } = subkey;
      const copy = hive.attempt(() => new Key(this.#hive, target).subkey(name)?.offset ?? this.create(target, name));
      if (copy !== undefined) this.#copyContent(subkey, copy, traversal);
    }
    this.touch(target, this.#time);
  }

  #checkDepth(parent: number): void {
    let depth = 1;
    for (let key = parent; key !== this.#hive.rootOffset; key = this.#get(key, KeyField.PARENT)) depth++;
    check(depth <= MAX_DEPTH, () => {
      return new AdkError("REG_TOO_DEEP", "Keys are nested too deep.", { expected: `at most ${MAX_DEPTH} levels` });
    });
  }

  #raise(key: number, field: number, value: number): void {
    if (value > this.#get(key, field)) this.#set(key, field, value);
  }

  #get(key: number, field: number): number {
    return this.#cells.view.getUint32(key + CONTENT + field, true);
  }

  #set(key: number, field: number, value: number): void {
    this.#cells.view.setUint32(key + CONTENT + field, value, true);
  }

  #getU16(key: number, field: number): number {
    return this.#cells.view.getUint16(key + CONTENT + field, true);
  }

  #setU16(key: number, field: number, value: number): void {
    this.#cells.view.setUint16(key + CONTENT + field, value, true);
  }
}

function checkName(name: string): string {
  check(name.length > 0 && name.length <= KEY_NAME_MOST && !name.includes("\\"), () => {
    return new AdkError("REG_BAD_KEY_NAME", "This cannot be the name of a key.", {
      expected: `1 to ${KEY_NAME_MOST} code units without a backslash`,
      found: name.length > 64 ? `${name.length} code units` : name,
    });
  });
  return name;
}
