import { type MountVerb, mountCommands } from "./mount-commands.ts";
import type { OptionName } from "./options.ts";
import { ON_WINDOWS, otherCommands } from "./other-commands.ts";
import { type ServicingCommand, type ServicingVerb, servicingCommands } from "./servicing-commands.ts";

/** A command of DISM's image management that is done here. */
export interface ImagingCommand {
  readonly name: string;
  /** The name of Windows 7. */
  readonly alias?: string;
  readonly summary: string;
  /** Options that must be there; of a list one, and only one. */
  readonly required: readonly (OptionName | readonly OptionName[])[];
  /** Of a list at most one. */
  readonly optional: readonly (OptionName | readonly OptionName[])[];
}

const IMAGE = ["Index", "Name"] as const;

/** Options that need what only Windows has, and why they are refused instead of passed over. */
export const windowsOnly: Partial<Record<OptionName, string>> = {
  AnalyzeComponentStore: ON_WINDOWS,
  RestoreHealth: ON_WINDOWS,
  RevertPendingActions: ON_WINDOWS,
  ScanHealth: ON_WINDOWS,
  SPSuperseded: ON_WINDOWS,
  StartComponentCleanup: ON_WINDOWS,
  ApplyDrive: "Images are applied to directories; /ApplyDrive writes to a disk.",
  Compact: "Compact files need NTFS on Windows.",
  ConfirmTrustedFile: "The catalogs of a Trusted Desktop are validated on Windows only.",
  WIMBoot: "WIMBoot needs Windows 8.1.",
};

export const imagingCommands = {
  info: {
    name: "Get-ImageInfo",
    alias: "Get-WimInfo",
    summary: "Displays information about the images in a WIM or ESD file.",
    required: ["ImageFile"],
    optional: [IMAGE],
  },
  list: {
    name: "List-Image",
    summary: "Displays a list of the files and folders in an image.",
    required: ["ImageFile", IMAGE],
    optional: [],
  },
  apply: {
    name: "Apply-Image",
    summary: "Applies an image to a directory.",
    required: ["ImageFile", IMAGE, ["ApplyDir", "ApplyDrive"]],
    optional: ["SWMFile", "CheckIntegrity", "Verify", "NoRpFix", "ConfirmTrustedFile", "WIMBoot", "Compact", "EA"],
  },
  capture: {
    name: "Capture-Image",
    summary: "Captures a directory into a new WIM file.",
    required: ["ImageFile", "CaptureDir", "Name"],
    optional: [
      "Description",
      "ConfigFile",
      "Compress",
      "Bootable",
      "CheckIntegrity",
      "Verify",
      "NoRpFix",
      "WIMBoot",
      "EA",
    ],
  },
  append: {
    name: "Append-Image",
    summary: "Adds an image of a directory to a WIM file.",
    required: ["ImageFile", "CaptureDir", "Name"],
    optional: ["Description", "ConfigFile", "Bootable", "CheckIntegrity", "Verify", "NoRpFix", "WIMBoot", "EA"],
  },
  export: {
    name: "Export-Image",
    summary: "Copies an image into another WIM file.",
    required: ["SourceImageFile", ["SourceIndex", "SourceName"], "DestinationImageFile"],
    optional: ["SWMFile", "DestinationName", "Compress", "Bootable", "WIMBoot", "CheckIntegrity"],
  },
  delete: {
    name: "Delete-Image",
    summary: "Deletes an image from a WIM file.",
    required: ["ImageFile", IMAGE],
    optional: ["CheckIntegrity"],
  },
  split: {
    name: "Split-Image",
    summary: "Splits a WIM file into several SWM files.",
    required: ["ImageFile", "SWMFile", "FileSize"],
    optional: ["CheckIntegrity"],
  },
} as const satisfies Record<string, ImagingCommand>;
export type ImagingVerb = keyof typeof imagingCommands;

/** A command of DISM: one that is done here, or one that is only recognised. */
export type DismCommand =
  | { readonly kind: "imaging"; readonly verb: ImagingVerb }
  | { readonly kind: "mount"; readonly verb: MountVerb }
  | { readonly kind: "servicing"; readonly verb: ServicingVerb }
  | { readonly kind: "other"; readonly name: string; readonly instead: string };

const commands = new Map<string, DismCommand>();
for (const { names, instead } of otherCommands) {
  for (const name of names) commands.set(name.toLowerCase(), { kind: "other", name, instead });
}
for (const verb of Object.keys(imagingCommands) as ImagingVerb[]) {
  const { name, alias }: ImagingCommand = imagingCommands[verb];
  for (const each of [name, alias ?? name]) commands.set(each.toLowerCase(), { kind: "imaging", verb });
}
for (const verb of Object.keys(mountCommands) as MountVerb[]) {
  const { name } = mountCommands[verb];
  for (const each of [name, name.replace("-Image", "-Wim")]) commands.set(each.toLowerCase(), { kind: "mount", verb });
}
for (const verb of Object.keys(servicingCommands) as ServicingVerb[]) {
  commands.set(servicingCommands[verb].name.toLowerCase(), { kind: "servicing", verb });
}

/** What a command that is done here is, and what it takes. */
export function describeCommand(command: Exclude<DismCommand, { kind: "other" }>): ImagingCommand & ServicingCommand {
  if (command.kind === "imaging") return imagingCommands[command.verb];
  return command.kind === "mount" ? mountCommands[command.verb] : servicingCommands[command.verb];
}

/** The command with this name in any case. */
export function findCommand(name: string): DismCommand | undefined {
  return commands.get(name.toLowerCase());
}
