import { finding } from "@adk/cli-kit/schemas";
import { AdkError, Findings, type LongOperation, type Volume } from "@adk/core";
import { type OfflineHives, openOfflineHives } from "@adk/registry";
import * as z from "zod";
import { readDrivers, type WindowsDriver, windowsDriver } from "../drivers/driver-report.ts";
import { readDatabases } from "../drivers/driver-store.ts";
import { provisionedAppx, readProvisionedAppx } from "./appx.ts";
import { readCapabilities, windowsCapability } from "./capabilities.ts";
import { diskUse, readDiskUse } from "./disk-use.ts";
import { readEdition, type WindowsEdition, windowsEdition } from "./edition.ts";
import { readFeatures, windowsFeature } from "./features.ts";
import { readLanguages, windowsLanguages } from "./languages.ts";
import { requireControlSet, requireHive } from "./offline-windows.ts";
import { readPackages, servicingPackage } from "./packages.ts";
import { readServicingHealth, servicingHealth } from "./pending.ts";
import { type InstalledProgram, installedProgram, readMachinePrograms, readUserPrograms } from "./programs.ts";
import { readServices, windowsService } from "./services.ts";
import { readTargetEditions } from "./target-editions.ts";

/** What can be told of an offline Windows, and how each part is read. */
const PARTS = {
  edition: { schema: windowsEdition, read: readWholeEdition },
  languages: {
    schema: windowsLanguages,
    read: async (hives: OfflineHives) => readLanguages(await requireControlSet(hives)),
  },
  packages: {
    schema: z.array(servicingPackage),
    read: async (hives: OfflineHives) => readPackages(await requireHive(hives, "SOFTWARE"), hives.volume),
  },
  hotfixes: {
    schema: z.array(servicingPackage),
    read: async (hives: OfflineHives) => {
      const packages = await readPackages(await requireHive(hives, "SOFTWARE"), hives.volume);
      return packages.filter(
        ({ knowledgeBase, identity }) => knowledgeBase !== undefined || /RollupFix/i.test(identity),
      );
    },
  },
  features: {
    schema: z.array(windowsFeature),
    read: async (hives: OfflineHives) => readFeatures(await requireHive(hives, "SOFTWARE"), hives.volume),
  },
  capabilities: {
    schema: z.array(windowsCapability),
    read: async (hives: OfflineHives) => readCapabilities(await requireHive(hives, "SOFTWARE")),
  },
  appx: {
    schema: z.array(provisionedAppx),
    read: async (hives: OfflineHives) => readProvisionedAppx(await requireHive(hives, "SOFTWARE")),
  },
  drivers: { schema: z.array(windowsDriver), read: readDriverDatabase },
  services: {
    schema: z.array(windowsService),
    read: async (hives: OfflineHives) => readServices(await requireControlSet(hives)),
  },
  programs: { schema: z.array(installedProgram), read: readPrograms },
  health: {
    schema: servicingHealth,
    read: async (hives: OfflineHives) => {
      return readServicingHealth(await requireHive(hives, "SOFTWARE"), await hives.hive("SYSTEM"), hives.volume);
    },
  },
  diskUse: {
    schema: diskUse,
    read: (hives: OfflineHives, operation: LongOperation) => readDiskUse(hives.volume, operation),
  },
} as const;

export type WindowsPart = keyof typeof PARTS;
export const WINDOWS_PARTS = Object.keys(PARTS) as WindowsPart[];

/** What commands print of an offline Windows: the parts that were asked for. */
export const windowsReport = z.object({
  source: z.string(),
  edition: PARTS.edition.schema.optional(),
  languages: PARTS.languages.schema.optional(),
  packages: PARTS.packages.schema.optional(),
  hotfixes: PARTS.hotfixes.schema.optional(),
  features: PARTS.features.schema.optional(),
  capabilities: PARTS.capabilities.schema.optional(),
  appx: PARTS.appx.schema.optional(),
  drivers: PARTS.drivers.schema.optional(),
  services: PARTS.services.schema.optional(),
  programs: PARTS.programs.schema.optional(),
  health: PARTS.health.schema.optional(),
  diskUse: PARTS.diskUse.schema.optional(),
  findings: z.array(finding),
});
export type WindowsReport = z.output<typeof windowsReport>;

/**
 * Reads parts of an offline Windows. A part that cannot be read is left out, with a finding that says why.
 *
 * @throws AdkError `WINDOWS_NO_HIVE` where there is no Windows
 */
export async function reportWindows(
  source: string,
  volume: Volume,
  parts: readonly WindowsPart[],
  operation: LongOperation = {},
): Promise<WindowsReport> {
  await using hives = await openOfflineHives(volume);
  await requireHive(hives, "SOFTWARE");
  const findings = new Findings();
  const report: Record<string, unknown> = { source };
  for (const part of parts) {
    try {
      report[part] = await PARTS[part].read(hives, operation);
    } catch (error) {
      findings.fromError(error);
    }
  }
  for (const each of await hives.findings()) findings.add(each);
  return { ...report, source, findings: findings.list };
}

async function readWholeEdition(hives: OfflineHives): Promise<WindowsEdition> {
  const edition = readEdition(await requireHive(hives, "SOFTWARE"));
  return { ...edition, targetEditions: await readTargetEditions(hives.volume, edition.editionId ?? "") };
}

/** Windows 7 and earlier look through the INF files instead, which nobody does here. */
async function readDriverDatabase(hives: OfflineHives): Promise<WindowsDriver[]> {
  if ((await readDatabases(hives)).length > 0) return readDrivers(hives);
  throw new AdkError("DRIVER_NO_DATABASE", "The image has no driver database to list its drivers from.", {
    kind: "unsupported",
    file: hives.volume.name,
    hint: "Windows has it since version 8.",
  });
}

async function readPrograms(hives: OfflineHives): Promise<InstalledProgram[]> {
  const programs = readMachinePrograms((await requireHive(hives, "SOFTWARE")).root);
  for (const { sid, name } of await hives.users()) {
    const hive = await hives.user(sid);
    if (hive) programs.push(...readUserPrograms(hive.root, name));
  }
  return programs;
}
