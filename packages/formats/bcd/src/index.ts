/** Reads, checks, creates and edits the boot stores of Windows (BCD). */

// A store as it is.

export {
  type BootElement,
  type BootObject,
  type BootStore,
  openStore,
  openStoreFile,
  readStore,
  valueIn,
} from "./boot-store.ts";
export { ENUM_TYPES, type EnumType, listElements, listObjects, selectObjects } from "./list-store.ts";
export { objectNamed, objectNames } from "./object-name.ts";

// Elements and what they hold.

export {
  type Device,
  type DeviceData,
  type DeviceFile,
  deviceData,
  deviceToBytes,
  type Locate,
  parseDevice,
} from "./device.ts";
export { formatDevice, parseDeviceText } from "./device-text.ts";
export { elementIdFor, formatElement, parseElement } from "./element-text.ts";
export { ELEMENT_NAMES, type ElementFormat, elementFormat, elementName, formatElementId } from "./element-type.ts";
export { type ElementData, type ElementValue, elementData, elementValue } from "./element-value.ts";

// Objects and their names.

export { APPLICATION_TYPES, applicationOf, INHERIT_TYPES, ObjectType } from "./object-type.ts";
export {
  objectIdOf,
  titleOfObject,
  WELL_KNOWN_NAMES,
  type WellKnownObject,
  wellKnownByName,
  wellKnownObject,
} from "./well-known.ts";

// Changing a store, and making one.

export type { RecoveryEnvironment } from "./recovery-entry.ts";
export type { Firmware } from "./standard-objects.ts";
export { type CreateStoreOptions, StoreEditor } from "./store-editor.ts";
export {
  type DataJson,
  type ElementJson,
  type ObjectJson,
  type StoreJson,
  storeFromJson,
  storeToJson,
} from "./store-json.ts";
export {
  type AddWindowsOptions,
  addWindows,
  createWindowsStore,
  type WindowsEntry,
  type WindowsStoreOptions,
} from "./windows-store.ts";
export { WindowsTemplate } from "./windows-template.ts";
export { createWinPeStore, type WinPeStoreOptions } from "./winpe-store.ts";

// What is wrong with a store.

export { checkStore } from "./check-store.ts";
export { type WeakOption, weakFinding, weakOptions } from "./weak-options.ts";
