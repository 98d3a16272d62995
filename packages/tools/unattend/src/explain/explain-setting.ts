import { suggest } from "@adk/core";
import * as z from "zod";
import { type Catalog, type CatalogComponent, type CatalogSetting, walkSettings } from "../catalog/catalog.ts";
import { isPass } from "../catalog/passes.ts";
import { meaningOf } from "../facts/meanings.ts";

export const explainedSettingSchema = z.object({
  component: z.string(),
  path: z.string(),
  kind: z.enum(["leaf", "group", "list"]),
  /** In our own words; null for settings that nobody described yet. */
  meaning: z.string().nullable(),
  type: z.string().nullable(),
  passes: z.array(z.string()),
  documentedPasses: z.array(z.string()).nullable(),
  values: z.array(z.string()).nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  maxLength: z.number().nullable(),
  pattern: z.string().nullable(),
  default: z.string().nullable(),
  allowEmpty: z.boolean().nullable(),
  /** Of a list: the child that is its key, or `@keyValue`. */
  key: z.string().nullable(),
  settings: z.array(z.string()),
  since: z.string().nullable(),
  deprecated: z.string().nullable(),
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
  return {
    component: component.name,
    path: setting.path,
    kind: setting.kind,
    meaning: facts?.meaning ?? null,
    type: setting.type ?? null,
    passes: [...setting.passes],
    documentedPasses: setting.documentedPasses ? [...setting.documentedPasses] : null,
    values: setting.values ? [...setting.values] : setting.documentedValues ? [...setting.documentedValues] : null,
    min: setting.min ?? null,
    max: setting.max ?? null,
    maxLength: setting.maxLength ?? null,
    pattern: setting.pattern ?? null,
    default: setting.default ?? null,
    allowEmpty: setting.allowEmpty ?? null,
    key: setting.key ?? null,
    settings: setting.settings.map(({ name }) => name),
    since: setting.since ?? null,
    deprecated: setting.deprecated ?? null,
    deprecatedSince: setting.deprecatedSince ?? null,
    removedSince: setting.removedSince ?? null,
    registry: facts?.registry ?? null,
    source: setting.source,
    documentation: setting.documentation ?? null,
  };
}
