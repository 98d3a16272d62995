import { suggest } from "@adk/core";
import * as z from "zod";
import { type Catalog, type CatalogComponent, type CatalogSetting, walkSettings } from "../catalog/catalog.ts";
import { describedSettingSchema, describeSetting } from "../catalog/describe-setting.ts";
import { isPass } from "../catalog/passes.ts";
import { meaningOf } from "../facts/meanings.ts";

export const explainedSettingSchema = describedSettingSchema.omit({ schemaType: true }).extend({
  component: z.string(),
  /** In our own words; null for settings that nobody described yet. */
  meaning: z.string().nullable(),
  documentedPasses: z.array(z.string()).nullable(),
  allowEmpty: z.boolean().nullable(),
  settings: z.array(z.string()),
  since: z.string().nullable(),
  deprecatedSince: z.string().nullable(),
  removedSince: z.string().nullable(),
  /** Where the value ends up, where that is known. */
  registry: z.string().nullable(),
  /** Who says all this: the image, the reference pages, or files in use. */
  source: z.string(),
  documentation: z.string().nullable(),
});
export type ExplainedSetting = z.infer<typeof explainedSettingSchema>;

export const explanationSchema = z.object({
  catalog: z.string(),
  asked: z.string(),
  settings: z.array(explainedSettingSchema),
  /** What may have been meant, if nothing was found. */
  suggestion: z.string().nullable(),
});
export type Explanation = z.infer<typeof explanationSchema>;

/**
 * What is known of a setting.
 *
 * @param asked `TimeZone`, `OOBE/HideEULAPage`, `Shell-Setup/TimeZone`, or a path with component and pass; in any letter case
 */
export function explainSetting(catalog: Catalog, asked: string): Explanation {
  const wanted = plain(asked);
  const known = [...everySetting(catalog)];
  const exact = known.filter(({ component, setting }) => plain(`${component.name}/${setting.path}`) === wanted);
  const ending = known.filter(({ component, setting }) =>
    `/${plain(`${component.name}/${setting.path}`)}`.endsWith(`/${wanted}`),
  );
  const short = known.filter(({ component, setting }) => {
    return plain(`${component.name}/${setting.path}`) === `microsoft-windows-${wanted}`;
  });
  const found = [exact, short, ending].find((list) => list.length > 0) ?? [];
  const names = new Set(known.map(({ setting }) => setting.name));
  return {
    catalog: catalog.name,
    asked,
    settings: found.map(({ component, setting }) => toExplained(component, setting)),
    suggestion: found.length > 0 ? null : (suggest(asked.split("/").at(-1) ?? asked, names) ?? null),
  };
}

function* everySetting(catalog: Catalog): Generator<{ component: CatalogComponent; setting: CatalogSetting }> {
  for (const component of catalog.components) {
    for (const setting of walkSettings(component.settings)) yield { component, setting };
  }
}

/** Without pass, architecture and keys of list items. */
function plain(path: string): string {
  const names = path
    .replace(/\[[^\]]*\]/g, "")
    .replace(/@\w+(?=\/|$)/, "")
    .split("/")
    .filter((name) => name !== "");
  const [first = ""] = names;
  return (isPass(first) ? names.slice(1) : names).join("/").toLowerCase();
}

function toExplained(component: CatalogComponent, setting: CatalogSetting): ExplainedSetting {
  const facts = meaningOf(component.name, setting.path);
  const { schemaType: _, ...described } = describeSetting(setting);
  return {
    component: component.name,
    ...described,
    meaning: facts?.meaning ?? null,
    documentedPasses: setting.documentedPasses ? [...setting.documentedPasses] : null,
    values: described.values ?? (setting.documentedValues ? [...setting.documentedValues] : null),
    allowEmpty: setting.allowEmpty ?? null,
    settings: setting.settings.map(({ name }) => name),
    since: setting.since ?? null,
    deprecatedSince: setting.deprecatedSince ?? null,
    removedSince: setting.removedSince ?? null,
    registry: facts?.registry ?? null,
    source: setting.source,
    documentation: setting.documentation ?? null,
  };
}
