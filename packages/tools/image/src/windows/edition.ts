import { describeBuild, filetimeFromUnixSeconds } from "@adk/core";
import type { Hive } from "@adk/registry";
import * as z from "zod";
import { isoTime, numberValue, textValue } from "./values.ts";

const CURRENT_VERSION = "Microsoft\\Windows NT\\CurrentVersion";

/** What an installation is: the `CurrentVersion` key of its SOFTWARE hive. */
export const windowsEdition = z.object({
  /** For people: `Windows 11 23H2`. ProductName says "Windows 10" on Windows 11 too. */
  description: z.string(),
  productName: z.string().optional(),
  /** `Professional`, `ServerStandard`. */
  editionId: z.string().optional(),
  installationType: z.string().optional(),
  /** `10.0.22631.3007`: the revision is the update level (UBR). */
  version: z.string().optional(),
  build: z.number().optional(),
  updateBuildRevision: z.number().optional(),
  displayVersion: z.string().optional(),
  /** `22621.1.amd64fre.ni_release.220506-1250` */
  buildLab: z.string().optional(),
  architecture: z.enum(["x86", "amd64", "arm", "arm64"]).optional(),
  installed: z.string().optional(),
  registeredOwner: z.string().optional(),
  registeredOrganization: z.string().optional(),
  /** Editions that it can be changed to, where the image says. */
  targetEditions: z.array(z.string()).optional(),
});
export type WindowsEdition = z.output<typeof windowsEdition>;

export function readEdition(software: Hive): WindowsEdition {
  const key = software.key(CURRENT_VERSION);
  const build = wholeNumber(textValue(key, "CurrentBuildNumber") ?? textValue(key, "CurrentBuild"));
  const revision = numberValue(key, "UBR");
  const installationType = textValue(key, "InstallationType");
  const buildLab = textValue(key, "BuildLabEx") ?? textValue(key, "BuildLab");
  const installed = numberValue(key, "InstallDate");
  return {
    description: build === undefined ? "Windows" : describeBuild(build, installationType ?? "Client"),
    productName: textValue(key, "ProductName"),
    editionId: textValue(key, "EditionID"),
    installationType,
    version: build === undefined ? undefined : `${majorMinor(software)}.${build}.${revision ?? 0}`,
    build,
    updateBuildRevision: revision,
    displayVersion: textValue(key, "DisplayVersion") ?? textValue(key, "ReleaseId") ?? textValue(key, "CSDVersion"),
    buildLab,
    architecture: architectureOf(buildLab),
    installed: installed ? isoTime(filetimeFromUnixSeconds(installed)) : undefined,
    registeredOwner: textValue(key, "RegisteredOwner") || undefined,
    registeredOrganization: textValue(key, "RegisteredOrganization") || undefined,
  };
}

/** Since Windows 10 in numbers of their own; `CurrentVersion` stays "6.3" there. */
function majorMinor(software: Hive): string {
  const key = software.key(CURRENT_VERSION);
  const major = numberValue(key, "CurrentMajorVersionNumber");
  if (major !== undefined) return `${major}.${numberValue(key, "CurrentMinorVersionNumber") ?? 0}`;
  return textValue(key, "CurrentVersion") ?? "0.0";
}

/** The third part of a build lab names architecture and kind of build: `amd64fre`, `x86chk`. */
function architectureOf(buildLab: string | undefined): WindowsEdition["architecture"] {
  const found = /\.(x86|amd64|arm64|arm)(?:fre|chk)\b/.exec(buildLab ?? "")?.[1];
  return found as WindowsEdition["architecture"];
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
