import type { Key } from "@adk/registry";
import * as z from "zod";
import { numberValue, textValue, textValues } from "./values.ts";

/** SERVICE_* start types ("QUERY_SERVICE_CONFIG", learn.microsoft.com). */
export const START_TYPES = ["boot", "system", "auto", "demand", "disabled"] as const;

export const windowsService = z.object({
  name: z.string(),
  displayName: z.string().optional(),
  kind: z.enum(["kernel driver", "file system driver", "service", "user service", "other"]),
  start: z.enum(START_TYPES).optional(),
  delayed: z.boolean().optional(),
  imagePath: z.string().optional(),
  account: z.string().optional(),
  group: z.string().optional(),
  dependsOn: z.array(z.string()).optional(),
});
export type WindowsService = z.output<typeof windowsService>;

/** Services and drivers of a control set, by name; keys without a type are parameters of others. */
export function readServices(controlSet: Key): WindowsService[] {
  const services: WindowsService[] = [];
  for (const key of controlSet.subkey("Services")?.subkeys() ?? []) {
    const type = numberValue(key, "Type");
    if (type === undefined) continue;
    const dependsOn = textValues(key, "DependOnService").filter((name) => name !== "");
    services.push({
      name: key.name,
      displayName: textValue(key, "DisplayName"),
      kind: kindOf(type),
      start: START_TYPES[numberValue(key, "Start") ?? -1],
      delayed: numberValue(key, "DelayedAutostart") === 1 ? true : undefined,
      imagePath: textValue(key, "ImagePath"),
      account: textValue(key, "ObjectName"),
      group: textValue(key, "Group"),
      dependsOn: dependsOn.length > 0 ? dependsOn : undefined,
    });
  }
  return services;
}

/** SERVICE_TYPE bits: 1 kernel driver, 2 file system driver, 0x10 and 0x20 processes, 0x40 of users. */
function kindOf(type: number): WindowsService["kind"] {
  if (type & 0x40) return "user service";
  if (type & 0x30) return "service";
  if (type & 0x02) return "file system driver";
  return type & 0x01 ? "kernel driver" : "other";
}
