import { readFile, stat } from "node:fs/promises";
import { AdkError, fromSystemError, suggest } from "@adk/core";
import { type Document, isCollection, isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { $ZodIssue } from "zod/v4/core";
import { type UnattendManifest, unattendSchema } from "./manifest.ts";

/** Manifests are written by people. */
const MOST_BYTES = 1 << 20;
/** Further problems that are told beside the first. */
const MOST_TOLD = 4;

/**
 * Reads a manifest from a file, YAML 1.2 or JSON.
 *
 * @throws AdkError `FILE_NOT_FOUND` ..., `MANIFEST_TOO_LARGE`, and those of `parseManifest`
 */
export async function readManifest(path: string): Promise<UnattendManifest> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      throw new AdkError("MANIFEST_TOO_LARGE", "The file is too large for a manifest.", {
        file: path,
        expected: `at most ${MOST_BYTES} bytes`,
        found: `${size} bytes`,
      });
    }
    return parseManifest(await readFile(path, "utf8"), path);
  } catch (error) {
    throw fromSystemError(error, path);
  }
}

/**
 * @param file its name, for errors
 * @throws AdkError `MANIFEST_BAD_YAML`, `MANIFEST_INVALID`; the file is told with line and column
 */
export function parseManifest(text: string, file = "unattend.yaml"): UnattendManifest {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `:${line}:${col}`;
  };
  const [problem] = document.errors;
  if (problem) {
    const message = `The manifest is no valid YAML: ${firstLine(problem.message)}`;
    throw new AdkError("MANIFEST_BAD_YAML", message, { file: file + placeOf(problem.pos[0]) });
  }
  const parsed = unattendSchema.safeParse(toValue(document, file));
  if (parsed.success) return parsed.data;
  const problems = flatten(parsed.error.issues)
    .map((issue) => ({ offset: offsetOf(document, issue), message: messageOf(issue, document) }))
    .sort((a, b) => a.offset - b.offset);
  const [first, ...more] = problems;
  const others = more.slice(0, MOST_TOLD).map(({ offset, message }) => `${placeOf(offset)} ${message}`);
  throw new AdkError("MANIFEST_INVALID", first?.message ?? "The manifest is not valid.", {
    file: file + placeOf(first?.offset ?? 0),
    hint: others.length > 0 ? `There is more to correct: ${others.join(" ")}` : undefined,
  });
}

/** Aliases are bounded by the parser, so that a few lines cannot become millions. */
function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (cause) {
    const message = cause instanceof Error ? firstLine(cause.message) : String(cause);
    throw new AdkError("MANIFEST_BAD_YAML", `The manifest cannot be read: ${message}.`, { file, cause });
  }
}

/** Of a union, the issues of the alternative that came furthest. */
function flatten(issues: readonly $ZodIssue[]): $ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
    const reach = (list: readonly $ZodIssue[]) => Math.max(...list.map(({ path }) => path.length));
    const best = issue.errors.reduce((most, list) => (reach(list) > reach(most) ? list : most));
    if (reach(best) === 0) return [issue];
    return flatten(best.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  });
}

function messageOf(issue: $ZodIssue, document: Document): string {
  const key = String(issue.path.at(-1) ?? "");
  if (issue.code === "unrecognized_keys") {
    const [unknown = ""] = issue.keys;
    const nearest = suggest(unknown, issue.path.length === 0 ? Object.keys(unattendSchema.shape) : []);
    return `There is no key "${unknown}" here${nearest === undefined ? "." : `; did you mean "${nearest}"?`}`;
  }
  if (issue.code === "invalid_type" && document.getIn(issue.path) === undefined) return `The key "${key}" is missing.`;
  return key === "" ? issue.message : `${key}: ${issue.message}`;
}

/** Where the part at a path begins; of what is missing, where that begins in which it is missing. */
function offsetOf(document: Document, issue: $ZodIssue): number {
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [i, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? key.value : key) === step);
      if (!pair) break;
      // A wrong value is told at the value, a wrong key or an object at its key.
      const value = startOf(pair.value);
      const atKey = i < path.length - 1 || isCollection(pair.value) || issue.code === "unrecognized_keys";
      offset = (atKey ? startOf(pair.key) : value) ?? offset;
      node = pair.value;
    } else if (isCollection(node)) {
      node = node.get(step as number, true);
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.replace(/ at line \d+, column \d+:?$/, "");
}
