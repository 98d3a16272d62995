import { type AnswerFile, type ComponentSection, isOwn } from "./answer-file.ts";
import { pathWithin } from "./setting-path.ts";
import { childElements, textOf, type XmlElement } from "./tree.ts";

/** One value that an answer file gives. */
export interface SettingValue {
  readonly pass: string;
  readonly component: string;
  readonly architecture: string;
  /** Within the component: `OOBE/HideEULAPage`, `FirstLogonCommands/SynchronousCommand[1]/CommandLine`. */
  readonly path: string;
  readonly value: string;
  readonly element: XmlElement;
}

/** All values of a file, in its order. White space around a value is dropped. */
export function* walkLeaves(file: AnswerFile): Generator<SettingValue> {
  for (const component of file.components) yield* leavesOf(component);
}

/** All values of a component, or of an element in it. */
export function* leavesOf(
  component: ComponentSection,
  element: XmlElement = component.element,
): Generator<SettingValue> {
  for (const child of childElements(element)) {
    if (!isOwn(child)) continue;
    if (childElements(child).some(isOwn)) yield* leavesOf(component, child);
    else yield settingValue(component, child);
  }
}

function settingValue(component: ComponentSection, element: XmlElement): SettingValue {
  return {
    pass: component.pass,
    component: component.name,
    architecture: component.architecture,
    path: pathWithin(element, component.element),
    value: textOf(element).trim(),
    element,
  };
}
