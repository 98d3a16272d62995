import { AdkError, type Guid, nameBasedGuid } from "@adk/core";
import type { BootElement } from "./boot-store.ts";
import { type Device, deviceData } from "./device.ts";
import { formatDevice } from "./device-text.ts";
import { ObjectType } from "./object-type.ts";
import { addRecovery, type RecoveryEnvironment } from "./recovery-entry.ts";
import {
  addKnownObject,
  addObject,
  Element,
  type Firmware,
  nameBytes,
  objectValue,
  type Setting,
  setAll,
} from "./standard-objects.ts";
import { type CreateStoreOptions, StoreEditor } from "./store-editor.ts";
import { idOf } from "./well-known.ts";
import type { WindowsTemplate } from "./windows-template.ts";

/** Namespace of the GUIDs of loaders made here, so that the same store has the same. */
const NAMESPACE = "2f3b7f0e-6a0c-5d1c-9f0e-5b8e0c7d4a11";

export interface WindowsEntry {
  readonly firmware: Firmware;
  /** Default `en-US`. */
  readonly locale?: string;
  /** What the boot menu shows. */
  readonly description: string;
  /** `\Windows`. */
  readonly systemRoot: string;
  /**
   * The partition of Windows. Default: to be located, by the loader and the root that it has; such a store starts on any disk it is
   * copied to.
   */
  readonly windowsDevice?: Device;
  /** What this Windows says that its entries are made of. Default: as those of a Windows 11. */
  readonly template?: WindowsTemplate;
  /** Starts when Windows cannot. */
  readonly recovery?: RecoveryEnvironment;
}

export interface WindowsStoreOptions extends WindowsEntry, Pick<CreateStoreOptions, "time"> {
  /** The partition that the firmware starts from. Default: the one that the boot manager was started from. */
  readonly systemDevice?: Device;
}

/** The store of an installed Windows, as its template says, or as that of a Windows 11 is; without entries of the firmware. */
export function createWindowsStore(options: WindowsStoreOptions): StoreEditor {
  const { firmware, locale = "en-US", systemDevice = { kind: "boot" }, template, time } = options;
  const editor = StoreEditor.create({ system: true, ...(time !== undefined && { time }) });
  const uefi = firmware === "uefi";
  for (const { id, type, elements } of template?.shared ?? []) {
    editor.createObject(type, id);
    setElements(editor, id, elements);
  }
  addMissing(editor, "bootmgr", {
    [Element.DESCRIPTION]: "Windows Boot Manager",
    [Element.INHERIT]: [idOf("globalsettings")],
    [Element.TOOLS_DISPLAY_ORDER]: [idOf("memdiag")],
    [Element.TIMEOUT]: 30,
  });
  setAll(editor, idOf("bootmgr"), {
    [Element.DEVICE]: systemDevice,
    ...(uefi && { [Element.PATH]: "\\EFI\\Microsoft\\Boot\\bootmgfw.efi" }),
    [Element.LOCALE]: locale,
  });
  addMissing(editor, "memdiag", {
    [Element.DESCRIPTION]: "Windows Memory Diagnostic",
    [Element.INHERIT]: [idOf("globalsettings")],
    [Element.BAD_MEMORY_ACCESS]: true,
  });
  setAll(editor, idOf("memdiag"), {
    [Element.DEVICE]: systemDevice,
    [Element.PATH]: uefi ? "\\EFI\\Microsoft\\Boot\\memtest.efi" : "\\Boot\\memtest.exe",
    [Element.LOCALE]: locale,
  });
  addMissing(editor, "globalsettings", {
    [Element.INHERIT]: [idOf("dbgsettings"), idOf("emssettings"), idOf("badmemory")],
  });
  addMissing(editor, "dbgsettings", { [Element.DEBUG_TYPE]: 4 });
  addMissing(editor, "emssettings", { [Element.BOOT_EMS]: false });
  addMissing(editor, "badmemory", {});
  addMissing(editor, "bootloadersettings", {
    [Element.INHERIT]: [idOf("globalsettings"), idOf("hypervisorsettings")],
  });
  addMissing(editor, "hypervisorsettings", {
    [Element.HYPERVISOR_DEBUG_TYPE]: 0,
    [Element.HYPERVISOR_DEBUG_PORT]: 1,
    [Element.HYPERVISOR_BAUD_RATE]: 115_200,
  });
  addMissing(editor, "resumeloadersettings", { [Element.INHERIT]: [idOf("globalsettings")] });
  addWindows(editor, options);
  return editor;
}

/** Adds an object with a name in every store, where the template had none. */
function addMissing(editor: StoreEditor, name: string, settings: Readonly<Record<number, Setting>>): void {
  if (!editor.store.byId.has(idOf(name))) addKnownObject(editor, name, settings);
}

/** Where an entry of Windows goes in the boot menu, and what it takes its settings from. */
export interface AddWindowsOptions {
  /** Last in the menu, and not the default. */
  readonly last?: boolean;
  /** Where there is a default, it stays. */
  readonly keepDefault?: boolean;
  /** A loader of the store whose settings the entry has too, but for its places and names. */
  readonly merge?: Guid;
}

/** What an entry must have of its own. */
const PLACES: ReadonlySet<number> = new Set<number>([
  Element.DEVICE,
  Element.PATH,
  Element.DESCRIPTION,
  Element.LOCALE,
  Element.OS_DEVICE,
  Element.SYSTEM_ROOT,
  Element.LOADER_RESUME_OBJECT,
]);

/**
 * Adds the loader and the resume application of a Windows to a store that has a boot manager. An entry for the same Windows is replaced;
 * what the template says to migrate is taken over from it.
 *
 * @returns the loader's id
 * @throws AdkError `BCD_NO_OBJECT` if there is nothing to merge with
 */
