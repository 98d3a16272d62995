import type { AddedDriver } from "../drivers/add-drivers.ts";
import type { DriverDetails } from "../drivers/driver-details.ts";
import type { WindowsDriver } from "../drivers/driver-report.ts";
import { type ListFormat, renderRows } from "./render-servicing.ts";

/** @param all whether drivers that came with Windows are among them */
export function renderDrivers(drivers: readonly WindowsDriver[], all: boolean, format: ListFormat): string {
  const which = all ? "all drivers" : "3rd party drivers";
  const rows = drivers.map((driver) => driverRow(driver));
  const list = rows.length > 0 ? renderRows(rows, format) : "(No drivers found in the image matching the criteria)\n\n";
  return `Obtaining list of ${which} from the driver store...\n\nDriver packages listing:\n\n${list}`;
}

export function renderDriverInfo({ driver, storePath, devices }: DriverDetails): string {
  const [publishedName] = driverRow(driver);
  const facts = [
    publishedName,
    ["Driver Store Path", storePath.replaceAll("/", "\\")],
    ["Class Name", driver.className ?? ""],
    ["Class GUID", driver.classGuid ?? ""],
    ["Provider Name", driver.provider ?? ""],
    ["Date", formatDay(driver.date)],
    ["Version", driver.version ?? ""],
    ["Boot Critical", driver.bootCritical ? "Yes" : "No"],
  ] as const;
  const rows = devices.map(
    ({ manufacturer, description, hardwareId, compatibleIds, service }) =>
      [
        ["Manufacturer", manufacturer],
        ["Description", description],
        ["Architecture", driver.architecture ?? ""],
        ["Hardware ID", hardwareId],
        ["Service Name", service ?? ""],
        ["Compatible IDs", compatibleIds.join(", ")],
      ] as const,
  );
  const heading = `Drivers for architecture : ${driver.architecture ?? ""}\n\n`;
  return `Driver package information:\n\n${renderRows([facts], "list")}${heading}${renderRows(rows, "list")}`;
}

/** @param searched whether directories were looked through */
export function renderAdded(drivers: readonly AddedDriver[], searched: boolean): string {
  const found = `Found ${drivers.length} driver package(s) to install.\n`;
  const lines = numbered(
    "Installing",
    "installed",
    drivers.map(({ from }) => from),
  );
  return `${searched ? "Searching for driver packages to install...\n" : ""}${found}${lines}`;
}

export function renderRemoved(names: readonly string[]): string {
  return `Found ${names.length} driver package(s) to remove.\n${numbered("Removing", "removed", names)}`;
}

export function renderExported(names: readonly string[]): string {
  return numbered("Exporting", "exported", names);
}

function numbered(doing: string, done: string, names: readonly string[]): string {
  return names
    .map((name, i) => `${doing} ${i + 1} of ${names.length} - ${name}: The driver package was successfully ${done}.\n`)
    .join("");
}

function driverRow(driver: WindowsDriver) {
  return [
    ["Published Name", driver.publishedName],
    ["Original File Name", driver.originalFileName],
    ["Inbox", driver.inbox ? "Yes" : "No"],
    ["Class Name", driver.className ?? ""],
    ["Provider Name", driver.provider ?? ""],
    ["Date", formatDay(driver.date)],
    ["Version", driver.version ?? ""],
  ] as const;
}

/** `12/2/2021` of `2021-12-02`: DISM's form in the United States. */
function formatDay(day = ""): string {
  const [, year, month, date] = /^(\d+)-(\d\d)-(\d\d)$/.exec(day) ?? [];
  return year === undefined ? "" : `${Number(month)}/${Number(date)}/${year}`;
}
