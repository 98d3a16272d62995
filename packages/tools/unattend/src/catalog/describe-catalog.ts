import * as z from "zod";
import { type Catalog, type CatalogComponent, walkSettings } from "./catalog.ts";
import { describedSettingSchema, describeSetting } from "./describe-setting.ts";

const componentSchema = z.object({
  name: z.string(),
  architecture: z.string(),
  version: z.string().nullable(),
  enabled: z.boolean().nullable(),
  passes: z.array(z.string()),
  settings: z.array(describedSettingSchema),
});
export type DescribedComponent = z.infer<typeof componentSchema>;

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  architecture: z.string(),
  language: z.string(),
  releaseType: z.number().nullable(),
  features: z.array(z.object({ name: z.string(), enabled: z.boolean() })),
});

export const catalogDumpSchema = z.object({
  catalog: z.string(),
  components: z.array(componentSchema),
  packages: z.array(packageSchema),
});
export type CatalogDump = z.infer<typeof catalogDumpSchema>;

/** A component with its settings one after the other, as plain data. */
export function describeComponent(
  component: CatalogComponent,
  architecture: string,
  version?: string,
): DescribedComponent {
  const { name, enabled, passes, settings } = component;
  return {
    name,
    architecture,
    version: version ?? null,
    enabled: enabled ?? null,
    passes: [...passes],
    settings: [...walkSettings(settings)].map(describeSetting),
  };
}

export const catalogChangeSchema = z.object({
  change: z.enum(["added", "removed", "changed"]),
  component: z.string(),
  /** Null for the component itself. */
  path: z.string().nullable(),
  field: z.string().nullable(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type CatalogChange = z.infer<typeof catalogChangeSchema>;

/** How two catalogues differ: in components, settings and what is said of them. Each component is compared once. */
export function diffCatalogs(before: Catalog, after: Catalog): CatalogChange[] {
  const changes: CatalogChange[] = [];
  for (const component of before.components) {
    const other = after.component(component.name);
    if (other) diffComponent(component, other, changes);
    else changes.push(whole("removed", component.name, null));
  }
  for (const { name } of after.components) if (!before.component(name)) changes.push(whole("added", name, null));
  return changes;
}

function diffComponent(before: CatalogComponent, after: CatalogComponent, changes: CatalogChange[]): void {
  const { name } = before;
  const old = new Map(describeComponent(before, "").settings.map((setting) => [setting.path, setting]));
  const now = new Map(describeComponent(after, "").settings.map((setting) => [setting.path, setting]));
  compareFields(
    name,
    null,
    { passes: before.passes, enabled: before.enabled, architectures: before.architectures },
    {
      passes: after.passes,
      enabled: after.enabled,
      architectures: after.architectures,
    },
    changes,
  );
  for (const [path, setting] of old) {
    const other = now.get(path);
    if (other) compareFields(name, path, setting, other, changes);
    else changes.push(whole("removed", name, path));
  }
  for (const path of now.keys()) if (!old.has(path)) changes.push(whole("added", name, path));
}

function whole(change: "added" | "removed", component: string, path: string | null): CatalogChange {
  return { change, component, path, field: null, before: null, after: null };
}

function compareFields(
  component: string,
  path: string | null,
  before: object,
  after: object,
  changes: CatalogChange[],
): void {
  for (const [field, value] of Object.entries(before)) {
    const old = textOf(value);
    const now = textOf((after as Record<string, unknown>)[field]);
    if (old !== now) changes.push({ change: "changed", component, path, field, before: old, after: now });
  }
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? value.join(",") : String(value);
}
