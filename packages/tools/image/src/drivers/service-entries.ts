import { parseSddl, securityDescriptorToBytes, toWindowsPath, upcase } from "@adk/core";
import {
  expandDirectoryId,
  type InfDirectories,
  type InfService,
  type InfText,
  type InstallSection,
  ServiceFlag,
  StartType,
} from "@adk/inf";
import { RegType } from "@adk/registry";
import type { PublishedDriver } from "./database-entries.ts";
import { type DriverStore, SERVICES } from "./driver-store.ts";
import type { OperationList } from "./operations.ts";
import { addRelativeChanges } from "./registry-changes.ts";

/** SERVICE_WIN32: services that are programs. */
const PROGRAM = 0x30;

/** The services that a driver's sections add, with their sources of events. */
export function addServices(
  operations: OperationList,
  driver: PublishedDriver,
  store: DriverStore,
  directories: InfDirectories,
): void {
  const done = new Set<string>();
  const tags = new Map(store.tags);
  for (const section of driver.package.install.sections) {
    for (const service of section.services) {
      if (service.name === "" || done.has(upcase(service.name))) continue;
      done.add(upcase(service.name));
      addService(operations, service, driver.publishedName, { store, directories, tags });
      addWdf(operations, service, section);
    }
  }
}

interface ServiceContext {
  readonly store: DriverStore;
  readonly directories: InfDirectories;
  /** The highest tag by upper-case group, with those that were given here. */
  readonly tags: Map<string, number>;
}

function addService(
  operations: OperationList,
  service: InfService,
  publishedName: string,
  { store, directories, tags }: ServiceContext,
): void {
  const key = `${SERVICES}\\${service.name}`;
  const exists = store.services.has(upcase(service.name));
  const keeps = (flag: number) => exists && (service.flags & flag) !== 0;
  operations.number(key, "Type", service.type);
  if (!keeps(ServiceFlag.KEEP_START_TYPE)) operations.number(key, "Start", service.start);
  if (!keeps(ServiceFlag.KEEP_ERROR_CONTROL)) operations.number(key, "ErrorControl", service.errorControl);
  const imagePath = imagePathOf(service, directories);
  if (imagePath !== undefined) operations.text(key, "ImagePath", imagePath, RegType.EXPAND_SZ);
  if (service.displayName && !keeps(ServiceFlag.KEEP_DISPLAY_NAME)) {
    operations.text(key, "DisplayName", indirectText(service.displayName, publishedName));
  }
  if (service.description && !keeps(ServiceFlag.KEEP_DESCRIPTION)) {
    operations.text(key, "Description", indirectText(service.description, publishedName));
  }
  addGroup(operations, key, service, tags, keeps(ServiceFlag.KEEP_LOAD_ORDER_GROUP) || exists);
  if (!keeps(ServiceFlag.KEEP_DEPENDENCIES)) addDependencies(operations, key, service);
  if (service.type & PROGRAM) operations.text(key, "ObjectName", service.startName ?? "LocalSystem");
  if (service.delayedAutoStart) operations.number(key, "DelayedAutostart", 1);
  if (service.sidType !== undefined) operations.number(key, "ServiceSidType", service.sidType);
  if (service.bootFlags !== undefined) operations.number(key, "BootFlags", service.bootFlags);
  if (service.security !== undefined) {
    operations.bytes(`${key}\\Security`, "Security", securityDescriptorToBytes(parseSddl(service.security)));
  }
  operations.add({ kind: "add-texts", key, name: "Owners", texts: [publishedName] });
  addRelativeChanges(operations, service.registry, key);
  if (service.eventLog) {
    const { type, name, registry } = service.eventLog;
    addRelativeChanges(operations, registry, `${SERVICES}\\EventLog\\${type}\\${name}`);
  }
}

/** Within a group the tag gives the order; a new service of a driver that starts early gets one behind those that are there. */
function addGroup(
  operations: OperationList,
  key: string,
  { loadOrderGroup, start, type }: InfService,
  tags: Map<string, number>,
  keeps: boolean,
): void {
  if (loadOrderGroup === undefined || keeps) return;
  operations.text(key, "Group", loadOrderGroup);
  if (type & PROGRAM || start > StartType.SYSTEM) return;
  const tag = (tags.get(upcase(loadOrderGroup)) ?? 0) + 1;
  tags.set(upcase(loadOrderGroup), tag);
  operations.number(key, "Tag", tag);
}

function addDependencies(operations: OperationList, key: string, { dependencies }: InfService): void {
  const groups = dependencies.filter((name) => name.startsWith("+")).map((name) => name.slice(1));
  const services = dependencies.filter((name) => !name.startsWith("+"));
  if (services.length > 0) operations.texts(key, "DependOnService", services);
  if (groups.length > 0) operations.texts(key, "DependOnGroup", groups);
}

/** `.Wdf`: the version of the framework that the service was built for. */
function addWdf(operations: OperationList, { name }: InfService, { parts }: InstallSection): void {
  for (const { inf, name: directive, values } of parts.get("WDF") ?? []) {
    const [service = "", section = ""] = values;
    if (directive !== "KMDFSERVICE" || upcase(service) !== upcase(name)) continue;
    const version = inf.value(section, "KmdfLibraryVersion");
    if (version) operations.text(`${SERVICES}\\${name}\\Parameters\\Wdf`, "KmdfLibraryVersion", version);
  }
}

/**
 * Where the service's program is: from the root of Windows for what the loader starts, as `\SystemRoot\...` for other drivers,
 * and with `%SystemRoot%` for programs. Undefined where the INF names a directory that is not known.
 */
function imagePathOf({ binary, start, type }: InfService, directories: InfDirectories): string | undefined {
  const [, quoted, argumentsText = ""] = /^("?%-?\d+%[^"]*"?)(.*)$/s.exec(binary) ?? [];
  if (quoted === undefined) return binary || undefined;
  const path = expandDirectoryId(quoted.replaceAll('"', ""), directories);
  if (path === undefined) return undefined;
  const inside = path.toLowerCase().startsWith(`${directories.windows.toLowerCase()}/`);
  const rest = inside ? toWindowsPath(path.slice(directories.windows.length)) : toWindowsPath(path, "%SystemDrive%");
  if (!inside) return rest + argumentsText;
  if (type & PROGRAM) return `%SystemRoot%${rest}${argumentsText}`;
  return start === StartType.BOOT ? rest.slice(1) : `\\SystemRoot${rest}`;
}

/** A text that is one string token is looked up in the INF when it is shown: `@oem3.inf,%name%;the text`. */
function indirectText({ text, token }: InfText, publishedName: string): string {
  return /^%[^%]+%$/.test(token) ? `@${publishedName},${token};${text}` : text;
}
