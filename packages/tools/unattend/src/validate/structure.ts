import { PASSES } from "../catalog/passes.ts";
import { isOwn } from "../document/answer-file.ts";
import {
  attribute,
  UNATTEND_NAMESPACE,
  XMLNS_NAMESPACE,
  type XmlAttribute,
  type XmlElement,
} from "../document/tree.ts";
import type { Checker } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { error, info, type Rules, warning } from "./rule.ts";

/** Rules of the frame around the settings, as the schema that Windows SIM validates with has them. */
export const STRUCTURE: Rules<
  "root" | "child" | "order" | "attribute" | "missing" | "value" | "text" | "processed" | "placeholder"
> = {
  root: error(
    "root",
    "The root element is not <unattend> of the answer file's namespace.",
    'Setup knows an answer file by <unattend xmlns="urn:schemas-microsoft-com:unattend">.',
  ),
  child: error(
    "unattend-child",
    "An element stands where the answer file has no place for it.",
    "Elements of other programs must have a namespace of their own and stand behind the last <settings>.",
  ),
  order: error(
    "element-order",
    "Elements stand in the wrong order.",
    "In <unattend> first comes <servicing>, then all <settings>, then elements of other namespaces. In <package> <assemblyIdentity> comes first.",
  ),
  attribute: error(
    "unknown-attribute",
    "An attribute is not known here.",
    "Setup refuses a file with attributes that its schema does not have; often the name is misspelt.",
  ),
  missing: error("missing-attribute", "A required attribute is missing.", "Setup cannot tell what the element is for."),
  value: error(
    "bad-attribute",
    "An attribute has a value that it cannot have.",
    "The names of passes and architectures are fixed; publicKeyToken is 16 hexadecimal digits.",
  ),
  text: error(
    "stray-text",
    "Text stands between elements.",
    "Only settings have text. Often a comment was not closed.",
  ),
  processed: info(
    "processed-pass",
    "Setup has run this pass already.",
    "This is the copy that Setup keeps in Panther: passes that it has marked are not run again, and passwords are gone from it.",
  ),
  placeholder: warning(
    "placeholder-left",
    "A placeholder of a template is left.",
    "Setup takes it literally. Render the template first, or check it with --template.",
  ),
};

/** A number of four parts; the schema's own pattern ends in a $ that XML Schema takes for a letter. */
const VERSION = /^0*\d{0,5}(?:\.0*\d{0,5}){3}$/;
const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;
const ARCHITECTURES = ["x86", "ia64", "amd64", "wow64", "msil", "shx", "arm", "data", "neutral", "arm64"];
const PASS_NAMES = [...PASSES, "oobeUser"];
const PERMANENCE = ["removable", "permanent", "temporary"];

type ValueCheck = (value: string) => boolean;
const anything: ValueCheck = () => true;
const oneOf = (values: readonly string[], anyCase = false): ValueCheck => {
  return (value) => values.includes(anyCase ? value.toLowerCase() : value);
};
const version: ValueCheck = (value) => {
  return VERSION.test(value) && value.split(".").every((part) => Number(part) <= 65_535);
};
const token: ValueCheck = (value) => /^[\da-f]{16}$/i.test(value);
const architecture = oneOf(ARCHITECTURES, true);

interface Shape {
  /** Names with what they may be; `required` are the first so many. */
  readonly attributes: Readonly<Record<string, ValueCheck>>;
  readonly required: number;
  /** Whether attributes of other namespaces are welcome. */
  readonly open?: boolean;
  /** Own child elements in their order: `?` at most one, `*` any number. Undefined: any content. */
  readonly children?: readonly string[];
  /** Children may stand in any order behind the first. */
  readonly mixed?: boolean;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  unattend: {
    attributes: {
      author: anything,
      description: anything,
      creationTimeStamp: (value) => DATE_TIME.test(value.trim()),
      lastUpdateTimeStamp: (value) => DATE_TIME.test(value.trim()),
      ConfigurationSetTimeStamp: (value) => DATE_TIME.test(value.trim()),
    },
    required: 0,
    open: true,
    children: ["servicing?", "settings*"],
  },
  settings: { attributes: { pass: oneOf(PASS_NAMES) }, required: 1, children: ["component*"] },
  component: {
    attributes: {
      name: anything,
      processorArchitecture: architecture,
      publicKeyToken: token,
      language: anything,
      version,
      versionScope: oneOf(["neutral", "nonsxs"], true),
    },
    required: 4,
  },
  servicing: { attributes: {}, required: 0, children: ["package*"] },
  package: {
    attributes: { action: oneOf(["remove", "stage", "install", "configure"]), permanence: oneOf(PERMANENCE) },
    required: 1,
    open: true,
    children: ["assemblyIdentity!", "source*", "selection*"],
    mixed: true,
  },
  assemblyIdentity: {
    attributes: {
      name: anything,
      version,
      processorArchitecture: architecture,
      publicKeyToken: token,
      language: anything,
      versionScope: oneOf(["nonSxS"]),
    },
    required: 5,
    children: [],
  },
  source: { attributes: { location: anything, permanence: oneOf(PERMANENCE) }, required: 1, children: [] },
  selection: {
    attributes: { name: anything, state: (value) => /^\s*(?:true|false|1|0)\s*$/.test(value) },
    required: 2,
    children: [],
  },
};

export function checkStructure(checker: Checker): void {
  const { root } = checker.file;
  if (root === undefined) return;
  if (root.local !== "unattend" || root.namespace !== UNATTEND_NAMESPACE) {
    const found = root.namespace === "" ? "no namespace" : `the namespace ${root.namespace}`;
    checker.report(STRUCTURE.root, root, `The root is <${root.local}> of ${found}, not an answer file's <unattend>.`);
    if (root.local !== "unattend") return;
  }
  checkShape(checker, root, SHAPES["unattend"] as Shape, root.namespace);
}

