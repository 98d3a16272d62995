import { digest } from "@adk/core";
import { ManifestDocument } from "@adk/unattend";
import type { $ZodIssue } from "zod/v4/core";
import { LAYER_KINDS } from "../layers/kinds.ts";
import { OUTPUT_KINDS } from "../outputs/kinds.ts";
import { knownInstead } from "./fields.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";

/** A manifest that was read and is valid. */
export interface ManifestFile {
  readonly manifest: Manifest;
  readonly sha256: string;
  /** Where a part of it stands, for errors: `deployment.yaml:12:5`. */
  place(path: readonly PropertyKey[]): string;
}

/**
 * Reads a manifest, YAML 1.2 or JSON.
 *
 * @throws AdkError `FILE_NOT_FOUND` ..., `MANIFEST_TOO_LARGE`, `MANIFEST_BAD_YAML`, `MANIFEST_INVALID`; the file is told with
 *   line and column
 */
export async function readManifest(path: string): Promise<ManifestFile> {
  const bytes = await ManifestDocument.readBytes(path);
  const document = new ManifestDocument(new TextDecoder().decode(bytes), path);
  const manifest = document.check(document.value, manifestSchema, messageOf);
  return { manifest, sha256: digest("sha256", bytes), place: (at) => document.place(at) };
}

function messageOf(issue: $ZodIssue, value: unknown): string {
  const key = issue.path.at(-1);
  if (issue.code === "invalid_union" && key === "kind") {
    const known = issue.path[0] === "outputs" ? OUTPUT_KINDS : LAYER_KINDS;
    const found = value === undefined ? "The kind is missing" : `There is no kind "${value}"`;
    return `${found}${knownInstead(typeof value === "string" ? value : "", known)}`;
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    // Of the alternatives the one that has the right type.
    const meant = issue.errors.find((issues) => issues.every(({ code }) => code !== "invalid_type"));
    if (meant) return meant.map((each) => messageOf(each, value)).join(" ");
  }
  if (issue.code === "invalid_value" && typeof value === "string") {
    const known = issue.values.map(String);
    return `"${value}" is not possible here${knownInstead(value, known)}`;
  }
  if (issue.code === "invalid_key") return `${String(key)}: ${issue.issues.map(({ message }) => message).join(" ")}`;
  return issue.message;
}
