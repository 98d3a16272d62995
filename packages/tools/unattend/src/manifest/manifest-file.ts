import { suggest } from "@adk/core";
import type { $ZodIssue } from "zod/v4/core";
import { type UnattendManifest, unattendSchema } from "./manifest.ts";
import { ManifestDocument } from "./manifest-document.ts";

/**
 * Reads a manifest from a file, YAML 1.2 or JSON.
 *
 * @throws AdkError `FILE_NOT_FOUND` ..., `MANIFEST_TOO_LARGE`, and those of `parseManifest`
 */
export async function readManifest(path: string): Promise<UnattendManifest> {
  return parseManifest(new TextDecoder().decode(await ManifestDocument.readBytes(path)), path);
}

/**
 * @param file its name, for errors
 * @throws AdkError `MANIFEST_BAD_YAML`, `MANIFEST_INVALID`; the file is told with line and column
 */
export function parseManifest(text: string, file = "unattend.yaml"): UnattendManifest {
  const document = new ManifestDocument(text, file);
  return document.check(document.value ?? {}, unattendSchema, messageOf);
}

function messageOf(issue: $ZodIssue): string {
  const key = String(issue.path.at(-1) ?? "");
  if (issue.code === "unrecognized_keys") {
    const [unknown = ""] = issue.keys;
    const nearest = suggest(unknown, issue.path.length === 0 ? Object.keys(unattendSchema.shape) : []);
    return `There is no key "${unknown}" here${nearest === undefined ? "." : `; did you mean "${nearest}"?`}`;
  }
  return key === "" ? issue.message : `${key}: ${issue.message}`;
}