export function addWindows(editor: StoreEditor, entry: WindowsEntry, options: AddWindowsOptions = {}): Guid {
  const { firmware, locale = "en-US", description, systemRoot, windowsDevice, template, recovery } = entry;
  const extension = firmware === "uefi" ? "efi" : "exe";
  const locate = (element: number): Device => windowsDevice ?? { kind: "locate", element };
  const name = [firmware, systemRoot.toLowerCase(), formatDevice(deviceData(locate(Element.PATH)))];
  const [loader, resume] = ["loader", "resume"].map((kind) => nameBasedGuid(NAMESPACE, nameBytes(kind, ...name))) as [
    Guid,
    Guid,
  ];
  const menu = list(editor, Element.DISPLAY_ORDER).filter((id) => id !== loader);
  const kept = keptElements(editor, loader, entry, options);
  for (const id of [loader, resume]) if (editor.store.byId.has(id)) editor.deleteObject(id, { keepReferences: true });
  addObject(editor, ObjectType.RESUME, resume, {});
  setElements(editor, resume, template?.resume(firmware) ?? []);
  setAll(editor, resume, {
    ...(!template?.resume(firmware) && RESUME_SETTINGS),
    [Element.DEVICE]: locate(Element.PATH),
    [Element.PATH]: `${systemRoot}\\system32\\winresume.${extension}`,
    [Element.DESCRIPTION]: "Windows Resume Application",
    [Element.LOCALE]: locale,
    [Element.HIBERNATION_DEVICE]: locate(Element.HIBERNATION_FILE),
    [Element.ASSOCIATED_DEVICE]: locate(Element.PATH),
    [Element.HIBERNATION_FILE]: "\\hiberfil.sys",
  });
  addObject(editor, ObjectType.LOADER, loader, {});
  setElements(editor, loader, [...(template?.loader(firmware) ?? []), ...kept]);
  setAll(editor, loader, {
    ...(!template?.loader(firmware) && without(LOADER_SETTINGS, kept)),
    [Element.DEVICE]: locate(Element.PATH),
    [Element.PATH]: `${systemRoot}\\system32\\winload.${extension}`,
    [Element.DESCRIPTION]: description,
    [Element.LOCALE]: locale,
    [Element.OS_DEVICE]: locate(Element.SYSTEM_ROOT),
    [Element.SYSTEM_ROOT]: systemRoot,
    [Element.LOADER_RESUME_OBJECT]: objectValue(resume),
  });
  if (recovery) addRecovery(editor, recovery, { firmware, loader, resume, namespace: NAMESPACE });
  placeInMenu(editor, { loader, resume, menu }, options);
  return loader;
}

function placeInMenu(
  editor: StoreEditor,
  { loader, resume, menu }: { loader: Guid; resume: Guid; menu: readonly Guid[] },
  { last = false, keepDefault = false }: AddWindowsOptions,
): void {
  const manager = idOf("bootmgr");
  editor.setList(manager, Element.DISPLAY_ORDER, last ? [...menu, loader] : [loader, ...menu]);
  const hasDefault = editor.value(manager, Element.DEFAULT) !== undefined;
  if (menu.length > 0 && (last || (keepDefault && hasDefault))) return;
  editor.set(manager, Element.DEFAULT, objectValue(loader));
  editor.set(manager, Element.MANAGER_RESUME_OBJECT, objectValue(resume));
}

/** Settings of a Windows 11, for one that brings no template. */
const LOADER_SETTINGS: Readonly<Record<number, Setting>> = {
  [Element.INHERIT]: [idOf("bootloadersettings")],
  [Element.ISOLATED_CONTEXT]: true,
  [Element.ALLOWED_IN_MEMORY_SETTINGS]: { format: "integers", numbers: [0x1500_0075n] },
  [Element.NX]: 0,
  [Element.BOOT_MENU_POLICY]: 1,
};
const RESUME_SETTINGS: Readonly<Record<number, Setting>> = {
  [Element.INHERIT]: [idOf("resumeloadersettings")],
  [Element.ISOLATED_CONTEXT]: true,
  [Element.ALLOWED_IN_MEMORY_SETTINGS]: { format: "integers", numbers: [0x1500_0075n] },
  [Element.RESUME_MENU_POLICY]: 1,
  [Element.RESUME_DEBUG_OPTION]: false,
};

/** What the new loader takes over: of the one that it replaces by the template, and of one to merge with. */
function keptElements(
  editor: StoreEditor,
  loader: Guid,
  { template, firmware }: WindowsEntry,
  { merge }: AddWindowsOptions,
): BootElement[] {
  const { byId } = editor.store;
  const migrated = new Set(template?.migrated(firmware));
  const merged = merge === undefined ? undefined : byId.get(merge);
  if (merge !== undefined && merged?.type !== ObjectType.LOADER) {
    throw new AdkError("BCD_NO_OBJECT", "The store has no such loader to merge with.", {
      kind: "usage",
      found: `{${merge}}`,
    });
  }
  const old = byId.get(loader)?.elements.filter(({ id }) => migrated.has(id)) ?? [];
  return [...old, ...(merged?.elements ?? [])].filter(({ id }) => !PLACES.has(id));
}

function without(settings: Readonly<Record<number, Setting>>, elements: readonly BootElement[]) {
  const there = new Set(elements.map(({ id }) => id));
  return Object.fromEntries(Object.entries(settings).filter(([id]) => !there.has(Number(id))));
}

function setElements(editor: StoreEditor, object: Guid, elements: readonly BootElement[]): void {
  for (const element of elements) editor.setData(object, element.id, element);
}

function list(editor: StoreEditor, element: number): readonly Guid[] {
  const value = editor.value(idOf("bootmgr"), element);
  return value?.format === "objects" ? value.ids : [];
}
