import * as z from "zod";
import { builtinCatalog } from "../catalog/builtin.ts";
import type { Catalog, CatalogComponent, CatalogSetting } from "../catalog/catalog.ts";
import { type AnswerFile, type ComponentSection, isOwn } from "../document/answer-file.ts";
import { pathOf, same } from "../document/setting-path.ts";
import { attribute, childElements, type XmlElement } from "../document/tree.ts";
import { type Release, releaseOf } from "../facts/releases.ts";
import { settingStatus } from "../validate/releases.ts";
import { mainArchitecture } from "./create-setting.ts";
import { removeElement, requireWellFormed } from "./set-value.ts";
import { applyEdits, type TextEdit } from "./text-edits.ts";

/** Something that a conversion did. */
export const conversion = z.object({ line: z.number(), path: z.string(), what: z.string() });
export type Conversion = z.infer<typeof conversion>;

export interface ConvertOptions {
  /** The Windows version that the file is to be for. */
  readonly target?: Release | undefined;
  readonly architecture?: "x86" | "amd64" | "arm64" | undefined;
  readonly catalog?: Catalog | undefined;
}

const MAIN_ARCHITECTURES = ["x86", "amd64", "arm64"];

/** Components that another one took the place of with Windows 7, their settings alike. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  "microsoft-windows-security-licensing-slc": "Microsoft-Windows-Security-SPP",
  "microsoft-windows-security-licensing-slc-ux": "Microsoft-Windows-Security-SPP-UX",
};

/** Settings that only leave a current Windows in a worse state. */
const DROPPED = ["OOBE/NetworkLocation", "OOBE/SkipMachineOOBE", "OOBE/SkipUserOOBE"];

/**
 * Makes an answer file fit another Windows version or architecture: what the target does not have is taken out, components that have
 * a successor are renamed, architectures are replaced. What it cannot know is left for validation to tell.
 *
 * @throws AdkError `UNATTEND_MALFORMED`
 */
export function convertFile(file: AnswerFile, options: ConvertOptions): { file: AnswerFile; changes: Conversion[] } {
  requireWellFormed(file);
  const { target, architecture, catalog = builtinCatalog() } = options;
  const changes: Conversion[] = [];
  let converted = file;
  if (target) {
    converted = change(converted, changes, (note) => renames(converted, target, note));
    converted = change(converted, changes, (note) => removals(converted, target, catalog, note));
  }
  if (architecture) converted = change(converted, changes, (note) => architectures(converted, architecture, note));
  return { file: converted, changes };
}

type Note = (element: XmlElement, what: string) => void;

function change(file: AnswerFile, changes: Conversion[], make: (note: Note) => TextEdit[]): AnswerFile {
  const note: Note = (element, what) => {
    changes.push({ line: file.rangeOf(element.start).line, path: pathOf(file, element) ?? element.local, what });
  };
  return applyEdits(file, make(note));
}

function renames(file: AnswerFile, target: Release, note: Note): TextEdit[] {
  const edits: TextEdit[] = [];
  for (const { name, element } of target.build < 7600 ? [] : file.components) {
    const successor = SUCCESSORS[name.toLowerCase()];
    const found = attribute(element, "name");
    if (successor === undefined || found === undefined) continue;
    note(element, `renamed to ${successor}, which took its place`);
    edits.push({ start: found.valueStart, end: found.valueEnd, text: successor });
  }
  return edits;
}

function removals(file: AnswerFile, target: Release, catalog: Catalog, note: Note): TextEdit[] {
  const edits: TextEdit[] = [];
  const visit = (element: XmlElement, place: CatalogComponent | CatalogSetting) => {
    for (const child of childElements(element).filter(isOwn)) {
      const setting = place.child(child.local);
      if (setting === undefined) continue;
      const why = whyNot(setting, target);
      if (why === undefined) visit(child, setting);
      else {
        note(child, `taken out: ${why}`);
        edits.push(removeElement(file, child));
      }
    }
  };
  for (const { name, element } of file.components) {
    const known = catalog.component(name);
    if (known) visit(element, known);
  }
  return edits;
}

function whyNot(setting: CatalogSetting, target: Release): string | undefined {
  const status = settingStatus(setting, target);
  if (status === "not-yet") return `${target.title} does not have it yet`;
  if (status === "removed")
    return `it is gone since ${setting.removedSince ? releaseOf(setting.removedSince).title : target.title}`;
  if (target.build >= 10_240 && DROPPED.includes(setting.path)) return "deprecated, and without use since Windows 10";
  return undefined;
}

function architectures(file: AnswerFile, architecture: string, note: Note): TextEdit[] {
  const from = mainArchitecture(file);
  const edits: TextEdit[] = [];
  for (const component of file.components) {
    const { element } = component;
    const found = attribute(element, "processorArchitecture");
    if (found === undefined) continue;
    if (same(found.value, "wow64") && architecture === "x86") {
      note(element, "taken out: there is no 32-bit half on 32-bit Windows");
      edits.push(removeElement(file, element));
    } else if (MAIN_ARCHITECTURES.some((each) => same(each, found.value)) && !same(found.value, architecture)) {
      if (hasTwin(file, component, architecture)) {
        note(element, `taken out: the same component is there for ${architecture}`);
        edits.push(removeElement(file, element));
      } else if (same(found.value, from) || component.pass === "windowsPE") {
        note(element, `for ${architecture} in place of ${found.value}`);
        edits.push({ start: found.valueStart, end: found.valueEnd, text: architecture });
      }
    }
  }
  for (const identity of identitiesOf(file)) {
    const found = attribute(identity, "processorArchitecture");
    if (!found || !same(found.value, from) || same(from, architecture)) continue;
    note(identity, `for ${architecture} in place of ${found.value}`);
    edits.push({ start: found.valueStart, end: found.valueEnd, text: architecture });
  }
  return edits;
}

function hasTwin(file: AnswerFile, { section, name }: ComponentSection, architecture: string): boolean {
  return file.components.some(
    (other) => other.section === section && same(other.name, name) && same(other.architecture, architecture),
  );
}

function identitiesOf({ root }: AnswerFile): XmlElement[] {
  const servicing = root ? childElements(root, "servicing") : [];
  return servicing
    .flatMap((each) => childElements(each, "package"))
    .flatMap((each) => childElements(each, "assemblyIdentity"));
}
