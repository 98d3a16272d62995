import type { OptionName } from "./options.ts";

/** A command of DISM that looks into the Windows of an image, or changes it. */
export interface ServicingCommand {
  readonly name: string;
  readonly summary: string;
  /** What stands behind the name: `/Set-TimeZone:<value>`. */
  readonly value?: string;
  readonly required: readonly (OptionName | readonly OptionName[])[];
  readonly optional: readonly (OptionName | readonly OptionName[])[];
}

const NOTHING = { required: [], optional: [] } as const;

export const servicingCommands = {
  packages: { name: "Get-Packages", summary: "Displays information about all packages in the image.", ...NOTHING },
  packageInfo: {
    name: "Get-PackageInfo",
    summary: "Displays information about a specific package.",
    required: ["PackageName"],
    optional: [],
  },
  features: {
    name: "Get-Features",
    summary: "Displays information about all features of the image's packages.",
    required: [],
    optional: ["PackageName"],
  },
  featureInfo: {
    name: "Get-FeatureInfo",
    summary: "Displays information about a specific feature.",
    required: ["FeatureName"],
    optional: ["PackageName"],
  },
  capabilities: { name: "Get-Capabilities", summary: "Displays information about capabilities.", ...NOTHING },
  appx: {
    name: "Get-ProvisionedAppxPackages",
    summary: "Displays information about app packages that new users get.",
    ...NOTHING,
  },
  removeAppx: {
    name: "Remove-ProvisionedAppxPackage",
    summary: "Takes an app package out of those that new users get.",
    required: ["PackageName"],
    optional: [],
  },
  drivers: {
    name: "Get-Drivers",
    summary: "Displays the driver packages that were added, or with /All those that came with Windows too.",
    required: [],
    optional: ["All"],
  },
  driverInfo: {
    name: "Get-DriverInfo",
    summary: "Displays a driver package of the image, and the devices that it is for.",
    required: ["Driver"],
    optional: [],
  },
  addDriver: {
    name: "Add-Driver",
    summary: "Adds driver packages: INF files, or directories of them.",
    required: ["Driver"],
    optional: ["Recurse", "ForceUnsigned"],
  },
  removeDriver: {
    name: "Remove-Driver",
    summary: "Removes driver packages by their published names.",
    required: ["Driver"],
    optional: [],
  },
  exportDriver: {
    name: "Export-Driver",
    summary: "Copies the driver packages that were added into a directory.",
    required: ["Destination"],
    optional: [],
  },
  applyUnattend: {
    name: "Apply-Unattend",
    value: "answer file",
    summary: "Puts an answer file into the image, and adds the drivers that it names.",
    ...NOTHING,
  },
  edition: { name: "Get-CurrentEdition", summary: "Displays the edition of the image.", ...NOTHING },
  targetEditions: {
    name: "Get-TargetEditions",
    summary: "Displays the editions that the image can be changed to.",
    ...NOTHING,
  },
  intl: { name: "Get-Intl", summary: "Displays international settings and languages.", ...NOTHING },
  setTimeZone: { name: "Set-TimeZone", value: "time zone", summary: "Sets the default time zone.", ...NOTHING },
  setSystemLocale: {
    name: "Set-SysLocale",
    value: "locale",
    summary: "Sets the language for programs that are not Unicode.",
    ...NOTHING,
  },
  peSettings: { name: "Get-PESettings", summary: "Displays the settings of Windows PE.", ...NOTHING },
  scratchSpace: { name: "Get-ScratchSpace", summary: "Displays the scratch space of Windows PE.", ...NOTHING },
  targetPath: { name: "Get-TargetPath", summary: "Displays the target path of Windows PE.", ...NOTHING },
  setScratchSpace: {
    name: "Set-ScratchSpace",
    value: "MB",
    summary: "Sets the scratch space of Windows PE.",
    ...NOTHING,
  },
  setTargetPath: { name: "Set-TargetPath", value: "path", summary: "Sets the target path of Windows PE.", ...NOTHING },
  health: {
    name: "Cleanup-Image",
    summary: "With /CheckHealth: tells whether the component store was marked as corrupt.",
    required: [
      [
        "CheckHealth",
        "ScanHealth",
        "RestoreHealth",
        "StartComponentCleanup",
        "AnalyzeComponentStore",
        "RevertPendingActions",
        "SPSuperseded",
      ],
    ],
    optional: ["ResetBase", "Defer", "HideSP", "Source", "LimitAccess"],
  },
} as const satisfies Record<string, ServicingCommand>;
export type ServicingVerb = keyof typeof servicingCommands;
