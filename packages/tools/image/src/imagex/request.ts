import { basename } from "node:path";
import type { SourceSelector } from "@adk/core";
import type { WimCompression } from "@adk/wim";
import { hostPath } from "../dism/host-path.ts";
import type { ImageChoice, ImagingRequest } from "../dism/imaging-request.ts";
import { notSupported, Win32Error } from "../dism/win32-errors.ts";
import type { ImageXOption, ImageXVerb } from "./operations.ts";

export type ImageXRequest =
  | ImagingRequest
  | { readonly kind: "info"; readonly image: ImageChoice; readonly shown: string; readonly xmlOnly: boolean }
  | { readonly kind: "dir"; readonly image: ImageChoice };

const compressions = new Map<string, WimCompression>([
  ["none", "none"],
  ["fast", "xpress"],
  ["maximum", "lzx"],
]);

/**
 * The request that an operation with its words means. The number of words has been checked.
 *
 * @param cwd against which paths are resolved
 * @throws Win32Error
 */
export function toImageXRequest(
  verb: ImageXVerb,
  words: readonly string[],
  options: ReadonlyMap<ImageXOption, string>,
  cwd: string,
): ImageXRequest {
  const [first = "", second, third = "", fourth] = words;
  const path = (text: string) => hostPath(text, cwd);
  const image = () => ({ file: path(first), selector: selector(second) });
  const check = options.has("check");
  const boot = options.has("boot");
  const ref = options.get("ref");
  const parts = ref === undefined ? undefined : path(ref);
  switch (verb) {
    case "append":
    case "capture": {
      const config = options.get("config");
      return {
        kind: verb,
        from: path(first),
        file: path(second ?? ""),
        name: third,
        description: fourth,
        flags: options.get("flags"),
        config: config === undefined ? undefined : path(config),
        compression: compression(options),
        boot,
        check,
        verify: options.has("verify"),
        rpfix: !options.has("norpfix"),
      };
    }
    case "apply":
      return { kind: verb, image: image(), to: path(third), check, parts };
    case "delete":
      return { kind: verb, image: image(), check };
    case "dir":
      return { kind: verb, image: image() };
    case "export":
      return {
        kind: verb,
        image: second === "*" ? { file: path(first), selector: { kind: "all" } } : image(),
        to: path(third),
        name: fourth,
        compression: compression(options),
        solid: false,
        boot,
        check,
        parts,
      };
    case "info":
      if (words.length > 2 || boot || check) {
        throw notSupported("The names of images and what is to be booted are not changed here.");
      }
      return { kind: verb, image: image(), shown: first, xmlOnly: options.has("xml") };
    case "split":
      return { kind: verb, file: path(first), to: path(second ?? ""), partSize: partSize(third), check };
  }
}

/** The sentence that says that it is done. */
export function successOf(request: ImagingRequest, words: readonly string[]): string {
  switch (request.kind) {
    case "apply":
      return "Successfully applied image.";
    case "capture":
    case "append":
      return `Successfully imaged ${words[0]}`;
    case "export":
      return `Successfully exported image to ${basename(request.to)}.`;
    case "delete":
      return "Successfully deleted image.";
    case "split":
      return "Successfully split image file.";
  }
}

function selector(text: string | undefined): SourceSelector | undefined {
  if (text === undefined) return undefined;
  return /^[0-9]{1,9}$/.test(text) ? { kind: "index", index: Number(text) } : { kind: "name", name: text };
}

function compression(options: ReadonlyMap<ImageXOption, string>): WimCompression | undefined {
  const name = options.get("compress");
  if (name === undefined) return undefined;
  const found = compressions.get(name.toLowerCase());
  if (found === undefined)
    throw new Win32Error(87, "/compress takes maximum, fast or none.\nFor help, type: IMAGEX /?");
  return found;
}

/** In MiB. */
function partSize(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new Win32Error(87, "The size of the parts is a number of megabytes.");
  return Number(text) * 2 ** 20;
}
