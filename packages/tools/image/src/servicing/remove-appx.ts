import { AdkError, suggest, wildcardMatcher } from "@adk/core";
import { APPX_STORE, type ProvisionedAppx, readProvisionedAppx } from "../windows/appx.ts";
import type { EditTarget } from "./edit-target.ts";
import type { RegistryEdits } from "./registry-edits.ts";

const STORE = `HKLM\\SOFTWARE\\${APPX_STORE}`;

/**
 * Takes apps out of those that new users get, and marks them so that an update of Windows does not bring them back. The files
 * stay unless asked for: the database of the app store (StateRepository-Machine.srd) still names them.
 *
 * @param names package names, family names or app names, with `*` for any part
 * @throws AdkError `IMAGE_NO_APPX` for a name that fits no app: then nothing is removed
 */
export async function removeAppx(
  target: EditTarget,
  edits: RegistryEdits,
  names: readonly string[],
  { deleteFiles = false } = {},
): Promise<ProvisionedAppx[]> {
  const key = await edits.key("HKLM\\SOFTWARE");
  const apps = key ? readProvisionedAppx(key.hive) : [];
  const chosen = new Set<ProvisionedAppx>();
  for (const name of names) {
    const fits = wildcardMatcher(name);
    const found = apps.filter((app) =>
      [app.packageName, app.familyName, app.displayName].some((each) => each !== undefined && fits(each)),
    );
    if (found.length === 0) {
      const near = suggest(
        name,
        apps.map(({ displayName }) => displayName),
      );
      throw new AdkError("IMAGE_NO_APPX", "No provisioned app has this name.", {
        kind: "usage",
        found: name,
        hint: near ? `Did you mean "${near}"?` : undefined,
      });
    }
    for (const app of found) chosen.add(app);
  }
  for (const { packageName, familyName } of chosen) {
    await edits.deleteKey(`${STORE}\\Applications\\${packageName}`);
    if (familyName !== undefined) await edits.createKey(`${STORE}\\Deprovisioned\\${familyName}`);
    if (deleteFiles) await target.remove(`/Program Files/WindowsApps/${packageName}`);
  }
  return [...chosen];
}
