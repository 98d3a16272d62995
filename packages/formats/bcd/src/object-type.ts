/**
 * What an object of a store is, as its description says: kind in the top four bits; of an application the image type (1 firmware,
 * 2 Windows boot, 3 legacy loader, 4 real mode) in bits 20-23 and the application in the low ones.
 */
export const ObjectType = {
  FIRMWARE_BOOT_MANAGER: 0x1010_0001,
  BOOT_MANAGER: 0x1010_0002,
  FIRMWARE_APPLICATION: 0x101f_ffff,
  LOADER: 0x1020_0003,
  RESUME: 0x1020_0004,
  MEMORY_TEST: 0x1020_0005,
  BOOT_APPLICATION: 0x1020_000a,
  LEGACY_LOADER: 0x1030_0006,
  BOOT_SECTOR: 0x1040_0008,
  STARTUP: 0x1040_0009,
  INHERIT: 0x2010_0000,
  INHERIT_BOOT_MANAGER: 0x2020_0002,
  INHERIT_LOADER: 0x2020_0003,
  INHERIT_RESUME: 0x2020_0004,
  INHERIT_DEVICE: 0x2030_0000,
  DEVICE: 0x3000_0000,
} as const;

/** Which application's element types an object has; its settings object has the same. */
export type Application =
  | "boot manager"
  | "loader"
  | "resume"
  | "memory test"
  | "legacy loader"
  | "startup"
  | "device"
  | "other";

const APPLICATIONS: readonly (Application | undefined)[] = [
  undefined,
  "boot manager",
  "boot manager",
  "loader",
  "resume",
  "memory test",
  "legacy loader",
  undefined,
  undefined,
  "startup",
];

export function applicationOf(type: number): Application {
  const kind = type >>> 28;
  if (kind === 3 || (kind === 2 && ((type >>> 20) & 0xf) === 3)) return "device";
  return (kind === 1 || kind === 2 ? APPLICATIONS[type & 0xf_ffff] : undefined) ?? "other";
}

const TITLES: ReadonlyMap<number, string> = new Map<number, string>([
  [ObjectType.FIRMWARE_BOOT_MANAGER, "Firmware Boot Manager"],
  [ObjectType.BOOT_MANAGER, "Windows Boot Manager"],
  [ObjectType.FIRMWARE_APPLICATION, "Firmware Application (101fffff)"],
  [ObjectType.LOADER, "Windows Boot Loader"],
  [ObjectType.RESUME, "Resume from Hibernate"],
  [ObjectType.MEMORY_TEST, "Windows Memory Tester"],
  [ObjectType.LEGACY_LOADER, "Windows Legacy OS Loader"],
  [ObjectType.BOOT_SECTOR, "Real-mode Boot Sector"],
  [ObjectType.DEVICE, "Device options"],
]);

/** What bcdedit writes above an object of this type. */
export function titleOfType(type: number): string {
  const title = TITLES.get(type);
  if (title !== undefined) return title;
  const what = type >>> 28 === 1 ? "Unknown Application" : type >>> 28 === 2 ? "Inherited Settings" : "Unknown Object";
  return `${what} (${type.toString(16).padStart(8, "0")})`;
}

/** Names that `/create ... /application` takes. */
export const APPLICATION_TYPES: Readonly<Record<string, number>> = {
  bootsector: ObjectType.BOOT_SECTOR,
  osloader: ObjectType.LOADER,
  resume: ObjectType.RESUME,
  startup: ObjectType.STARTUP,
  bootapp: ObjectType.BOOT_APPLICATION,
};

/** Names that `/create ... /inherit` takes. */
export const INHERIT_TYPES: Readonly<Record<string, number>> = {
  fwbootmgr: 0x2020_0001,
  bootmgr: ObjectType.INHERIT_BOOT_MANAGER,
  osloader: ObjectType.INHERIT_LOADER,
  resume: ObjectType.INHERIT_RESUME,
  memdiag: 0x2020_0005,
  ntldr: 0x2020_0006,
  bootsector: 0x2020_0008,
  device: ObjectType.INHERIT_DEVICE,
};
