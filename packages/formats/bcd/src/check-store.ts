import type { Finding, Guid } from "@adk/core";
import { type BootObject, type BootStore, valueIn } from "./boot-store.ts";
import { elementName } from "./element-type.ts";
import { type ElementValue, elementValue } from "./element-value.ts";
import { objectNames } from "./object-name.ts";
import { ObjectType } from "./object-type.ts";
import { weakFinding, weakOptions } from "./weak-options.ts";
import { idOf, wellKnownObject } from "./well-known.ts";

const DEVICE = 0x1100_0001;
const PATH = 0x1200_0002;
const DISPLAY_ORDER = 0x2400_0001;

/**
 * What can be wrong with a store that is read: what reading found, elements that are not what their ids say, references to objects that
 * are not there, loaders that cannot be started, circles of inheritance, and settings that weaken security.
 */
export function checkStore(store: BootStore): Finding[] {
  const findings: Finding[] = [...store.findings.list];
  const nameOf = objectNames(store);
  const report = (severity: Finding["severity"], code: string, message: string, object?: BootObject) => {
    const where = { file: store.name, ...(object && { path: nameOf(object.id) }) };
    findings.push({ severity, code, message, where });
  };
  const manager = store.byId.get(idOf("bootmgr"));
  if (!manager) report("warning", "BCD_NO_BOOT_MANAGER", "The store has no {bootmgr}.");
  else if (!manager.elements.some(({ id }) => id === DISPLAY_ORDER)) {
    report("warning", "BCD_NOTHING_TO_BOOT", "The boot manager has nothing to show.", manager);
  }
  const ids = new Set(store.objects.map(({ id }) => id));
  const inCircles = circles(store);
  for (const object of store.objects) {
    for (const element of object.elements) {
      const name = elementName(element.id, object.type);
      const value = elementValue(element.id, element);
      if (value.format === "bytes") {
        report("error", "BCD_BAD_DATA", `The data of ${name} are not what its id says.`, object);
      }
      for (const id of references(value)) {
        if (ids.has(id)) continue;
        const severity = wellKnownObject(id) ? "info" : "warning";
        report(severity, "BCD_MISSING_OBJECT", `${name} names ${nameOf(id)}, which the store has not.`, object);
      }
    }
    if (object.type === ObjectType.LOADER) {
      for (const id of [DEVICE, PATH]) {
        if (object.elements.some((element) => element.id === id)) continue;
        const missing = elementName(id, object.type);
        report("warning", "BCD_INCOMPLETE_LOADER", `The loader has no ${missing}.`, object);
      }
    }
    if (inCircles.has(object.id)) report("error", "BCD_INHERITS_ITSELF", "The object inherits itself.", object);
  }
  findings.push(...weakOptions(store).map((option) => weakFinding(store, option)));
  return findings;
}

/** Objects that a value names. */
function references(value: ElementValue): readonly Guid[] {
  if (value.format === "object") return [value.id];
  if (value.format === "objects") return value.ids;
  // The nil GUID of a device without options is no reference.
  return value.format === "device" && !/^[0-]+$/.test(value.device.options) ? [value.device.options] : [];
}

const INHERIT = 0x1400_0006;

/** Objects whose settings lead back to themselves: one of each circle. */
function circles(store: BootStore): Set<Guid> {
  const found = new Set<Guid>();
  const state = new Map<Guid, "open" | "done">();
  for (const { id: start } of store.objects) {
    const path: { id: Guid; rest: Guid[] }[] = [];
    const enter = (id: Guid) => {
      if (state.get(id) === "open") found.add(id);
      if (state.has(id)) return;
      state.set(id, "open");
      const value = valueIn(store.byId.get(id), INHERIT);
      path.push({ id, rest: value?.format === "objects" ? [...value.ids] : [] });
    };
    enter(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.rest.pop();
      if (next !== undefined) enter(next);
      else {
        state.set(top.id, "done");
        path.pop();
      }
    }
  }
  return found;
}
