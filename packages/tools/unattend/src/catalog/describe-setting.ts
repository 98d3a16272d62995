import * as z from "zod";
import type { CatalogSetting } from "./catalog.ts";

export const describedSettingSchema = z.object({
  path: z.string(),
  kind: z.enum(["leaf", "group", "list"]),
  type: z.string().nullable(),
  schemaType: z.string().nullable(),
  passes: z.array(z.string()),
  values: z.array(z.string()).nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  maxLength: z.number().nullable(),
  pattern: z.string().nullable(),
  default: z.string().nullable(),
  /** Of a list: the child that is its key, or `@keyValue`. */
  key: z.string().nullable(),
  deprecated: z.string().nullable(),
});
type DescribedSetting = z.infer<typeof describedSettingSchema>;

/** A setting without those below it, as plain data. */
export function describeSetting(setting: CatalogSetting): DescribedSetting {
  return {
    path: setting.path,
    kind: setting.kind,
    type: setting.type ?? null,
    schemaType: setting.schemaType ?? null,
    passes: [...setting.passes],
    values: setting.values ? [...setting.values] : null,
    min: setting.min ?? null,
    max: setting.max ?? null,
    maxLength: setting.maxLength ?? null,
    pattern: setting.pattern ?? null,
    default: setting.default ?? null,
    key: setting.key ?? null,
    deprecated: setting.deprecated ?? null,
  };
}
