import type { Volume } from "@adk/core";
import type { Hive } from "@adk/registry";
import * as z from "zod";
import { CBS } from "./packages.ts";
import { numberValue, textValues } from "./values.ts";

/** Operations that Windows has still to finish, and the flags of the component store. */
export const servicingHealth = z.object({
  /** Whether anything is pending: most servicing is refused then. */
  pending: z.boolean(),
  reasons: z.array(z.string()),
  componentStore: z.object({ corrupt: z.boolean(), unserviceable: z.boolean() }),
});
export type ServicingHealth = z.output<typeof servicingHealth>;

export async function readServicingHealth(
  software: Hive,
  system: Hive | undefined,
  volume: Volume,
): Promise<ServicingHealth> {
  const cbs = software.key(CBS);
  const reasons: string[] = [];
  for (const name of ["RebootPending", "RebootInProgress", "PackagesPending", "SessionsPending"]) {
    const key = cbs?.subkey(name);
    if (!key) continue;
    if (name !== "SessionsPending") reasons.push(`CBS: ${name}`);
    else if ((numberValue(key, "Exclusive") ?? 0) !== 0 || (numberValue(key, "TotalSessionPhases") ?? 0) !== 0) {
      reasons.push("CBS: a session is pending");
    }
  }
  for (const path of ["/Windows/WinSxS/pending.xml", "/Windows/WinSxS/poqexec.log.pending"]) {
    if (await volume.lookup(path)) reasons.push(`${path} is there`);
  }
  const control = system?.root.subkeys().filter(({ name }) => /^ControlSet\d{3}$/.test(name)) ?? [];
  const renames = control.some((set) => {
    return textValues(set.descend("Control\\Session Manager"), "PendingFileRenameOperations").length > 0;
  });
  if (renames) reasons.push("files are to be renamed at the next start");
  return {
    pending: reasons.length > 0,
    reasons,
    componentStore: {
      corrupt: (numberValue(cbs, "Corrupt") ?? 0) !== 0,
      unserviceable: (numberValue(cbs, "Unserviceable") ?? 0) !== 0,
    },
  };
}
