import type { Hive } from "@adk/registry";
import * as z from "zod";
import { CBS, cbsState } from "./packages.ts";
import { numberValue } from "./values.ts";

export const windowsCapability = z.object({
  /** `Language.Basic~~~en-US~0.0.1.0` */
  name: z.string(),
  state: z.string(),
  packages: z.array(z.string()),
});
export type WindowsCapability = z.output<typeof windowsCapability>;

/** Capabilities (features on demand) that the image knows of, with the packages that they are made of. */
export function readCapabilities(software: Hive): WindowsCapability[] {
  const installed = software.key(`${CBS}\\Packages`);
  const capabilities: WindowsCapability[] = [];
  for (const key of software.key(`${CBS}\\CapabilityIndex`)?.subkeys() ?? []) {
    const packages = [...key.subkeys().map(({ name }) => name), ...key.values().map(({ name }) => name)].filter(
      (name) => name.includes("~"),
    );
    const states = packages.map((name) => cbsState(numberValue(installed?.subkey(name), "CurrentState")));
    const state = states.find((each) => each === "Installed" || each.endsWith("Pending")) ?? states[0] ?? "Not Present";
    capabilities.push({ name: key.name, state: state === "Unknown" ? "Not Present" : state, packages });
  }
  return capabilities;
}
