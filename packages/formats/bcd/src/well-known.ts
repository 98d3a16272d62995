import { type Guid, isGuid, parseGuid } from "@adk/core";
import { ObjectType, titleOfType } from "./object-type.ts";

/** An object whose GUID is the same in every store. */
export interface WellKnownObject {
  /** bcdedit's name for it, without braces. */
  readonly name: string;
  readonly id: Guid;
  readonly type: number;
  /** What bcdedit writes above it, where that is not what its type says. */
  readonly title?: string;
}

const known = (name: string, id: Guid, type: number, title?: string): WellKnownObject => {
  return { name, id, type, ...(title !== undefined && { title }) };
};

/** "BCD Objects" of Microsoft's documentation, and what stores hold. */
export const WELL_KNOWN_OBJECTS: readonly WellKnownObject[] = [
  known("fwbootmgr", "a5a30fa2-3d06-4e9f-b5f4-a01df9d1fcba", ObjectType.FIRMWARE_BOOT_MANAGER),
  known("bootmgr", "9dea862c-5cdd-4e70-acc1-f32b344d4795", ObjectType.BOOT_MANAGER),
  known("memdiag", "b2721d73-1db4-4c62-bf78-c548a880142d", ObjectType.MEMORY_TEST),
  known("ntldr", "466f5a88-0af2-4f76-9038-095b170dc21c", ObjectType.LEGACY_LOADER),
  known("emssettings", "0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9", ObjectType.INHERIT, "EMS Settings"),
  known("dbgsettings", "4636856e-540f-4170-a130-a84776f4c654", ObjectType.INHERIT, "Debugger Settings"),
  known("badmemory", "5189b25c-5558-4bf2-bca4-289b11bd29e2", ObjectType.INHERIT, "RAM Defects"),
  known("globalsettings", "7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e", ObjectType.INHERIT, "Global Settings"),
  known(
    "bootloadersettings",
    "6efb52bf-1766-41db-a6b3-0ee5eff72bd7",
    ObjectType.INHERIT_LOADER,
    "Boot Loader Settings",
  ),
  known("hypervisorsettings", "7ff607e0-4395-11db-b0de-0800200c9a66", ObjectType.INHERIT_LOADER, "Hypervisor Settings"),
  known(
    "kerneldbgsettings",
    "313e8eed-7098-4586-a9bf-309c61f8d449",
    ObjectType.INHERIT_LOADER,
    "Kernel Debugger Settings",
  ),
  known(
    "resumeloadersettings",
    "1afa9c49-16ab-4a5c-901b-212802da9460",
    ObjectType.INHERIT_RESUME,
    "Resume Loader Settings",
  ),
  known("ramdiskoptions", "ae5534e0-a924-466c-b836-758539a3ee3a", ObjectType.DEVICE, "Setup Ramdisk Options"),
];

const BY_ID = new Map(WELL_KNOWN_OBJECTS.map((object) => [object.id, object]));
const BY_NAME = new Map(WELL_KNOWN_OBJECTS.map((object) => [object.name, object]));
BY_NAME.set("legacy", BY_NAME.get("ntldr") as WellKnownObject);

export function wellKnownObject(id: Guid): WellKnownObject | undefined {
  return BY_ID.get(id);
}

/** What bcdedit writes above an object. */
export function titleOfObject(id: Guid, type: number): string {
  return wellKnownObject(id)?.title ?? titleOfType(type);
}

/** The object of a name, `{bootmgr}` or `bootmgr`. */
export function wellKnownByName(name: string): WellKnownObject | undefined {
  return BY_NAME.get(name.replace(/^\{(.*)\}$/, "$1").toLowerCase());
}

/** A GUID with or without braces, or a well-known name; undefined for anything else. */
export function objectIdOf(text: string): Guid | undefined {
  return isGuid(text) ? parseGuid(text) : wellKnownByName(text)?.id;
}

/** Names that mean the same object in every store, without braces. */
export const WELL_KNOWN_NAMES: readonly string[] = [...BY_NAME.keys()];

/** GUID of a well-known name that is surely there. */
export function idOf(name: string): Guid {
  return (BY_NAME.get(name) as WellKnownObject).id;
}
