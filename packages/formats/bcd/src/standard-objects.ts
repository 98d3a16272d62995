import { encodeUtf16, type Guid } from "@adk/core";
import type { Device } from "./device.ts";
import { deviceData } from "./device.ts";
import type { ElementValue } from "./element-value.ts";
import type { StoreEditor } from "./store-editor.ts";
import { idOf, WELL_KNOWN_OBJECTS } from "./well-known.ts";

/** Element types that the stores made here use. */
export const Element = {
  DEVICE: 0x1100_0001,
  PATH: 0x1200_0002,
  DESCRIPTION: 0x1200_0004,
  LOCALE: 0x1200_0005,
  INHERIT: 0x1400_0006,
  RECOVERY_SEQUENCE: 0x1400_0008,
  DEBUG_TYPE: 0x1500_0011,
  DEBUG_PORT: 0x1500_0013,
  BAUD_RATE: 0x1500_0014,
  DISPLAY_MESSAGE: 0x1500_0065,
  DISPLAY_MESSAGE_OVERRIDE: 0x1500_0066,
  RECOVERY_ENABLED: 0x1600_0009,
  ISOLATED_CONTEXT: 0x1600_0060,
  BAD_MEMORY_ACCESS: 0x1600_000b,
  BOOT_EMS: 0x1600_0020,
  ALLOWED_IN_MEMORY_SETTINGS: 0x1700_0077,
  DEFAULT: 0x2300_0003,
  MANAGER_RESUME_OBJECT: 0x2300_0006,
  DISPLAY_ORDER: 0x2400_0001,
  TOOLS_DISPLAY_ORDER: 0x2400_0010,
  TIMEOUT: 0x2500_0004,
  OS_DEVICE: 0x2100_0001,
  SYSTEM_ROOT: 0x2200_0002,
  LOADER_RESUME_OBJECT: 0x2300_0003,
  NX: 0x2500_0020,
  BOOT_MENU_POLICY: 0x2500_00c2,
  DETECT_HAL: 0x2600_0010,
  WINPE: 0x2600_0022,
  EMS: 0x2600_00b0,
  HYPERVISOR_DEBUG_TYPE: 0x2500_00f3,
  HYPERVISOR_DEBUG_PORT: 0x2500_00f4,
  HYPERVISOR_BAUD_RATE: 0x2500_00f5,
  HIBERNATION_DEVICE: 0x2100_0001,
  ASSOCIATED_DEVICE: 0x2100_0026,
  HIBERNATION_FILE: 0x2200_0002,
  RESUME_MENU_POLICY: 0x2500_0008,
  RESUME_DEBUG_OPTION: 0x2600_0006,
  RAMDISK_SDI_DEVICE: 0x3100_0003,
  RAMDISK_SDI_PATH: 0x3200_0004,
  RECOVERY_OS: 0x4600_0010,
} as const;

/** Which firmware starts the boot manager. */
export type Firmware = "uefi" | "bios";

/** What an element is set to: text, switch, integer, objects or a device; or any value. */
export type Setting = string | boolean | number | readonly Guid[] | Device | ElementValue;

/** Adds an object with its elements. */
export function addObject(
  editor: StoreEditor,
  type: number,
  id: Guid,
  settings: Readonly<Record<number, Setting>>,
): void {
  editor.createObject(type, id);
  setAll(editor, id, settings);
}

/** Sets elements of an object that is there. */
export function setAll(editor: StoreEditor, id: Guid, settings: Readonly<Record<number, Setting>>): void {
  for (const [element, setting] of Object.entries(settings)) editor.set(id, Number(element), valueFrom(setting));
}

/** Adds one of those that have a name in every store. */
export function addKnownObject(editor: StoreEditor, name: string, settings: Readonly<Record<number, Setting>>): void {
  const id = idOf(name);
  const type = WELL_KNOWN_OBJECTS.find((object) => object.id === id)?.type ?? 0;
  addObject(editor, type, id, settings);
}

/** An object, where it is one and no list. */
export function objectValue(id: Guid): ElementValue {
  return { format: "object", id };
}

/** An integer without its high zeros, as stores of Windows PE have some. */
export function shortInteger(number: number): ElementValue {
  const bytes = [];
  for (let rest = number; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256);
  return { format: "bytes", bytes: Uint8Array.from(bytes) };
}

function valueFrom(setting: Setting): ElementValue {
  if (typeof setting === "string") return { format: "string", text: setting };
  if (typeof setting === "boolean") return { format: "boolean", on: setting };
  if (typeof setting === "number") return { format: "integer", number: BigInt(setting) };
  if ("format" in setting) return setting;
  if ("kind" in setting) return { format: "device", device: deviceData(setting) };
  return { format: "objects", ids: setting };
}

/** For GUIDs that are the same for the same store. */
export function nameBytes(...parts: readonly string[]): Uint8Array {
  return encodeUtf16(parts.join("\0"));
}
