/** The part of JSON Schema (draft 7) that schemas of file formats use; anything else in one is an error. */
interface Schema {
  readonly $ref?: string;
  readonly $schema?: string;
  readonly title?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const KEYWORDS: ReadonlySet<string> = new Set<keyof Schema>([
  "$ref",
  "$schema",
  "title",
  "definitions",
  "type",
  "const",
  "enum",
  "anyOf",
  "items",
  "properties",
  "required",
]);

/** What of a value is not as a schema has it: a line for each place. */
export function schemaViolations(root: object, value: unknown): string[] {
  return violations(root as Schema, root as Schema, value, "$");
}

function violations(root: Schema, schema: Schema, value: unknown, place: string): string[] {
  const unknown = Object.keys(schema).filter((keyword) => !KEYWORDS.has(keyword));
  if (unknown.length > 0) throw new Error(`the schema has keywords that are not checked: ${unknown.join(", ")}`);
  const found: string[] = [];
  if (schema.$ref !== undefined) {
    const definition = root.definitions?.[schema.$ref.replace("#/definitions/", "")];
    if (!definition) throw new Error(`the schema has no ${schema.$ref}`);
    found.push(...violations(root, definition, value, place));
  }
  if (schema.type !== undefined && typeName(value) !== schema.type) return [`${place}: not a ${schema.type}`];
  if (schema.const !== undefined && value !== schema.const) found.push(`${place}: not ${String(schema.const)}`);
  if (schema.enum && !schema.enum.includes(value)) found.push(`${place}: none of ${schema.enum.join(", ")}`);
  if (schema.anyOf) {
    const each = schema.anyOf.map((option) => violations(root, option, value, place));
    if (each.every((list) => list.length > 0)) found.push(...(each.at(-1) as string[]));
  }
  const { items, properties = {} } = schema;
  if (items && Array.isArray(value)) {
    for (const [i, item] of value.entries()) found.push(...violations(root, items, item, `${place}[${i}]`));
  }
  if (typeName(value) === "object") {
    const members = value as Readonly<Record<string, unknown>>;
    for (const name of schema.required ?? []) if (!(name in members)) found.push(`${place}: no ${name}`);
    for (const [name, member] of Object.entries(members)) {
      const own = properties[name];
      if (own) found.push(...violations(root, own, member, `${place}.${name}`));
    }
  }
  return found;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
