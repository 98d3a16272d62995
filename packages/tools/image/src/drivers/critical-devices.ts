import type { PublishedDriver } from "./database-entries.ts";
import { bracedGuid } from "./driver-store.ts";
import type { OperationList } from "./operations.ts";

const CRITICAL_DEVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\CriticalDeviceDatabase";

/** Before Windows 8 the devices to start from were named here, and no driver database was. */
export function addCriticalDevices(operations: OperationList, driver: PublishedDriver): void {
  const { classGuid } = driver.package.version;
  for (const { id, section } of driver.deviceIds) {
    const service = section.services.find(({ flags, name }) => (flags & 2) !== 0 && name !== "");
    if (!service || classGuid === undefined) continue;
    const key = `${CRITICAL_DEVICES}\\${id.replaceAll("\\", "#")}`;
    operations.text(key, "ClassGUID", bracedGuid(classGuid).toUpperCase());
    operations.text(key, "Service", service.name);
  }
}
