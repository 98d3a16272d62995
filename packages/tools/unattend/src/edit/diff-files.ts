import * as z from "zod";
import { type AnswerFile, type ComponentSection, isOwn } from "../document/answer-file.ts";
import { leavesOf } from "../document/setting-values.ts";
import { attributeOf, childElements, type XmlElement } from "../document/tree.ts";
import { secretKindOf } from "../passwords/secret-settings.ts";

/** A setting that two answer files have in different ways. Values of secrets are masked. */
export const settingChange = z.object({
  kind: z.enum(["added", "removed", "changed"]),
  /** `oobeSystem/Microsoft-Windows-Shell-Setup/TimeZone`, or `servicing/NAME@amd64/FEATURE`. */
  path: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  /** In the later file; for what was removed, in the earlier one. */
  line: z.number(),
});
export type SettingChange = z.infer<typeof settingChange>;

const MASK = "********";

interface Place {
  readonly value: string;
  readonly element: XmlElement;
}

/** Compares by setting: order, comments, white space and formatting make no difference; items of lists are told apart by their key. */
export function diffFiles(before: AnswerFile, after: AnswerFile): SettingChange[] {
  const old = valuesByPath(before);
  const now = valuesByPath(after);
  const changes: SettingChange[] = [];
  for (const [path, { value, element }] of now) {
    const was = old.get(path);
    const { line } = after.rangeOf(element.start);
    if (was === undefined) changes.push({ kind: "added", path, after: masked(path, value), line });
    else if (was.value !== value) {
      changes.push({ kind: "changed", path, before: masked(path, was.value), after: masked(path, value), line });
    }
  }
  for (const [path, { value, element }] of old) {
    const { line } = before.rangeOf(element.start);
    if (!now.has(path)) changes.push({ kind: "removed", path, before: masked(path, value), line });
  }
  return changes;
}

function masked(path: string, value: string): string {
  return value !== "" && secretKindOf(path) ? MASK : value;
}

function valuesByPath(file: AnswerFile): Map<string, Place> {
  const values = new Map<string, Place>();
  const counts = new Map<string, number>();
  const add = (path: string, place: Place) => {
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    values.set(count === 1 ? path : `${path}[#${count}]`, place);
  };
  const labels = labelsOf(file);
  for (const [component, label] of labels) {
    if (!label.includes("@"))
      add(`${label}/@processorArchitecture`, { value: component.architecture, element: component.element });
    for (const { path, value, element } of leavesOf(component)) add(`${label}/${path}`, { value, element });
  }
  for (const [path, place] of servicingValues(file)) add(path, place);
  return values;
}

/** What a component is called: with its architecture only where it is there for several, so that files for different ones compare. */
function labelsOf(file: AnswerFile): Map<ComponentSection, string> {
  const counts = new Map<string, number>();
  const nameOf = ({ pass, name }: ComponentSection) => `${pass}/${name}`;
  for (const component of file.components) counts.set(nameOf(component), (counts.get(nameOf(component)) ?? 0) + 1);
  return new Map(
    file.components.map((component) => {
      const name = nameOf(component);
      const isHalf = component.architecture.toLowerCase() === "wow64";
      return [component, isHalf || (counts.get(name) ?? 0) > 1 ? `${name}@${component.architecture}` : name];
    }),
  );
}

/** What the offline part says: actions on packages, features on and off. */
function* servicingValues({ root }: AnswerFile): Generator<[string, Place]> {
  for (const servicing of root ? childElements(root, "servicing") : []) {
    for (const element of childElements(servicing, "package").filter(isOwn)) {
      const [identity] = childElements(element, "assemblyIdentity");
      const of = (name: string) => (identity && attributeOf(identity, name)) ?? "";
      const path = `servicing/${of("name")}@${of("processorArchitecture")}`;
      yield [path, { value: `${attributeOf(element, "action") ?? ""} ${of("version")}`.trim(), element }];
      for (const selection of childElements(element, "selection")) {
        const name = attributeOf(selection, "name") ?? "";
        yield [`${path}/${name}`, { value: attributeOf(selection, "state") ?? "", element: selection }];
      }
    }
  }
}
