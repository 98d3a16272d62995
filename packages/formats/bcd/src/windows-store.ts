import { type Guid, nameBasedGuid } from "@adk/core";
import { type Device, deviceData } from "./device.ts";
import { formatDevice } from "./device-text.ts";
import { ObjectType } from "./object-type.ts";
import { addKnownObject, addObject, Element, type Firmware, nameBytes, objectValue } from "./standard-objects.ts";
import { type CreateStoreOptions, StoreEditor } from "./store-editor.ts";
import { idOf } from "./well-known.ts";

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
}

export interface WindowsStoreOptions extends WindowsEntry, Pick<CreateStoreOptions, "time"> {
  /** The partition that the firmware starts from. Default: the one that the boot manager was started from. */
  readonly systemDevice?: Device;
}

/** The store of an installed Windows, as that of a Windows 11 is, without what recovery and the firmware add when it runs. */
export function createWindowsStore(options: WindowsStoreOptions): StoreEditor {
  const { firmware, locale = "en-US", systemDevice = { kind: "boot" }, time } = options;
  const editor = StoreEditor.create({ system: true, ...(time !== undefined && { time }) });
  const uefi = firmware === "uefi";
  addKnownObject(editor, "bootmgr", {
    [Element.DEVICE]: systemDevice,
    ...(uefi && { [Element.PATH]: "\\EFI\\Microsoft\\Boot\\bootmgfw.efi" }),
    [Element.DESCRIPTION]: "Windows Boot Manager",
    [Element.LOCALE]: locale,
    [Element.INHERIT]: [idOf("globalsettings")],
    [Element.TOOLS_DISPLAY_ORDER]: [idOf("memdiag")],
    [Element.TIMEOUT]: 30,
  });
  addKnownObject(editor, "memdiag", {
    [Element.DEVICE]: systemDevice,
    [Element.PATH]: uefi ? "\\EFI\\Microsoft\\Boot\\memtest.efi" : "\\Boot\\memtest.exe",
    [Element.DESCRIPTION]: "Windows Memory Diagnostic",
    [Element.LOCALE]: locale,
    [Element.INHERIT]: [idOf("globalsettings")],
    [Element.BAD_MEMORY_ACCESS]: true,
  });
  addKnownObject(editor, "globalsettings", {
    [Element.INHERIT]: [idOf("dbgsettings"), idOf("emssettings"), idOf("badmemory")],
  });
  addKnownObject(editor, "dbgsettings", { [Element.DEBUG_TYPE]: 4 });
  addKnownObject(editor, "emssettings", { [Element.BOOT_EMS]: false });
  addKnownObject(editor, "badmemory", {});
  addKnownObject(editor, "bootloadersettings", {
    [Element.INHERIT]: [idOf("globalsettings"), idOf("hypervisorsettings")],
  });
  addKnownObject(editor, "hypervisorsettings", {
    [Element.HYPERVISOR_DEBUG_TYPE]: 0,
    [Element.HYPERVISOR_DEBUG_PORT]: 1,
    [Element.HYPERVISOR_BAUD_RATE]: 115_200,
  });
  addKnownObject(editor, "resumeloadersettings", { [Element.INHERIT]: [idOf("globalsettings")] });
  addWindows(editor, options);
  return editor;
}

/** Where an entry of Windows goes in the boot menu, and what it takes its settings from. */
export interface AddWindowsOptions {
  /** Last in the menu, and not the default. */
  readonly last?: boolean;
}

/**
 * Adds the loader and the resume application of a Windows to a store that has a boot manager. An entry for the same Windows is replaced.
 *
 * @returns the loader's id
 */
export function addWindows(editor: StoreEditor, entry: WindowsEntry, { last = false }: AddWindowsOptions = {}): Guid {
  const { firmware, locale = "en-US", description, systemRoot, windowsDevice } = entry;
  const extension = firmware === "uefi" ? "efi" : "exe";
  const locate = (element: number): Device => windowsDevice ?? { kind: "locate", element };
  const name = [firmware, systemRoot.toLowerCase(), formatDevice(deviceData(locate(Element.PATH)))];
  const loader = nameBasedGuid(NAMESPACE, nameBytes("loader", ...name));
  const resume = nameBasedGuid(NAMESPACE, nameBytes("resume", ...name));
  const menu = list(editor, Element.DISPLAY_ORDER).filter((id) => id !== loader);
  for (const id of [loader, resume]) if (editor.store.byId.has(id)) editor.deleteObject(id, { keepReferences: true });
  addObject(editor, ObjectType.RESUME, resume, {
    [Element.DEVICE]: locate(Element.PATH),
    [Element.PATH]: `${systemRoot}\\system32\\winresume.${extension}`,
    [Element.DESCRIPTION]: "Windows Resume Application",
    [Element.LOCALE]: locale,
    [Element.INHERIT]: [idOf("resumeloadersettings")],
    [Element.ISOLATED_CONTEXT]: true,
    [Element.ALLOWED_IN_MEMORY_SETTINGS]: { format: "integers", numbers: [0x1500_0075n] },
    [Element.HIBERNATION_DEVICE]: locate(Element.HIBERNATION_FILE),
    [Element.ASSOCIATED_DEVICE]: locate(Element.PATH),
    [Element.HIBERNATION_FILE]: "\\hiberfil.sys",
    [Element.RESUME_MENU_POLICY]: 1,
    [Element.RESUME_DEBUG_OPTION]: false,
  });
  addObject(editor, ObjectType.LOADER, loader, {
    [Element.DEVICE]: locate(Element.PATH),
    [Element.PATH]: `${systemRoot}\\system32\\winload.${extension}`,
    [Element.DESCRIPTION]: description,
    [Element.LOCALE]: locale,
    [Element.INHERIT]: [idOf("bootloadersettings")],
    [Element.ISOLATED_CONTEXT]: true,
    [Element.ALLOWED_IN_MEMORY_SETTINGS]: { format: "integers", numbers: [0x1500_0075n] },
    [Element.OS_DEVICE]: locate(Element.SYSTEM_ROOT),
    [Element.SYSTEM_ROOT]: systemRoot,
    [Element.LOADER_RESUME_OBJECT]: objectValue(resume),
    [Element.NX]: 0,
    [Element.BOOT_MENU_POLICY]: 1,
  });
  const manager = idOf("bootmgr");
  editor.setList(manager, Element.DISPLAY_ORDER, last ? [...menu, loader] : [loader, ...menu]);
  if (!last || menu.length === 0) {
    editor.set(manager, Element.DEFAULT, objectValue(loader));
    editor.set(manager, Element.MANAGER_RESUME_OBJECT, objectValue(resume));
  }
  return loader;
}

function list(editor: StoreEditor, element: number): readonly Guid[] {
  const value = editor.value(idOf("bootmgr"), element);
  return value?.format === "objects" ? value.ids : [];
}
