import { type Guid, nameBasedGuid } from "@adk/core";
import { type Device, deviceData } from "./device.ts";
import { formatDevice } from "./device-text.ts";
import { ObjectType } from "./object-type.ts";
import { addObject, Element, type Firmware, nameBytes, setAll } from "./standard-objects.ts";
import type { StoreEditor } from "./store-editor.ts";
import { idOf } from "./well-known.ts";

/** The recovery environment of a Windows, started from a ramdisk. */
export interface RecoveryEnvironment {
  /** The partition that has its files. */
  readonly device: Device;
  /** `\Recovery\WindowsRE\Winre.wim` */
  readonly wim: string;
  /** `\Recovery\WindowsRE\boot.sdi` */
  readonly sdi: string;
}

/** Number of `Recovery` among the messages of the boot manager. */
const RECOVERY_MESSAGE = 3;

/** Adds the entry of a recovery environment, as Windows has it, and makes a loader and its resume application start it on failure. */
export function addRecovery(
  editor: StoreEditor,
  { device, wim, sdi }: RecoveryEnvironment,
  entry: { firmware: Firmware; loader: Guid; resume: Guid; namespace: string },
): void {
  const { firmware, loader, resume, namespace } = entry;
  const name = [firmware, wim.toLowerCase(), formatDevice(deviceData(device))];
  const recovery = nameBasedGuid(namespace, nameBytes("recovery", ...name));
  const options = nameBasedGuid(namespace, nameBytes("recovery options", ...name));
  for (const id of [recovery, options]) {
    if (editor.store.byId.has(id)) editor.deleteObject(id, { keepReferences: true });
  }
  const ramdisk = {
    format: "device",
    device: deviceData({ kind: "ramdisk", file: { volume: device, path: wim } }, options),
  } as const;
  addObject(editor, ObjectType.LOADER, recovery, {
    [Element.DEVICE]: ramdisk,
    [Element.PATH]: `\\windows\\system32\\winload.${firmware === "uefi" ? "efi" : "exe"}`,
    [Element.DESCRIPTION]: "Windows Recovery Environment",
    [Element.LOCALE]: "en-us",
    [Element.INHERIT]: [idOf("bootloadersettings")],
    [Element.DISPLAY_MESSAGE]: RECOVERY_MESSAGE,
    [Element.OS_DEVICE]: ramdisk,
    [Element.SYSTEM_ROOT]: "\\windows",
    [Element.NX]: 0,
    [Element.BOOT_MENU_POLICY]: 1,
    [Element.WINPE]: true,
    [Element.RECOVERY_OS]: true,
  });
  addObject(editor, ObjectType.DEVICE, options, {
    [Element.DESCRIPTION]: "Windows Recovery",
    [Element.RAMDISK_SDI_DEVICE]: device,
    [Element.RAMDISK_SDI_PATH]: sdi,
  });
  const startsIt = { [Element.RECOVERY_SEQUENCE]: [recovery], [Element.RECOVERY_ENABLED]: true };
  setAll(editor, loader, { ...startsIt, [Element.DISPLAY_MESSAGE_OVERRIDE]: RECOVERY_MESSAGE });
  setAll(editor, resume, startsIt);
}
