import { type Findings, upcase } from "@adk/core";
import type { InfManufacturer, InstallSection, SelectedDevice } from "@adk/inf";

/** An identifier by which Windows finds the driver of a device. */
export interface DriverDeviceId {
  /** `PCI\VEN_1AF4&DEV_1001` */
  readonly id: string;
  /** Place on its line of the Models section: 1 for the hardware identifier, then the compatible ones. Less is better. */
  readonly rank: number;
  readonly device: SelectedDevice;
  readonly manufacturer: InfManufacturer;
  readonly section: InstallSection;
}

/** UTF-16 code units of an identifier with its end (MAX_DEVICE_ID_LEN of cfgmgr32.h), and of the name of a key. */
const MOST_LENGTH = 199;

interface Manufacturer {
  readonly manufacturer: InfManufacturer;
  readonly devices: readonly SelectedDevice[];
}

/** The identifiers of a driver, each once with its best rank. */
export function listDeviceIds(manufacturers: readonly Manufacturer[], findings: Findings): DriverDeviceId[] {
  const found = new Map<string, DriverDeviceId>();
  for (const { manufacturer, devices } of manufacturers) {
    for (const device of devices) {
      const { section, hardwareId, compatibleIds } = device;
      if (!section) continue;
      for (const [i, id] of [hardwareId, ...compatibleIds].entries()) {
        if (id === "") continue;
        if (!isDeviceId(id)) {
          findings.warning("DRIVER_BAD_DEVICE_ID", `${JSON.stringify(id.slice(0, 300))} is no device identifier.`);
          continue;
        }
        const known = found.get(upcase(id));
        if (known && known.rank <= i + 1) continue;
        found.set(upcase(id), { id, rank: Math.min(i + 1, 0xff), device, manufacturer, section });
      }
    }
  }
  return [...found.values()];
}

/** Printable ASCII other than a comma ("Device Identification Strings"), and usable as the path of a key. */
function isDeviceId(id: string): boolean {
  return id.length <= MOST_LENGTH && /^[!-+\--~ ]+$/.test(id) && !/^\\|\\\\|\\$/.test(id);
}
