import { AdkError, parseVersion } from "@adk/core";
import type { InfArchitecture, InfTarget } from "@adk/inf";
import { readEdition } from "../windows/edition.ts";
import { requireControlSet, requireHive, type WindowsHives } from "../windows/offline-windows.ts";
import { textValue, textValues } from "../windows/values.ts";

/** VER_NT_* by the names of the registry ("ProductOptions", learn.microsoft.com). */
const PRODUCT_TYPES: Record<string, number> = { WinNT: 1, LanmanNT: 2, ServerNT: 3 };
/** VER_SUITE_* bits by the names of the registry, as far as INF files ask for them. */
const SUITES: Record<string, number> = {
  Enterprise: 0x2,
  "Terminal Server": 0x10,
  "Small Business": 0x1,
  DataCenter: 0x80,
  Personal: 0x200,
  Blade: 0x400,
  EmbeddedNT: 0x40,
};

/** The Windows that drivers of an image are chosen for. @throws AdkError `WINDOWS_NO_HIVE`, `DRIVER_UNKNOWN_WINDOWS` */
export async function readDriverTarget(hives: WindowsHives): Promise<InfTarget> {
  const { version, architecture } = readEdition(await requireHive(hives, "SOFTWARE"));
  const controlSet = await requireControlSet(hives);
  const environment = controlSet.descend("Control\\Session Manager\\Environment");
  const found = architecture ?? architectureOf(textValue(environment, "PROCESSOR_ARCHITECTURE"));
  if (version === undefined || found === undefined) {
    const message = "The registry does not tell which Windows this is, so no driver can be chosen for it.";
    throw new AdkError("DRIVER_UNKNOWN_WINDOWS", message, {
      file: hives.volume.name,
      found: `version ${version ?? "unknown"}, architecture ${found ?? "unknown"}`,
    });
  }
  const options = controlSet.descend("Control\\ProductOptions");
  const productType = PRODUCT_TYPES[textValue(options, "ProductType") ?? ""] ?? 1;
  const suiteMask = textValues(options, "ProductSuite").reduce((mask, name) => mask | (SUITES[name] ?? 0), 0);
  return { architecture: found, version: parseVersion(version), productType, suiteMask };
}

function architectureOf(text: string | undefined): InfArchitecture | undefined {
  const name = text?.toLowerCase();
  return name === "x86" || name === "amd64" || name === "arm64" || name === "arm" ? name : undefined;
}
