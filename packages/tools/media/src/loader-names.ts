import { machineName } from "@adk/pe";

/** Names that firmware starts from a removable medium without being told (UEFI specification 3.5.1.1), by machine. */
const LOADER_NAMES: Readonly<Record<string, string>> = {
  x86: "BOOTIA32.EFI",
  x64: "BOOTX64.EFI",
  arm64: "BOOTAA64.EFI",
  arm: "BOOTARM.EFI",
  thumb: "BOOTARM.EFI",
  "arm-nt": "BOOTARM.EFI",
};

/** `BOOTX64.EFI`; undefined for a machine whose firmware starts no Windows. @param machine IMAGE_FILE_MACHINE_* */
export function loaderNameOf(machine: number): string | undefined {
  return LOADER_NAMES[machineName(machine)];
}
