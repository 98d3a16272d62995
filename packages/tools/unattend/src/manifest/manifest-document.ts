import { readFile, stat } from "node:fs/promises";
import { AdkError, fromSystemError } from "@adk/core";
import { type Document, isCollection, isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { ZodType } from "zod";
import type { $ZodIssue } from "zod/v4/core";

/** Manifests are written by people. */
const MOST_BYTES = 1 << 20;
/** Further problems that are told beside the first. */
const MOST_TOLD = 4;

type Path = readonly PropertyKey[];

/** A manifest as it is written, YAML 1.2 or JSON: what is wrong with it is told with line and column. */
export class ManifestDocument {
  /** What it says, not checked. Null where it is empty. */
  readonly value: unknown;
  readonly #file: string;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  /**
   * @param file its name, for errors
   * @throws AdkError `MANIFEST_BAD_YAML`
   */
  constructor(text: string, file: string) {
    this.#file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines });
    const [problem] = this.#document.errors;
    if (problem) {
      const message = `The manifest is no valid YAML: ${firstLine(problem.message)}`;
      throw new AdkError("MANIFEST_BAD_YAML", message, { file: file + this.#at(problem.pos[0]) });
    }
    this.value = toValue(this.#document, file);
  }

  /**
   * The bytes of a manifest.
   *
   * @throws AdkError `FILE_NOT_FOUND` ..., `MANIFEST_TOO_LARGE`
   */
  static async readBytes(path: string): Promise<Uint8Array> {
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

  /** Where a part stands, for errors: `deployment.yaml:12:5`. Of what is missing, where that begins in which it is missing. */
  place(path: Path): string {
    return this.#file + this.#at(this.#offsetOf(path));
  }

  /**
   * The value as a schema has it.
   *
   * @param messageOf what is said of a problem, given the value that has it; a key that is missing is told by itself
   * @throws AdkError `MANIFEST_INVALID`, at the first problem; its hint has the next ones
   */
  check<T>(value: unknown, schema: ZodType<T>, messageOf: (issue: $ZodIssue, value: unknown) => string): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const problems = flatten(parsed.error.issues)
      .map((issue) => ({ offset: this.#offsetOfIssue(issue), message: this.#message(issue, messageOf) }))
      .sort((a, b) => a.offset - b.offset);
    const [first, ...more] = problems;
    const others = more.slice(0, MOST_TOLD).map(({ offset, message }) => `${this.#at(offset)} ${message}`);
    const untold = more.length - others.length;
    if (untold > 0) others.push(`and ${untold} more`);
    throw new AdkError("MANIFEST_INVALID", first?.message ?? "The manifest is not valid.", {
      file: this.#file + this.#at(first?.offset ?? 0),
      hint: others.length > 0 ? `There is more to correct: ${others.join(" ")}` : undefined,
    });
  }

  #message(issue: $ZodIssue, messageOf: (issue: $ZodIssue, value: unknown) => string): string {
    const value = this.#document.getIn(issue.path);
    const key = issue.path.at(-1);
    const isMissing = key !== undefined && issue.code === "invalid_type" && value === undefined;
    return isMissing ? `The key "${String(key)}" is missing.` : messageOf(issue, value);
  }

  #at(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `:${line}:${col}`;
  }

  /** An unknown key is told at the key, not at the object that has it. */
  #offsetOfIssue(issue: $ZodIssue): number {
    return issue.code === "unrecognized_keys"
      ? this.#offsetOf([...issue.path, issue.keys[0] ?? ""], true)
      : this.#offsetOf(issue.path);
  }

  #offsetOf(path: Path, atLastKey = false): number {
    let node: unknown = this.#document.contents;
    let offset = startOf(node) ?? 0;
    for (const [i, step] of path.entries()) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => (isScalar(key) ? key.value : key) === step);
        if (!pair) break;
        // A wrong value is told at the value, a wrong key or an object at its key.
        const value = startOf(pair.value);
        const atKey = i < path.length - 1 || atLastKey || isCollection(pair.value) || value === undefined;
        offset = (atKey ? startOf(pair.key) : value) ?? offset;
        node = pair.value;
      } else if (isCollection(node)) {
        node = node.get(step as number, true);
        offset = startOf(node) ?? offset;
      } else break;
    }
    return offset;
  }
}

/** Aliases are bounded by the parser, so that a few lines cannot become millions. */
function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS();
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

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.replace(/ at line \d+, column \d+:?$/, "");
}
