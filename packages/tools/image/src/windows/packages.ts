import type { Volume } from "@adk/core";
import type { Hive } from "@adk/registry";
import * as z from "zod";
import { knowledgeBaseOf, parsePackageIdentity } from "./package-identity.ts";
import { readPackageManifest } from "./package-manifest.ts";
import { isoTime, numberValue, splitFiletime, textValue } from "./values.ts";

/** The key of component based servicing in the SOFTWARE hive. */
export const CBS = "Microsoft\\Windows\\CurrentVersion\\Component Based Servicing";

/** States of packages and capabilities ("CBS Servicing States Chart", Microsoft Tip of the Day, 2015-10-12). */
const STATES: ReadonlyMap<number, string> = new Map([
  [0x00, "Absent"],
  [0x05, "Uninstall Pending"],
  [0x10, "Resolving"],
  [0x20, "Resolved"],
  [0x30, "Staging"],
  [0x40, "Staged"],
  [0x50, "Superseded"],
  [0x60, "Install Pending"],
  [0x65, "Partially Installed"],
  [0x70, "Installed"],
  [0x80, "Permanent"],
]);

/** What a state of CBS is called; broken ones are negative numbers of a byte in the high bit. */
export function cbsState(state: number | undefined): string {
  if (state === undefined) return "Unknown";
  return STATES.get(state) ?? `Unknown (0x${state.toString(16)})`;
}

export const servicingPackage = z.object({
  identity: z.string(),
  state: z.string(),
  /** `Security Update`, `Language Pack`: from the package's manifest, where the image has it. */
  releaseType: z.string().optional(),
  installed: z.string().optional(),
  /** KB article of an update. */
  knowledgeBase: z.string().optional(),
  language: z.string().optional(),
  installClient: z.string().optional(),
  /** Packages that are parts of others are not; DISM lists the visible ones. */
  visible: z.boolean(),
});
export type ServicingPackage = z.output<typeof servicingPackage>;

/** Every package that CBS knows, by name. */
export async function readPackages(software: Hive, volume: Volume): Promise<ServicingPackage[]> {
  const packages: ServicingPackage[] = [];
  for (const key of software.key(`${CBS}\\Packages`)?.subkeys() ?? []) {
    const identity = key.name;
    const visible = numberValue(key, "Visibility") === 1;
    const manifest = visible ? await readPackageManifest(volume, identity) : undefined;
    packages.push({
      identity,
      state: cbsState(numberValue(key, "CurrentState")),
      releaseType: manifest?.releaseType,
      installed: isoTime(splitFiletime(key, "InstallTimeHigh", "InstallTimeLow")),
      knowledgeBase: knowledgeBaseOf(identity) ?? knowledgeBaseOf(textValue(key, "InstallLocation") ?? ""),
      language: parsePackageIdentity(identity)?.language || undefined,
      installClient: textValue(key, "InstallClient"),
      visible,
    });
  }
  return packages;
}
