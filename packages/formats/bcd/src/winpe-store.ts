import { deviceData } from "./device.ts";
import { ObjectType } from "./object-type.ts";
import { addKnownObject, addObject, Element, type Firmware, objectValue, shortInteger } from "./standard-objects.ts";
import { type CreateStoreOptions, StoreEditor } from "./store-editor.ts";
import { idOf } from "./well-known.ts";

/** The loader of media of Windows PE and Windows Setup, and the options of its ramdisk: the same on all of them. */
const LOADER = "7619dcc9-fafe-11d9-b411-000476eba25f";
const RAMDISK = "7619dcc8-fafe-11d9-b411-000476eba25f";

export interface WinPeStoreOptions extends Pick<CreateStoreOptions, "time"> {
  readonly firmware: Firmware;
  /** Default `en-US`. */
  readonly locale?: string;
  /** What the boot menu shows. Default `Windows Setup`, as on media of Windows. */
  readonly description?: string;
  /** Default `\sources\boot.wim`. */
  readonly wim?: string;
  /** Default `\boot\boot.sdi`. */
  readonly sdi?: string;
}

/**
 * The store of a medium that starts Windows PE from a ramdisk: of UEFI the same as that of Microsoft's media, element for element; of BIOS
 * the same with the programs of BIOS.
 */
export function createWinPeStore(options: WinPeStoreOptions): StoreEditor {
  const { firmware, locale = "en-US", description = "Windows Setup", time } = options;
  const { wim = "\\sources\\boot.wim", sdi = "\\boot\\boot.sdi" } = options;
  const editor = StoreEditor.create({ rootName: "System", ...(time !== undefined && { time }) });
  const uefi = firmware === "uefi";
  const boot = { kind: "boot" } as const;
  const ramdisk = {
    format: "device",
    device: deviceData({ kind: "ramdisk", file: { volume: boot, path: wim } }, RAMDISK),
  } as const;
  addKnownObject(editor, "bootmgr", {
    [Element.DESCRIPTION]: "Windows Boot Manager",
    [Element.LOCALE]: locale,
    [Element.INHERIT]: [idOf("globalsettings")],
    [Element.DEFAULT]: objectValue(LOADER),
    [Element.DISPLAY_ORDER]: [LOADER],
    [Element.TOOLS_DISPLAY_ORDER]: [idOf("memdiag")],
    [Element.TIMEOUT]: shortInteger(30),
  });
  addObject(editor, ObjectType.LOADER, LOADER, {
    [Element.DEVICE]: ramdisk,
    [Element.PATH]: `\\windows\\system32\\boot\\winload.${uefi ? "efi" : "exe"}`,
    [Element.DESCRIPTION]: description,
    [Element.LOCALE]: locale,
    [Element.INHERIT]: [idOf("bootloadersettings")],
    [Element.ISOLATED_CONTEXT]: true,
    [Element.OS_DEVICE]: ramdisk,
    [Element.SYSTEM_ROOT]: "\\windows",
    [Element.BOOT_MENU_POLICY]: 1,
    [Element.DETECT_HAL]: true,
    [Element.WINPE]: true,
    [Element.EMS]: false,
  });
  addObject(editor, ObjectType.DEVICE, RAMDISK, {
    [Element.RAMDISK_SDI_DEVICE]: boot,
    [Element.RAMDISK_SDI_PATH]: sdi,
  });
  addKnownObject(editor, "memdiag", {
    [Element.DEVICE]: boot,
    [Element.PATH]: uefi ? "\\efi\\microsoft\\boot\\memtest.efi" : "\\boot\\memtest.exe",
    [Element.DESCRIPTION]: "Windows Memory Diagnostic",
    [Element.LOCALE]: locale,
    [Element.INHERIT]: [idOf("globalsettings")],
  });
  addKnownObject(editor, "globalsettings", { [Element.INHERIT]: [idOf("dbgsettings"), idOf("emssettings")] });
  addKnownObject(editor, "dbgsettings", {
    [Element.DEBUG_TYPE]: shortInteger(0),
    [Element.DEBUG_PORT]: shortInteger(1),
    [Element.BAUD_RATE]: shortInteger(115_200),
  });
  addKnownObject(editor, "emssettings", { [Element.BOOT_EMS]: false });
  addKnownObject(editor, "bootloadersettings", {
    [Element.INHERIT]: [idOf("globalsettings"), idOf("hypervisorsettings")],
  });
  addKnownObject(editor, "hypervisorsettings", {
    [Element.DESCRIPTION]: "Hypervisor Settings",
    [Element.HYPERVISOR_DEBUG_TYPE]: 0,
    [Element.HYPERVISOR_DEBUG_PORT]: 1,
    [Element.HYPERVISOR_BAUD_RATE]: 115_200,
  });
  return editor;
}
