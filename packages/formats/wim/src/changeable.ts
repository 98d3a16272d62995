import { AdkError } from "@adk/core";
import { HEADER_READONLY, type WimHeader } from "./header.ts";
import type { WimFile } from "./wim-file.ts";
import type { AppendOptions } from "./write-options.ts";

/** Marked so in the header: the file is not to be changed. */
export function isReadOnly({ flags }: WimHeader): boolean {
  return (flags & HEADER_READONLY) !== 0;
}

/** The path of a file that can be added to. @throws AdkError `WIM_NOT_CHANGEABLE` */
export function changeablePath(file: WimFile, options: AppendOptions): string {
  const { access, header } = file;
  const why = whyNotChangeable(file, options);
  if (why === undefined && access.path !== undefined) return access.path;
  throw new AdkError("WIM_NOT_CHANGEABLE", `The file cannot be changed: ${why ?? "it is no file of this host"}.`, {
    kind: "unsupported",
    file: access.name,
    hint: isReadOnly(header) ? "Take the mark off with `adk wim set --writable`." : "Export its images to a new file.",
  });
}

function whyNotChangeable({ header, imageCount }: WimFile, options: AppendOptions): string | undefined {
  if (header.pipable) return "it is a pipable file, which can only be written as a whole";
  if (header.totalParts > 1) return "it is one part of a split set";
  if (isReadOnly(header) && !options.ignoreReadOnly) return "it is marked read-only";
  if (header.imageCount !== imageCount) return "its header and its lookup table count different images";
  return undefined;
}
