import type { SourceSelector } from "@adk/core";
import type { WimCompression } from "@adk/wim";
import { type ImagingCommand, type ImagingVerb, imagingCommands, windowsOnly } from "./commands.ts";
import { hostPath } from "./host-path.ts";
import type { ImageChoice, ImagingRequest } from "./imaging-request.ts";
import type { OptionName } from "./options.ts";
import { notSupported } from "./win32-errors.ts";
import { wrongUsage } from "./wrong-usage.ts";

/** What a command line asks for. */
export type DismRequest =
  | ImagingRequest
  | { readonly kind: "info"; readonly image: ImageChoice; readonly shown: string }
  | { readonly kind: "list"; readonly image: ImageChoice };

type Options = ReadonlyMap<OptionName, string>;

/** How DISM calls the compressions; "recovery", solid LZMS, is only for exports. */
const compressions = new Map<string, WimCompression>([
  ["none", "none"],
  ["fast", "xpress"],
  ["max", "lzx"],
]);

/**
 * The request that options of a command mean.
 *
 * @param cwd against which paths are resolved
 * @throws Win32Error
 */
export function toRequest(verb: ImagingVerb, options: Options, cwd: string): DismRequest {
  checkOptions(imagingCommands[verb], options);
  const has = (name: OptionName) => options.has(name);
  const text = (name: OptionName) => options.get(name) ?? "";
  const path = (name: OptionName) => hostPath(text(name), cwd);
  const image = () => imageChoice(path("ImageFile"), options, "Index", "Name");
  const check = has("CheckIntegrity");
  switch (verb) {
    case "info":
      return { kind: verb, image: image(), shown: text("ImageFile") };
    case "list":
      return { kind: verb, image: image() };
    case "apply":
      return {
        kind: verb,
        image: image(),
        to: path("ApplyDir"),
        check,
        parts: has("SWMFile") ? path("SWMFile") : undefined,
      };
    case "capture":
    case "append":
      return {
        kind: verb,
        from: path("CaptureDir"),
        file: path("ImageFile"),
        name: text("Name"),
        description: options.get("Description"),
        flags: undefined,
        config: has("ConfigFile") ? path("ConfigFile") : undefined,
        compression: compression(options),
        boot: has("Bootable"),
        check,
        verify: has("Verify"),
        rpfix: !has("NoRpFix"),
      };
    case "export":
      return {
        kind: verb,
        image: imageChoice(path("SourceImageFile"), options, "SourceIndex", "SourceName"),
        to: path("DestinationImageFile"),
        name: options.get("DestinationName"),
        ...(isRecovery(options)
          ? { compression: "lzms", solid: true }
          : { compression: compression(options), solid: false }),
        boot: has("Bootable"),
        check,
        parts: has("SWMFile") ? path("SWMFile") : undefined,
      };
    case "delete":
      return { kind: verb, image: image(), check };
    case "split":
      return { kind: verb, file: path("ImageFile"), to: path("SWMFile"), partSize: partSize(text("FileSize")), check };
  }
}

/** That the options belong to the command, that none is missing, and of alternatives only one is there. */
export function checkOptions(command: Pick<ImagingCommand, "required" | "optional">, options: Options): void {
  const groups = [...command.required, ...command.optional].map((group) => [group].flat() as OptionName[]);
  for (const name of options.keys()) {
    if (!groups.some((group) => group.includes(name))) throw wrongUsage.notInContext(name);
  }
  for (const group of command.required) {
    const names = [group].flat() as OptionName[];
    if (!names.some((name) => options.has(name))) throw wrongUsage.missingOption(names);
  }
  for (const group of groups) {
    if (group.filter((name) => options.has(name)).length > 1) throw wrongUsage.invalid();
  }
  for (const name of options.keys()) {
    const why = windowsOnly[name];
    if (why !== undefined) throw notSupported(why);
  }
}

/** The image that an index or a name means. */
export function imageChoice(file: string, options: Options, index: OptionName, name: OptionName): ImageChoice {
  return { file, selector: selector(options, index, name) };
}

function selector(options: Options, index: OptionName, name: OptionName): SourceSelector | undefined {
  const number = options.get(index);
  if (number !== undefined) {
    if (!/^[0-9]{1,9}$/.test(number)) throw wrongUsage.badArgument(number, index);
    return { kind: "index", index: Number(number) };
  }
  const text = options.get(name);
  return text === undefined ? undefined : { kind: "name", name: text };
}

function isRecovery(options: Options): boolean {
  return options.get("Compress")?.toLowerCase() === "recovery";
}

function compression(options: Options): WimCompression | undefined {
  const name = options.get("Compress");
  if (name === undefined) return undefined;
  const found = compressions.get(name.toLowerCase());
  if (found === undefined) throw wrongUsage.badArgument(name, "Compress");
  return found;
}

/** DISM's megabytes are MiB. */
function partSize(megabytes: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(megabytes)) throw wrongUsage.badArgument(megabytes, "FileSize");
  return Number(megabytes) * 2 ** 20;
}
