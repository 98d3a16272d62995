import { type Guid, isGuid, parseGuid } from "@adk/core";
import type { InfFile } from "./inf-file.ts";
import { readNumber } from "./number.ts";
import type { InfArchitecture } from "./target-os.ts";

/** The section [Version] ("INF Version Section", learn.microsoft.com). */
export interface InfVersion {
  /** `$Windows NT$`, `$Chicago$`; other files are no INF files of drivers. */
  readonly signature: string;
  readonly class: string | undefined;
  readonly classGuid: Guid | undefined;
  readonly provider: string | undefined;
  /** Day of the driver, `2024-02-25`, and its version with missing parts as 0. */
  readonly driverDate: string | undefined;
  readonly driverVersion: readonly [number, number, number, number] | undefined;
  /** `CatalogFile` and those for one architecture: by upper-case decoration, `` for none, `NT`, `NTAMD64`. */
  readonly catalogFiles: ReadonlyMap<string, string>;
  readonly pnpLockdown: boolean;
  /** Of an extension INF (class Extension). */
  readonly extensionId: Guid | undefined;
}

/** The class of INF files that add to what another one installs. */
export const EXTENSION_CLASS: Guid = "e2f84ce7-8efa-411c-aa69-97454ca4cb57";

const SECTION = "Version";

export function readVersion(inf: InfFile): InfVersion {
  const catalogFiles = new Map<string, string>();
  for (const { key, values } of inf.section(SECTION)?.lines ?? []) {
    const [isCatalog, decoration = ""] = /^catalogfile(?:\.(nt\w*))?$/i.exec(key?.text ?? "") ?? [];
    const name = inf.text(values[0]);
    if (isCatalog !== undefined && name) catalogFiles.set(decoration.toUpperCase(), name);
  }
  const { date, version } = readDriverVer(inf);
  return {
    signature: inf.value(SECTION, "Signature") ?? "",
    class: inf.value(SECTION, "Class") || undefined,
    classGuid: readGuid(inf, "ClassGuid"),
    provider: inf.value(SECTION, "Provider") || undefined,
    driverDate: date,
    driverVersion: version,
    catalogFiles,
    pnpLockdown: readNumber(inf, inf.lines(SECTION, "PnpLockdown")[0]?.values[0]) === 1,
    extensionId: readGuid(inf, "ExtensionId"),
  };
}

/** The catalog for an architecture: the most particular one that is named. */
export function catalogFor({ catalogFiles }: InfVersion, architecture: InfArchitecture): string | undefined {
  const decorations = [`NT${architecture.toUpperCase()}`, "NT", ""];
  return decorations.map((decoration) => catalogFiles.get(decoration)).find((name) => name !== undefined);
}

function readGuid(inf: InfFile, key: string): Guid | undefined {
  const field = inf.lines(SECTION, key)[0]?.values[0];
  if (!field) return undefined;
  const text = inf.text(field).replace(/^\{(.*)\}$/, "$1");
  if (isGuid(text)) return parseGuid(text);
  inf.error("INF_BAD_GUID", `${key} is no GUID.`, field);
  return undefined;
}

/** `mm/dd/yyyy,w.x.y.z` ("INF DriverVer Directive"). */
function readDriverVer(inf: InfFile): { date?: string; version?: InfVersion["driverVersion"] } {
  const line = inf.lines(SECTION, "DriverVer")[0];
  if (!line) return {};
  const [dateText = "", versionText = ""] = inf.texts(line);
  const [, month, day, year] = /^\s*(\d{1,2})[/-](\d{1,2})[/-](\d{4})\s*$/.exec(dateText) ?? [];
  const date = `${year}-${month?.padStart(2, "0")}-${day?.padStart(2, "0")}`;
  const isDate = year !== undefined && new Date(`${date}T00:00Z`).toJSON()?.startsWith(date);
  if (!isDate) inf.error("INF_BAD_DRIVER_VER", `${JSON.stringify(dateText)} is no date of the form mm/dd/yyyy.`, line);
  const parts = versionText.trim().split(".").map(Number);
  const isVersion = /^\d{1,5}(?:\.\d{1,5}){0,3}$/.test(versionText.trim()) && parts.every((part) => part < 65_536);
  if (!isVersion && versionText !== "") {
    inf.error("INF_BAD_DRIVER_VER", `${JSON.stringify(versionText)} is no version of the form w.x.y.z.`, line);
  }
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  return { ...(isDate && { date }), ...(isVersion && { version: [a, b, c, d] as const }) };
}
