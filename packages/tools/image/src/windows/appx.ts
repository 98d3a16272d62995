import type { Hive, Key } from "@adk/registry";
import * as z from "zod";
import { textValue } from "./values.ts";

/** Where apps are kept that every new user gets. */
export const APPX_STORE = "Microsoft\\Windows\\CurrentVersion\\Appx\\AppxAllUserStore";

export const provisionedAppx = z.object({
  /** Name_Version_Architecture_ResourceId_PublisherId */
  packageName: z.string(),
  displayName: z.string(),
  version: z.string().optional(),
  architecture: z.string().optional(),
  resourceId: z.string().optional(),
  /** Name_PublisherId */
  familyName: z.string().optional(),
  /** Of the manifest, as the image writes it. */
  installLocation: z.string().optional(),
});
export type ProvisionedAppx = z.output<typeof provisionedAppx>;

/** Apps that are provisioned for new users, those of Windows itself (`InboxApplications`) apart. */
export function readProvisionedAppx(software: Hive): ProvisionedAppx[] {
  const keys = software.key(`${APPX_STORE}\\Applications`)?.subkeys() ?? [];
  return keys.map((key) => describe(key)).sort((a, b) => (a.packageName < b.packageName ? -1 : 1));
}

function describe(key: Key): ProvisionedAppx {
  const packageName = key.name;
  const [name = packageName, version, architecture, resourceId, publisherId] = packageName.split("_");
  return {
    packageName,
    displayName: name,
    version: version || undefined,
    architecture: architecture || undefined,
    resourceId: resourceId || undefined,
    familyName: publisherId ? `${name}_${publisherId}` : undefined,
    installLocation: textValue(key, "Path"),
  };
}
