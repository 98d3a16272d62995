import { upcase, type Volume } from "@adk/core";
import type { Hive } from "@adk/registry";
import * as z from "zod";
import { readPackageManifest } from "./package-manifest.ts";
import { CBS, cbsState } from "./packages.ts";
import { numberValue } from "./values.ts";

export const windowsFeature = z.object({
  name: z.string(),
  /** As DISM names it: `Enabled`, `Disabled`, `Enable Pending` ... */
  state: z.string(),
  /** The number in the registry, as CBS wrote it. */
  rawState: z.number(),
  package: z.string(),
  displayName: z.string().optional(),
});
export type WindowsFeature = z.output<typeof windowsFeature>;

/**
 * What the states of a feature are called. The numbers are the `CbsInstallState` enumeration of Microsoft's chart of CBS
 * states; that the registry keeps a feature's state by it was not verified against Windows, so the raw number is given too.
 */
const STATES: ReadonlyMap<number, string> = new Map([
  [0, "Disabled with Payload Removed"],
  [3, "Disabled"],
  [4, "Disabled"],
  [5, "Disable Pending"],
  [6, "Enable Pending"],
  [7, "Enabled"],
  [8, "Enabled"],
]);

/** Features that packages offer: the values below `Updates` of an installed package. */
export async function readFeatures(software: Hive, volume: Volume): Promise<WindowsFeature[]> {
  const features = new Map<string, WindowsFeature>();
  for (const key of software.key(`${CBS}\\Packages`)?.subkeys() ?? []) {
    const updates = key.subkey("Updates");
    if (!updates || !["Installed", "Permanent"].includes(cbsState(numberValue(key, "CurrentState")))) continue;
    const manifest = await readPackageManifest(volume, key.name);
    const names = new Map(manifest?.features.map((feature) => [upcase(feature.name), feature]));
    for (const value of updates.values()) {
      const { name } = value;
      const rawState = numberValue(updates, name);
      if (name === "" || rawState === undefined) continue;
      const state = STATES.get(rawState) ?? `Unknown (${rawState})`;
      const displayName = names.get(upcase(name))?.displayName;
      features.set(upcase(name), { name, state, rawState, package: key.name, displayName });
    }
  }
  return [...features.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
