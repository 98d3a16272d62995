/** Options of DISM's commands, by their documented spelling, and whether they take a value. */
const WITH_VALUE = [
  "ApplyDir",
  "ApplyDrive",
  "CaptureDir",
  "Compress",
  "ConfigFile",
  "Description",
  "Destination",
  "DestinationImageFile",
  "DestinationName",
  "Driver",
  "FeatureName",
  "FileSize",
  "ImageFile",
  "Index",
  "MountDir",
  "Name",
  "PackageName",
  "SourceImageFile",
  "SourceIndex",
  "SourceName",
  "Source",
  "SWMFile",
] as const;
const WITHOUT_VALUE = [
  "All",
  "AnalyzeComponentStore",
  "Bootable",
  "CheckHealth",
  "CheckIntegrity",
  "Commit",
  "Compact",
  "ConfirmTrustedFile",
  "Defer",
  "Discard",
  "EA",
  "ForceUnsigned",
  "HideSP",
  "LimitAccess",
  "NoRpFix",
  "Optimize",
  "Recurse",
  "ResetBase",
  "RestoreHealth",
  "RevertPendingActions",
  "ScanHealth",
  "SPSuperseded",
  "StartComponentCleanup",
  "Verify",
  "WIMBoot",
] as const;
/** Options that a command line may have several times. */
export const REPEATABLE: ReadonlySet<string> = new Set<(typeof WITH_VALUE)[number]>(["Driver"]);
/** Options of every command. */
const GLOBAL_WITH_VALUE = ["Format", "Image", "LogLevel", "LogPath", "ScratchDir", "SysDriveDir", "WinDir"] as const;
const GLOBAL_WITHOUT_VALUE = ["English", "NoRestart", "Online", "Quiet"] as const;

export type OptionName = (typeof WITH_VALUE)[number] | (typeof WITHOUT_VALUE)[number];
export type GlobalOptionName = (typeof GLOBAL_WITH_VALUE)[number] | (typeof GLOBAL_WITHOUT_VALUE)[number];

/** An option as the grammar knows it. */
export type Option = {
  readonly takesValue: boolean;
} & (
  | { readonly name: GlobalOptionName; readonly isGlobal: true }
  | { readonly name: OptionName; readonly isGlobal: false }
);

const options = new Map<string, Option>([
  ...WITH_VALUE.map((name) => entry({ name, takesValue: true, isGlobal: false })),
  ...WITHOUT_VALUE.map((name) => entry({ name, takesValue: false, isGlobal: false })),
  ...GLOBAL_WITH_VALUE.map((name) => entry({ name, takesValue: true, isGlobal: true })),
  ...GLOBAL_WITHOUT_VALUE.map((name) => entry({ name, takesValue: false, isGlobal: true })),
]);
// The name of Windows 7, which scripts still use.
options.set("wimfile", { name: "ImageFile", takesValue: true, isGlobal: false });

function entry(option: Option): [string, Option] {
  return [option.name.toLowerCase(), option];
}

/** The option with this name in any case. */
export function findOption(name: string): Option | undefined {
  return options.get(name.toLowerCase());
}
