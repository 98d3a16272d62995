import { upcase } from "@adk/core";
import { type InfCopyFile, readCopyFiles } from "./copy-files.ts";
import { type FindInf, type InfDirective, readDirectives, type SectionDirectives } from "./directives.ts";
import type { InfFile } from "./inf-file.ts";
import { InstallNames } from "./install-names.ts";
import { chooseModels, type InfDevice, type InfManufacturer, readDevices, readManufacturers } from "./models.ts";
import { parseNumber } from "./number.ts";
import { type InfRegistryChange, readRegistryChanges } from "./registry-lines.ts";
import { type InfService, readDeletedServices, readServices } from "./services.ts";
import type { InfTarget } from "./target-os.ts";

/** What an INF installs on a Windows. */
export interface InfInstall {
  readonly manufacturers: readonly {
    readonly manufacturer: InfManufacturer;
    /** The Models section that Windows takes, `VioStor.NTamd64`; undefined where none is for it. */
    readonly models: string | undefined;
    readonly devices: readonly SelectedDevice[];
  }[];
  /** Each DDInstall section that a device uses, once. */
  readonly sections: readonly InstallSection[];
}

export interface SelectedDevice extends InfDevice {
  /** Undefined where the INF has no such section: the device cannot be installed. */
  readonly section: InstallSection | undefined;
}

/** A DDInstall section with what belongs to it. */
export interface InstallSection {
  /** As it is decorated: `scsi_inst.NTamd64`. */
  readonly name: string;
  readonly copyFiles: readonly InfCopyFile[];
  /** HKR is the driver's key. */
  readonly registry: readonly InfRegistryChange[];
  /** Of `.HW`: HKR is the device's key. */
  readonly hardwareRegistry: readonly InfRegistryChange[];
  readonly services: readonly InfService[];
  readonly deletedServices: readonly string[];
  /** Rank among drivers of one device, 0 to 255: less is better. */
  readonly featureScore: number;
  /** Of `.CoInstallers`, `.Interfaces`, `.Wdf`, `.Components`, `.Software`, `.Events` ...: what they say, by suffix in upper case. */
  readonly parts: ReadonlyMap<string, readonly InfDirective[]>;
  /** INF files that it includes and the caller does not have. */
  readonly missingIncludes: readonly string[];
  /** Sections that it needs and none of the files has. */
  readonly missingNeeds: readonly string[];
}

/** Sections that go with a DDInstall section ("INF DDInstall Section"). */
const PARTS = [
  "CoInstallers",
  "Interfaces",
  "Wdf",
  "Components",
  "Software",
  "Events",
  "LogConfigOverride",
  "WMI",
  "Filters",
];

/** What FeatureScore is where a driver gives none. */
const NO_FEATURE_SCORE = 0xff;

export interface SelectOptions {
  /** INF files that are included, usually those of the image's `Windows\INF`. */
  readonly findInf?: FindInf | undefined;
}

/** Chooses what Windows would: Models sections by their decorations, DDInstall sections by theirs. */
export function selectInstall(
  inf: InfFile,
  target: InfTarget,
  { findInf = () => undefined }: SelectOptions = {},
): InfInstall {
  const names = new InstallNames(inf, target);
  const sections = new Map<string, InstallSection>();
  const sectionOf = (name: string): InstallSection | undefined => {
    const chosen = names.choose(name);
    if (chosen === undefined) return undefined;
    const known = sections.get(upcase(chosen));
    if (known) return known;
    const section = readInstallSection(inf, chosen, target, findInf);
    sections.set(upcase(chosen), section);
    return section;
  };
  const manufacturers = readManufacturers(inf).map((manufacturer) => {
    const models = chooseModels(manufacturer, target);
    const devices = models === undefined ? [] : readDevices(inf, models);
    const selected = devices.map((device) => {
      const section = sectionOf(device.install);
      if (!section) {
        inf.error("INF_NO_SUCH_SECTION", `The section ${JSON.stringify(device.install)} is not there.`, device);
      }
      return { ...device, section };
    });
    return { manufacturer, models, devices: selected };
  });
  return { manufacturers, sections: [...sections.values()] };
}

function readInstallSection(inf: InfFile, name: string, target: InfTarget, findInf: FindInf): InstallSection {
  const missingIncludes = new Set<string>();
  const missingNeeds = new Set<string>();
  const read = (section: string): readonly InfDirective[] => {
    const found: SectionDirectives | undefined = readDirectives(inf, section, findInf);
    for (const each of found?.missingIncludes ?? []) missingIncludes.add(each);
    for (const each of found?.missingNeeds ?? []) missingNeeds.add(each);
    return found?.directives ?? [];
  };
  const own = read(name);
  const parts = new Map<string, readonly InfDirective[]>();
  for (const suffix of PARTS) {
    const directives = read(`${name}.${suffix}`);
    if (directives.length > 0) parts.set(upcase(suffix), directives);
  }
  const services = read(`${name}.Services`);
  const coInstallers = parts.get("COINSTALLERS") ?? [];
  return {
    name,
    copyFiles: readCopyFiles([...own, ...coInstallers], target.architecture),
    registry: readRegistryChanges([...own, ...coInstallers]),
    hardwareRegistry: readRegistryChanges(read(`${name}.HW`)),
    services: readServices(services),
    deletedServices: readDeletedServices(services),
    featureScore: readFeatureScore(own),
    parts,
    missingIncludes: [...missingIncludes],
    missingNeeds: [...missingNeeds],
  };
}

/** Hexadecimal, with or without `0x` ("INF FeatureScore Directive"). */
function readFeatureScore(directives: readonly InfDirective[]): number {
  const text = directives.find(({ name }) => name === "FEATURESCORE")?.values[0] ?? "";
  const score = parseNumber(`0x${text.replace(/^0x/i, "")}`);
  return score !== undefined && score <= 0xff ? score : NO_FEATURE_SCORE;
}
