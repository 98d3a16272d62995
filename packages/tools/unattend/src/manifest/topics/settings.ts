import * as z from "zod";
import { PASSES } from "../../catalog/passes.ts";
import type { ComponentNode, SettingNode } from "../answer-tree.ts";

/** Settings as they stand in an answer file, for what no other part of the manifest says. */

export type RawValues = { [name: string]: RawValue };
export type RawValue = string | number | boolean | RawValues | RawItem[];
/** An item of a list: settings, or `@value`; `@key` is its `wcm:keyValue`. */
export type RawItem = RawValues;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const elementName = z.string().regex(/^(@key|@value|@env|@item|[A-Za-z_][\w.-]*)$/, "This is no name of a setting.");
const values: z.ZodType<RawValues> = z.lazy(() => z.record(elementName, z.union([scalar, values, z.array(values)])));

export const settingsSchema = z.array(
  z.strictObject({
    pass: z.enum(PASSES),
    component: z.string().min(1),
    architecture: z.string().optional().describe("Default: that of the manifest."),
    values: values.describe(
      "Settings by name, groups as objects, lists as lists; `@key` is wcm:keyValue, `@value` the value of a plain item, `@env` a variable with the value.",
    ),
  }),
);
export type RawSettings = z.output<typeof settingsSchema>;

/** @param env gives the value of an environment variable */
export function toNodes(object: RawValues, env: (name: string) => string): SettingNode[] {
  const nodes: SettingNode[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (name.startsWith("@")) continue;
    if (Array.isArray(value)) for (const item of value) nodes.push(toNode(name, item, item["@item"] !== false, env));
    else nodes.push(toNode(name, value, false, env));
  }
  return nodes;
}

function toNode(name: string, value: RawValue, isItem: boolean, env: (name: string) => string): SettingNode {
  const node = { name, isItem, key: undefined, children: [], topic: "settings" };
  if (typeof value !== "object") return { ...node, value: String(value) };
  const object = value as RawValues;
  const key = object["@key"] === undefined ? undefined : String(object["@key"]);
  if (typeof object["@env"] === "string") return { ...node, key, value: env(object["@env"]) };
  if (object["@value"] !== undefined) return { ...node, key, value: String(object["@value"]) };
  const children = toNodes(object, env);
  return { ...node, key, value: children.length === 0 && !isItem ? "" : undefined, children };
}

export function fromComponents(components: readonly ComponentNode[], architecture: string): RawSettings {
  return components.map((component) => ({
    pass: component.pass as RawSettings[number]["pass"],
    component: component.name,
    ...(component.architecture === architecture ? {} : { architecture: component.architecture }),
    values: fromNodes(component.settings),
  }));
}

function fromNodes(nodes: readonly SettingNode[]): RawValues {
  const object: RawValues = {};
  for (const [name, same] of Map.groupBy(nodes, (node) => node.name)) {
    const [first] = same;
    object[name] = same.length > 1 || first!.isItem ? same.map(fromItem) : fromNode(first!);
  }
  return object;
}

function fromNode({ value, children }: SettingNode): string | RawValues {
  return value ?? fromNodes(children);
}

function fromItem(node: SettingNode): RawItem {
  const head: RawItem = {};
  if (node.key !== undefined) head["@key"] = node.key;
  if (!node.isItem) head["@item"] = false;
  return node.value === undefined ? { ...head, ...fromNodes(node.children) } : { ...head, "@value": node.value };
}
