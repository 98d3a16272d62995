import type { Guid } from "@adk/core";
import type { BootElement, BootObject, BootStore } from "./boot-store.ts";
import { elementValue } from "./element-value.ts";
import type { Firmware } from "./standard-objects.ts";
import { idOf } from "./well-known.ts";

/** Objects of a template that new entries are made of: public names `WindowsOsTargetTemplate...`, `WindowsResumeTargetTemplate...`. */
const LOADERS: Readonly<Record<Firmware, Guid>> = {
  uefi: "b012b84d-c47c-4ed5-b722-c0c42163e569",
  bios: "a1943bbc-ea85-487c-97c7-c9ede908a38a",
};
const RESUMES: Readonly<Record<Firmware, Guid>> = {
  uefi: "0c334284-9a41-4de1-99b3-a7e87e8ff07e",
  bios: "98b02a23-0674-4ce7-bdad-e0a15a8ff97b",
};
/** Ids of the elements that a new entry takes over from the one that it replaces. */
const ELEMENTS_TO_MIGRATE = 0x4700_0006;

/** The store `Windows\System32\config\BCD-Template`, by which a Windows says what its own boot store is made of. */
export class WindowsTemplate {
  readonly #store: BootStore;

  constructor(store: BootStore) {
    this.#store = store;
  }

  /** Objects that every store of this Windows has: the boot manager, the memory test, and the settings that others inherit. */
  get shared(): readonly BootObject[] {
    const applications = new Set([idOf("bootmgr"), idOf("memdiag")]);
    return this.#store.objects
      .filter(({ id, type }) => applications.has(id) || type >>> 28 === 2)
      .map((object) => ({ ...object, elements: bootElements(object) }));
  }

  /** What a new loader has beside its places; undefined where the template does not say. */
  loader(firmware: Firmware): readonly BootElement[] | undefined {
    const object = this.#store.byId.get(LOADERS[firmware]);
    return object && bootElements(object);
  }

  /** What a new resume application has beside its places; undefined where the template does not say. */
  resume(firmware: Firmware): readonly BootElement[] | undefined {
    const object = this.#store.byId.get(RESUMES[firmware]);
    return object && bootElements(object);
  }

  /** Ids of elements that a new loader takes over from the one that it replaces. */
  migrated(firmware: Firmware): readonly number[] {
    const element = this.#store.byId.get(LOADERS[firmware])?.elements.find(({ id }) => id === ELEMENTS_TO_MIGRATE);
    const value = element && elementValue(element.id, element);
    return value?.format === "integers" ? value.numbers.map(Number) : [];
  }
}

/** Elements of class 4 say how the template is to be used, and stay in it. */
function bootElements({ elements }: BootObject): BootElement[] {
  return elements.filter(({ id }) => id >>> 28 !== 4);
}
