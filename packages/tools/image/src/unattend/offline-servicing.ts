import {
  type AnswerFile,
  attributeOf,
  type ComponentSection,
  childElements,
  childText,
  firstChild,
  type XmlElement,
} from "@adk/unattend";

const PASS = "offlineServicing";
const DRIVERS = "Microsoft-Windows-PnpCustomizationsNonWinPE";

/** What an answer file asks for while an image is serviced. */
export interface OfflineServicing {
  /** Directories with drivers, as they are written. */
  readonly driverPaths: readonly { readonly path: string; readonly line: number }[];
  /** What only Windows itself can do, in words. */
  readonly others: readonly { readonly what: string; readonly line: number }[];
}

/** @param architecture of the image: components for others have no effect */
export function readOfflineServicing(file: AnswerFile, architecture: string): OfflineServicing {
  const components = file.components.filter((each) => each.pass === PASS && each.architecture === architecture);
  const lineOf = ({ start }: XmlElement) => file.rangeOf(start).line;
  const isDrivers = ({ name }: ComponentSection) => name === DRIVERS;
  return {
    driverPaths: components.filter(isDrivers).flatMap(({ element }) => driverPathsOf(element, lineOf)),
    others: [
      ...packagesOf(file).map((each) => ({ what: describePackage(each), line: lineOf(each) })),
      ...components
        .filter((each) => !isDrivers(each))
        .map(({ name, element }) => ({ what: `the settings of ${name}`, line: lineOf(element) })),
    ],
  };
}

function driverPathsOf(component: XmlElement, lineOf: (element: XmlElement) => number) {
  const list = firstChild(component, "DriverPaths");
  return (list ? childElements(list, "PathAndCredentials") : []).flatMap((item) => {
    const path = childText(item, "Path")?.trim();
    return path ? [{ path, line: lineOf(item) }] : [];
  });
}

/** `<servicing>` stands beside the passes, and belongs to this one. */
function packagesOf({ root }: AnswerFile): XmlElement[] {
  const sections = root ? childElements(root, "servicing") : [];
  return sections.flatMap((section) => childElements(section, "package"));
}

function describePackage(element: XmlElement): string {
  const action = attributeOf(element, "action") || "install";
  const identity = firstChild(element, "assemblyIdentity");
  const name = identity && attributeOf(identity, "name");
  const selections = childElements(element, "selection").map((each) => attributeOf(each, "name"));
  const features = selections.length === 0 ? "" : ` (features ${selections.join(", ")})`;
  return `to ${action} the package ${name ?? "without a name"}${features}`;
}
