import { AdkError, check, type Guid, type RandomAccess, randomGuid } from "@adk/core";
import {
  type EditOptions,
  HiveEditor,
  type Key,
  numberData,
  type OpenHiveOptions,
  RegType,
  type SavedHive,
  textData,
} from "@adk/registry";
import { type BootStore, readStore, valueIn } from "./boot-store.ts";
import { formatElementId } from "./element-type.ts";
import { checkFormat, type ElementData, type ElementValue, elementData, elementValue } from "./element-value.ts";

export interface CreateStoreOptions extends EditOptions {
  /** Whether the store says to be that of a system, as those on the partition of the system do. */
  readonly system?: boolean;
  /** Default `NewStoreRoot`, as Windows names it. */
  readonly rootName?: string;
}

/** A boot store that is changed, and saved as a whole. What is not touched stays as it is, to the byte. */
export class StoreEditor {
  readonly #hive: HiveEditor;

  private constructor(hive: HiveEditor) {
    this.#hive = hive;
  }

  /** A store without objects. */
  static create({ system = false, rootName = "NewStoreRoot", ...options }: CreateStoreOptions = {}): StoreEditor {
    // Version 1.3 is that of all boot stores of Windows.
    const hive = HiveEditor.create({ minorVersion: 3, rootName, ...options });
    const description = hive.createKey("Description");
    hive.setValue(description, "KeyName", RegType.SZ, textData("BCD00000001"));
    if (system) hive.setValue(description, "System", RegType.DWORD, numberData(1));
    hive.createKey("Objects");
    return new StoreEditor(hive);
  }

  /** @throws AdkError `BCD_NOT_A_STORE`, `REG_DAMAGED`, and as `openStore` */
  static async open(access: RandomAccess, options: OpenHiveOptions & EditOptions = {}): Promise<StoreEditor> {
    return StoreEditor.#of(await HiveEditor.open(access, options));
  }

  /** A file of the host with its logs; `save` to the same path replaces it. @throws AdkError as `open`, `FILE_NOT_FOUND` ... */
  static async openFile(path: string, options: EditOptions = {}): Promise<StoreEditor> {
    return StoreEditor.#of(await HiveEditor.openFile(path, options));
  }

  static #of(hive: HiveEditor): StoreEditor {
    readStore(hive.hive);
    return new StoreEditor(hive);
  }

  /** What the store holds now. */
  get store(): BootStore {
    return readStore(this.#hive.hive);
  }

  /** @throws AdkError `BCD_OBJECT_EXISTS` */
  createObject(type: number, id: Guid = randomGuid()): Guid {
    check(!this.#key(id), () => {
      return new AdkError("BCD_OBJECT_EXISTS", "The object exists already.", { kind: "usage", found: `{${id}}` });
    });
    const description = this.#hive.createKey(`Objects\\{${id}}\\Description`);
    this.#hive.setValue(description, "Type", RegType.DWORD, numberData(type));
    this.#hive.createKey(`Objects\\{${id}}\\Elements`);
    return id;
  }

  /** A new object with the elements of another. @throws AdkError `BCD_NO_OBJECT`, `BCD_OBJECT_EXISTS` */
  copyObject(source: Guid, id: Guid = randomGuid()): Guid {
    const object = this.store.byId.get(source);
    if (!object) throw noObject(source);
    this.createObject(object.type, id);
    for (const element of object.elements) this.setData(id, element.id, element);
    return id;
  }

  /** Deletes an object, and takes it out of the lists and defaults that name it. @throws AdkError `BCD_NO_OBJECT` */
  deleteObject(id: Guid, { keepReferences = false }: { keepReferences?: boolean } = {}): void {
    this.#hive.deleteKey(this.#object(id));
    if (keepReferences) return;
    for (const object of this.store.objects) {
      for (const element of object.elements) {
        const value = elementValue(element.id, element);
        if (value.format === "object" && value.id === id) this.deleteElement(object.id, element.id);
        if (value.format !== "objects" || !value.ids.includes(id)) continue;
        this.setList(
          object.id,
          element.id,
          value.ids.filter((each) => each !== id),
        );
      }
    }
  }

  /** Sets a list of objects; an empty one is taken away, as Windows does. */
  setList(object: Guid, element: number, ids: readonly Guid[]): void {
    if (ids.length === 0) this.deleteElement(object, element);
    else this.set(object, element, { format: "objects", ids });
  }

  /** @throws AdkError `BCD_NO_OBJECT`, `BCD_WRONG_FORMAT` */
  set(object: Guid, element: number, value: ElementValue): void {
    checkFormat(element, value);
    this.setData(object, element, elementData(value));
  }

  /** Sets an element to data as they are. @throws AdkError `BCD_NO_OBJECT` */
  setData(object: Guid, element: number, { type, data }: ElementData): void {
    const key = this.#hive.createKey(`Elements\\${formatElementId(element)}`, this.#object(object));
    this.#hive.setValue(key, "Element", type, data);
  }

  /** Sets a value of an object's description: `FirmwareVariable`. @throws AdkError `BCD_NO_OBJECT` */
  describe(object: Guid, name: string, { type, data }: ElementData): void {
    this.#hive.setValue(this.#hive.createKey("Description", this.#object(object)), name, type, data);
  }

  /** Sets a value of the store's own description: `FirmwareModified`. */
  describeStore(name: string, { type, data }: ElementData): void {
    this.#hive.setValue(this.#hive.createKey("Description"), name, type, data);
  }

  /** @returns whether there was one. @throws AdkError `BCD_NO_OBJECT` */
  deleteElement(object: Guid, element: number): boolean {
    const key = this.#object(object).descend(`Elements\\${formatElementId(element)}`);
    if (key) this.#hive.deleteKey(key);
    return key !== undefined;
  }

  value(object: Guid, element: number): ElementValue | undefined {
    return valueIn(this.store.byId.get(object), element);
  }

  /** The store as it would be saved. */
  toBytes(): Uint8Array {
    return this.#hive.toBytes();
  }

  /** Complete or not at all; what is replaced is kept as `PATH.bak`. @throws AdkError `ALREADY_EXISTS`, `REG_CHANGED` ... */
  save(path: string, options: { overwrite?: boolean | undefined } = {}): Promise<SavedHive> {
    return this.#hive.save(path, options);
  }

  #key(id: Guid): Key | undefined {
    return this.#hive.hive.key(`Objects\\{${id}}`);
  }

  #object(id: Guid): Key {
    const key = this.#key(id);
    if (!key) throw noObject(id);
    return key;
  }
}

function noObject(id: Guid): AdkError {
  return new AdkError("BCD_NO_OBJECT", "The store has no such object.", { kind: "usage", found: `{${id}}` });
}
