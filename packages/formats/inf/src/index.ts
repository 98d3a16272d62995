/** Reads INF files: setup information of Windows drivers. */

// A file, its sections and texts.

export type { InfEncoding } from "./decode-text.ts";
export { type InfFile, type ParseInfOptions, parseInf } from "./inf-file.ts";
export type { InfField, InfLine, InfPlace, InfSection } from "./tokenizer.ts";
export { catalogFor, EXTENSION_CLASS, type InfVersion, readVersion } from "./version.ts";

// What it installs on a Windows.

export { type InfCopyFile, readSourceFiles } from "./copy-files.ts";
export { type FindInf, type InfDirective, includedNames } from "./directives.ts";
export {
  ABSOLUTE_DIRID,
  DRIVER_STORE_DIRID,
  directoryPath,
  expandDirectoryId,
  type InfDirectories,
} from "./directory-ids.ts";
export type { InfDevice, InfManufacturer } from "./models.ts";
export { AddRegFlag, type InfRegistryChange, type InfRoot } from "./registry-lines.ts";
export {
  type InfInstall,
  type InstallSection,
  type SelectedDevice,
  type SelectOptions,
  selectInstall,
} from "./select-install.ts";
export { type InfService, type InfText, ServiceFlag, StartType } from "./services.ts";
export type { InfArchitecture, InfTarget, TargetOsVersion } from "./target-os.ts";
