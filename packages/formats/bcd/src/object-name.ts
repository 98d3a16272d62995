import { AdkError, type Guid, suggest } from "@adk/core";
import { type BootStore, valueIn } from "./boot-store.ts";
import { idOf, objectIdOf, WELL_KNOWN_OBJECTS, wellKnownObject } from "./well-known.ts";

const DEFAULT = 0x2300_0003;

/** What the boot manager of a store starts by default. */
function defaultOf(store: BootStore): Guid | undefined {
  const value = valueIn(store.byId.get(idOf("bootmgr")), DEFAULT);
  return value?.format === "object" ? value.id : undefined;
}

/** How an object is called: `{bootmgr}`, `{default}`, or its GUID in braces. */
export function objectNames(store: BootStore): (id: Guid) => string {
  const defaultId = defaultOf(store);
  return (id) => `{${wellKnownObject(id)?.name ?? (id === defaultId ? "default" : id)}}`;
}

/**
 * The object of a GUID or a name: `{bootmgr}`, `{default}`. It may be missing in the store.
 *
 * @throws AdkError `BCD_NO_OBJECT` for names that mean nothing here, as `{current}`, the Windows that runs
 */
export function objectNamed(store: BootStore, text: string): Guid {
  const name = text.replace(/^\{(.*)\}$/, "$1").toLowerCase();
  const id = name === "default" ? defaultOf(store) : objectIdOf(text);
  if (id !== undefined) return id;
  const near = suggest(name, [...WELL_KNOWN_OBJECTS.map((known) => known.name), "default"]);
  throw new AdkError("BCD_NO_OBJECT", "No object has this name.", {
    kind: "usage",
    found: text,
    hint:
      name === "current"
        ? "{current} is the Windows that runs; of a store in a file name the entry, or {default}."
        : near && `Did you mean "{${near}}"?`,
  });
}