function checkShape(checker: Checker, element: XmlElement, shape: Shape, namespace: string): void {
  checkAttributes(checker, element, shape);
  if (shape.children === undefined) return;
  const ranks = shape.children.map((child) => child.slice(0, -1));
  const isRoot = element.local === "unattend";
  let rank = 0;
  let foreign: XmlElement | undefined;
  const seen = new Set<string>();
  for (const node of element.children) {
    if (node.kind === "text" || node.kind === "cdata") checkText(checker, element, node);
    if (node.kind !== "element") continue;
    if (node.namespace !== namespace) {
      // Setup passes over them; behind the settings the schema allows them.
      if (isRoot && node.namespace !== "") foreign = node;
      else reportChild(checker, element, node, isRoot);
      continue;
    }
    const own = ranks.indexOf(node.local);
    if (own < 0) {
      reportChild(checker, element, node, isRoot);
      continue;
    }
    const order = shape.mixed ? Math.min(own, 1) : own;
    const single = !shape.children[own]?.endsWith("*") && seen.has(node.local);
    if (order < rank || single) {
      const message = single
        ? `<${element.local}> has one <${node.local}> only.`
        : `<${node.local}> must stand before what is above it here.`;
      checker.report(STRUCTURE.order, node, message);
    } else if (foreign) {
      const message = `<${foreign.name}> of another namespace belongs behind the last <settings>.`;
      checker.report(STRUCTURE.order, foreign, message, { severity: "warning" });
      foreign = undefined;
    }
    rank = Math.max(rank, order);
    seen.add(node.local);
    checkShape(checker, node, SHAPES[node.local] as Shape, namespace);
  }
  if (shape.children[0]?.endsWith("!") && !seen.has(ranks[0] as string)) {
    checker.report(STRUCTURE.order, element, `<${element.local}> must begin with <${ranks[0]}>.`);
  }
}

function reportChild(checker: Checker, parent: XmlElement, child: XmlElement, isRoot: boolean): void {
  const hint = isRoot && isOwn(child) ? " Give it an xmlns of its own if it belongs to another program." : "";
  checker.report(STRUCTURE.child, child, `<${child.name}> has no place in <${parent.local}>.${hint}`);
}

function checkText(checker: Checker, element: XmlElement, node: { value: string; start: number; end: number }): void {
  const text = node.value.trim();
  if (text === "" || (checker.template && isPlaceholder(text))) return;
  const start = node.start + node.value.search(/\S/);
  const shown = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  const end = Math.max(start, Math.min(node.end, start + text.length));
  checker.report(STRUCTURE.text, { start, end }, `Text in <${element.local}>: ${JSON.stringify(shown)}.`);
}

function checkAttributes(checker: Checker, element: XmlElement, shape: Shape): void {
  const names = Object.keys(shape.attributes);
  const missing = names.slice(0, shape.required).filter((name) => attribute(element, name) === undefined);
  for (const each of element.attributes) {
    if (each.namespace === XMLNS_NAMESPACE || each.namespace.endsWith("XMLSchema-instance")) continue;
    const isKnown = each.namespace === "" && names.includes(each.local);
    if (!isKnown) reportUnknown(checker, element, each, shape, names, missing);
    else checkValue(checker, each, shape.attributes[each.local] as ValueCheck);
  }
  for (const name of missing) {
    checker.report(STRUCTURE.missing, element, `<${element.local}> has no attribute ${name}.`);
  }
}

function reportUnknown(
  checker: Checker,
  element: XmlElement,
  found: XmlAttribute,
  shape: Shape,
  names: readonly string[],
  missing: string[],
): void {
  if (found.namespace !== "" && shape.open) return;
  if (found.local === "wasPassProcessed" && element.local === "settings") {
    if (found.value !== "true") return;
    checker.report(STRUCTURE.processed, found, "Setup has run this pass already: this is its copy of an answer file.");
    return;
  }
  const meant = found.namespace === "" ? checker.meant(found.local, names) : undefined;
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  const edit = { start: found.start, end: found.start + found.name.length, text: meant ?? "" };
  const isFixable = meant !== undefined && missing.includes(meant);
  if (isFixable) missing.splice(missing.indexOf(meant), 1);
  checker.report(STRUCTURE.attribute, found, `<${element.local}> has no attribute ${found.name}.${hint}`, {
    fix: isFixable ? { title: `Rename it to ${meant}`, edits: [edit] } : undefined,
  });
}

function checkValue(checker: Checker, found: XmlAttribute, isValid: ValueCheck): void {
  if (isValid(found.value)) return;
  if (isPlaceholder(found.value)) {
    if (!checker.template) {
      checker.report(STRUCTURE.placeholder, found, `${found.name} is the placeholder ${found.value}.`, {
        severity: "error",
      });
    }
    return;
  }
  const all = found.local === "pass" ? PASS_NAMES : found.local === "processorArchitecture" ? ARCHITECTURES : [];
  const meant = checker.meant(found.value, all);
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  const edit = { start: found.valueStart, end: found.valueEnd, text: meant ?? "" };
  const sure = meant?.toLowerCase() === found.value.trim().toLowerCase();
  checker.report(STRUCTURE.value, found, `${found.name} cannot be ${JSON.stringify(found.value)}.${hint}`, {
    fix: sure ? { title: `Write ${meant}`, edits: [edit] } : undefined,
  });
}
