import { SETUP } from "../catalog/component-names.ts";
import { simulateDisks } from "../disk/simulate.ts";
import { findSettings, getValue } from "../document/setting-path.ts";
import { attributeOf, childElements, childText } from "../document/tree.ts";
import type { TimelineWriter } from "./timeline-writer.ts";

const PE_LOG = "X:\\Windows\\Panther\\setupact.log";
const PE_USER = "SYSTEM in Windows PE";
const DISK_LOG = "$WINDOWS.~BT\\Sources\\Panther\\setupact.log";

/** The pass windowsPE: settings, drivers, commands, disks, image. */
export function windowsPeSteps(writer: TimelineWriter): void {
  const { file } = writer;
  writer.settings("windowsPE", PE_USER, PE_LOG);
  driverSteps(
    writer,
    "windowsPE",
    "Microsoft-Windows-PnpCustomizationsWinPE",
    "for Windows PE and the installed Windows",
  );
  writer.commands("windowsPE", SETUP, "RunAsynchronous/RunAsynchronousCommand", {
    user: PE_USER,
    log: PE_LOG,
    waits: false,
  });
  writer.commands("windowsPE", SETUP, "RunSynchronous/RunSynchronousCommand", {
    user: PE_USER,
    log: PE_LOG,
    waits: true,
  });
  diskSteps(writer);
  const image = findSettings(file, `windowsPE/${SETUP}/ImageInstall/OSImage`)[0];
  const data = findSettings(file, `windowsPE/${SETUP}/ImageInstall/OSImage/InstallFrom/MetaData`);
  const key = getValue(file, `windowsPE/${SETUP}/UserData/ProductKey/Key`);
  const chosen = data.map((item) => `${childText(item, "Key")} = ${childText(item, "Value")}`).join(", ");
  const source =
    getValue(file, `windowsPE/${SETUP}/ImageInstall/OSImage/InstallFrom/Path`) ?? "the medium's install.wim";
  const by =
    chosen || (key ? "the edition of the product key" : "the image that the user or the firmware's key chooses");
  if (image === undefined && !file.settings.some(({ pass }) => pass === "windowsPE")) return;
  writer.step(image, {
    pass: "windowsPE",
    kind: "image",
    action: `Apply ${by} from ${source} to ${targetOf(writer)}`,
    user: PE_USER,
    waits: true,
    log: DISK_LOG,
  });
}

function targetOf({ file }: TimelineWriter): string {
  const at = "ImageInstall/OSImage";
  const disk = getValue(file, `windowsPE/${SETUP}/${at}/InstallTo/DiskID`);
  const partition = getValue(file, `windowsPE/${SETUP}/${at}/InstallTo/PartitionID`);
  if (disk !== undefined && partition !== undefined) return `disk ${disk}, partition ${partition}`;
  const available = getValue(file, `windowsPE/${SETUP}/${at}/InstallToAvailablePartition`);
  return available === "true" ? "the first partition that fits" : "the partition that the user chooses";
}

function diskSteps(writer: TimelineWriter): void {
  for (const { id, wiped, style, partitions, element } of simulateDisks(writer.file).disks) {
    const parts = partitions.map(({ type, sizeMB }) => `${type} ${sizeMB === "rest" ? "rest" : `${sizeMB ?? "?"} MB`}`);
    const erased = wiped ? `Erase disk ${id}` : `Keep what is on disk ${id}`;
    const kind = style === "unknown" ? "" : ` ${style.toUpperCase()}`;
    const created = parts.length > 0 ? `, create${kind} ${parts.join(", ")}` : "";
    const action = erased + created;
    writer.step(element, { pass: "windowsPE", kind: "disk", action, user: PE_USER, waits: true, log: DISK_LOG });
  }
}

/** The pass offlineServicing: what is done to the applied image before it starts. */
export function offlineSteps(writer: TimelineWriter): void {
  const user = PE_USER;
  driverSteps(writer, "offlineServicing", "Microsoft-Windows-PnpCustomizationsNonWinPE", "for the installed Windows");
  for (const servicing of writer.file.root ? childElements(writer.file.root, "servicing") : []) {
    for (const item of childElements(servicing, "package")) {
      const identity = childElements(item, "assemblyIdentity")[0];
      const features = childElements(item, "selection").map((one) => {
        return `${attributeOf(one, "name")} ${attributeOf(one, "state") === "true" ? "on" : "off"}`;
      });
      const name = (identity && attributeOf(identity, "name")) ?? "a package";
      const what = features.length > 0 ? `: ${features.join(", ")}` : "";
      const action = `${attributeOf(item, "action") ?? "service"} ${name}${what}`;
      const log = "%WINDIR%\\Logs\\DISM\\dism.log";
      writer.step(item, { pass: "offlineServicing", kind: "package", action, user, waits: true, log });
    }
  }
  writer.settings("offlineServicing", user, DISK_LOG);
}

function driverSteps(writer: TimelineWriter, pass: string, component: string, what: string): void {
  for (const item of findSettings(writer.file, `${pass}/${component}/DriverPaths/PathAndCredentials`)) {
    const action = `Add the drivers in ${childText(item, "Path") ?? "?"} ${what}`;
    writer.step(item, { pass, kind: "driver", action, user: PE_USER, waits: true, log: PE_LOG });
  }
}
