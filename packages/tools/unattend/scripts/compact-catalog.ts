/** A node of the collected table: a component, or a setting below one. */
interface Collected {
  name: string;
  kind?: string;
  type?: string;
  schemaType?: string;
  passes: string[];
  docPasses?: string[];
  values?: string[];
  docValues?: string[];
  min?: number;
  max?: number;
  docMin?: number;
  docMax?: number;
  maxLength?: number;
  docMaxLength?: number;
  pattern?: string;
  default?: unknown;
  allowEmpty?: boolean;
  key?: string;
  deprecated?: boolean;
  docDeprecated?: boolean;
  docRemoved?: boolean;
  docFile?: string;
  since?: string;
  src: string[];
  children?: Collected[];
  architecturesInImage?: string[];
  enabledInImage?: boolean;
  settings?: Collected[];
}

interface Change {
  version: string;
  change: string;
  setting: string;
}

/** Oldest first. The page of Windows 10 1511 compares with Windows 8.1, so what it calls new can be of 1507. */
const RELEASES: readonly (readonly [version: string, release: string])[] = [
  ["8.1/2012R2", "win81"],
  ["1511", "win10-1507"],
  ["1607", "win10-1607"],
  ["1703", "win10-1703"],
  ["1709", "win10-1709"],
  ["1803", "win10-1803"],
  ["1809", "win10-1809"],
];
/** The image of the catalogue is 1703: what it has was not removed before. */
const REMOVED_AFTER_IMAGE = ["win10-1709", "win10-1803", "win10-1809"];
const FIELD_OF: Record<string, string> = { new: "since", deprecated: "deprecatedSince", removed: "removedSince" };

/**
 * Not in the change pages: Windows 7's Setup stops at these ("a component or setting ... does not exist"), Windows 8's and
 * later ones take them.
 */
const SINCE_WINDOWS_8 = ["HideOEMRegistrationScreen", "HideOnlineAccountScreens", "HideLocalAccountScreen"].map(
  (name) => `microsoft-windows-shell-setup-oobe-${name.toLowerCase()}`,
);

/** One line a setting, so that a change of the table can be read; what follows from the parent is left out. */
export function compactCatalog(table: { components: Collected[] }, changes: Change[]): string {
  const history = historyOf(changes);
  const components = table.components.map((component) => {
    const { name, passes, architecturesInImage: architectures, enabledInImage: enabled, src } = component;
    const head = JSON.stringify({ name, passes, architectures, enabled, source: sourceOf(src) });
    const settings = (component.settings ?? []).map((node) => nodeText(node, component, name, history));
    return withChildren(head, settings);
  });
  return `[\n${components.join(",\n")}\n]\n`;
}

function nodeText(
  node: Collected,
  parent: Collected,
  parentPath: string,
  history: Map<string, Record<string, string>>,
): string {
  const path = `${parentPath}-${node.name}`;
  const page = node.docFile?.replace(/\.md$/, "").toLowerCase();
  const { removedSince, ...facts } = history.get(plainName(path)) ?? {};
  const isInImage = sourceOf(node.src) === undefined;
  const fields = {
    name: node.name,
    kind: node.kind === "group" && !node.children ? "group" : undefined,
    type: node.type,
    schemaType: node.schemaType,
    // Pages that name no pass mean those of what is around.
    passes: node.passes.length === 0 || sameList(node.passes, parent.passes) ? undefined : node.passes,
    documentedPasses: node.docPasses,
    values: node.values?.map(String),
    documentedValues: node.values ? undefined : wholeNumbers(node.docValues),
    min: node.min ?? node.docMin,
    max: node.max ?? node.docMax,
    maxLength: node.maxLength ?? node.docMaxLength,
    pattern: node.pattern,
    default: node.default === undefined || node.default === "" ? undefined : String(node.default),
    allowEmpty: node.allowEmpty,
    key: node.key,
    deprecated: node.deprecated ? "image" : node.docDeprecated ? "documents" : undefined,
    source: sourceOf(node.src),
    page: page === undefined || node.docRemoved ? undefined : page === path.toLowerCase() ? true : page,
    ...(node.since === "windows 10, version 1803" ? { since: "win10-1803" } : {}),
    ...(SINCE_WINDOWS_8.includes(path.toLowerCase()) ? { since: "win8" } : {}),
    ...facts,
    ...(removedSince && (!isInImage || REMOVED_AFTER_IMAGE.includes(removedSince)) ? { removedSince } : {}),
  };
  return withChildren(
    JSON.stringify(fields),
    (node.children ?? []).map((child) => nodeText(child, node, path, history)),
  );
}

function withChildren(object: string, settings: string[]): string {
  return settings.length === 0 ? object : `${object.slice(0, -1)},"settings":[\n${settings.join(",\n")}\n]}`;
}

/** Undefined for the usual: the image has it. */
function sourceOf(src: string[]): string | undefined {
  if (src.some((name) => name.startsWith("clg"))) return undefined;
  return src.length === 0 || src.some((name) => name !== "observed") ? "documents" : "observed";
}

function sameList(a: string[], b: string[]): boolean {
  return [...a].sort().join() === [...b].sort().join();
}

function wholeNumbers(values: string[] | undefined): string[] | undefined {
  return values?.every((value) => /^\d+$/.test(value)) ? values : undefined;
}

/** Release facts by plain name; of two, the older is kept: a later page repeats what an earlier one said. */
function historyOf(changes: Change[]): Map<string, Record<string, string>> {
  const history = new Map<string, Record<string, string>>();
  for (const [version, release] of RELEASES) {
    for (const { change, setting } of changes.filter((entry) => entry.version === version)) {
      const field = FIELD_OF[change];
      if (field === undefined || /\b(thru|through|setting name)\b|:/.test(setting)) continue;
      const name = plainName(setting.trim());
      const facts = history.get(name) ?? {};
      facts[field] ??= release;
      history.set(name, facts);
    }
  }
  return history;
}

/** The pages write `-`, `\` or a space between the parts. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s\\/]+/g, "-")
    .replace(/-+/g, "-");
}
