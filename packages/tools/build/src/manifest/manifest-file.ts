import { readFile, stat } from "node:fs/promises";
import { AdkError, digest, fromSystemError } from "@adk/core";
import { type Document, isCollection, isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { $ZodIssue } from "zod/v4/core";
import { LAYER_KINDS } from "../layers/kinds.ts";
import { OUTPUT_KINDS } from "../outputs/kinds.ts";
import { knownInstead } from "./fields.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";

/** Manifests are written by people. */
const MOST_BYTES = 1 << 20;
/** Further problems that are told beside the first. */
const MOST_TOLD = 4;

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
  const bytes = await readBytes(path);
  const lines = new LineCounter();
  const text = new TextDecoder().decode(bytes);
  const document = parseDocument(text, { lineCounter: lines });
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `:${line}:${col}`;
  };
  const [problem] = document.errors;
  if (problem) {
    const message = `The manifest is no valid YAML: ${firstLine(problem.message)}`;
    throw new AdkError("MANIFEST_BAD_YAML", message, { file: path + placeOf(problem.pos[0]) });
  }
  const place = (at: readonly PropertyKey[]) => path + placeOf(offsetOf(document, at));
  const parsed = manifestSchema.safeParse(toValue(document, path));
  if (!parsed.success) throw invalid(parsed.error.issues, document, path, placeOf);
  return { manifest: parsed.data, sha256: digest("sha256", bytes), place };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size <= MOST_BYTES) return await readFile(path);
    throw new AdkError("MANIFEST_TOO_LARGE", "The file is too large for a manifest.", {
      file: path,
      expected: `at most ${MOST_BYTES} bytes`,
      found: `${size} bytes`,
    });
  } catch (error) {
    throw fromSystemError(error, path);
  }
}

/** Aliases are bounded by the parser, so that a few lines cannot become millions. */
function toValue(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    const message = cause instanceof Error ? firstLine(cause.message) : String(cause);
    throw new AdkError("MANIFEST_BAD_YAML", `The manifest cannot be read: ${message}.`, { file: path, cause });
  }
}

function invalid(
  issues: readonly $ZodIssue[],
  document: Document,
  path: string,
  placeOf: (offset: number) => string,
): AdkError {
  const problems = issues
    .map((issue) => ({ offset: issueOffset(issue, document), message: messageOf(issue, document) }))
    .sort((a, b) => a.offset - b.offset);
  const [first, ...more] = problems;
  const others = more.slice(0, MOST_TOLD).map(({ offset, message }) => `${placeOf(offset)} ${message}`);
  const untold = more.length - others.length;
  if (untold > 0) others.push(`and ${untold} more`);
  return new AdkError("MANIFEST_INVALID", first?.message ?? "The manifest is not valid.", {
    file: path + placeOf(first?.offset ?? 0),
    hint: others.length > 0 ? `There is more to correct: ${others.join(" ")}` : undefined,
  });
}

/** An unknown key is told at the key, not at the object that has it. */
function issueOffset(issue: $ZodIssue, document: Document): number {
  if (issue.code !== "unrecognized_keys") return offsetOf(document, issue.path);
  const map = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
  const pair = isMap(map) ? map.items.find(({ key }) => keyOf(key) === issue.keys[0]) : undefined;
  return startOf(pair?.key) ?? offsetOf(document, issue.path);
}

function messageOf(issue: $ZodIssue, document: Document): string {
  const value = document.getIn(issue.path);
  const key = issue.path.at(-1);
  if (issue.code === "invalid_union" && key === "kind") {
    const known = issue.path[0] === "outputs" ? OUTPUT_KINDS : LAYER_KINDS;
    const found = value === undefined ? "The kind is missing" : `There is no kind "${value}"`;
    return `${found}${knownInstead(typeof value === "string" ? value : "", known)}`;
  }
  if (issue.code === "invalid_type" && value === undefined) return `The key "${String(key)}" is missing.`;
  if (issue.code === "invalid_value" && typeof value === "string") {
    const known = issue.values.map(String);
    return `"${value}" is not possible here${knownInstead(value, known)}`;
  }
  if (issue.code === "invalid_key") return `${String(key)}: ${issue.issues.map(({ message }) => message).join(" ")}`;
  return issue.message;
}

/** Where the part at a path begins; of what is missing, where that begins in which it is missing. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [i, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyOf(key) === step);
      if (!pair) break;
      // A wrong value is told at the value, a wrong key or an object at its key.
      const value = startOf(pair.value);
      const atKey = i < path.length - 1 || isCollection(pair.value) || value === undefined;
      offset = (atKey ? startOf(pair.key) : value) ?? offset;
      node = pair.value;
    } else if (isCollection(node)) {
      node = node.get(step as number, true);
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function keyOf(key: unknown): unknown {
  return isScalar(key) ? key.value : key;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.replace(/ at line \d+, column \d+:?$/, "");
}
