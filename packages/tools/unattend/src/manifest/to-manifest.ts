import { AdkError, check } from "@adk/core";
import type * as z from "zod";
import { isPass, RUN_ORDER } from "../catalog/passes.ts";
import { type AnswerFile, isOwn } from "../document/answer-file.ts";
import { childElements } from "../document/tree.ts";
import { AnswerReader } from "./answer-reader.ts";
import { type AnswerTree, type ComponentNode, leavesOf, treeOf, withoutLeaves } from "./answer-tree.ts";
import { composeTree } from "./from-manifest.ts";
import { DEFAULT_ARCHITECTURE, TOPICS, type UnattendManifest, unattendSchema } from "./manifest.ts";
import type { Topic, WriteContext } from "./topic.ts";
import { fromComponents } from "./topics/settings.ts";

export interface ManifestOfFile {
  readonly manifest: UnattendManifest;
  /** What the file has and a manifest has no place for. */
  readonly leftOut: readonly string[];
}

/**
 * The manifest that writes a file with the same settings. Parts are taken only if they write nothing but what the file has;
 * the rest is given as `settings`. Secrets stand in the manifest as they are: see `withoutSecrets`.
 *
 * @throws AdkError `UNATTEND_NOT_WELL_FORMED`
 */
export function toManifest(file: AnswerFile): ManifestOfFile {
  const [problem] = file.problems;
  check(problem === undefined, () => {
    const { line, column } = file.rangeOf(problem!.start);
    const where = `${file.file ?? "answer file"}:${line}:${column}`;
    return new AdkError("UNATTEND_NOT_WELL_FORMED", problem!.message, { file: where });
  });
  const tree = treeOf(file);
  const architecture = mainArchitecture(tree);
  const target = releaseIn(tree.target);
  const head = { ...(target && { target }), ...(architecture === DEFAULT_ARCHITECTURE ? {} : { architecture }) };
  const parts = readParts(tree, architecture);
  const known = new Set(leavesOf(tree).map(({ id }) => id));
  for (;;) {
    const manifest = { ...head, ...Object.fromEntries(parts) } as UnattendManifest;
    const written = leavesOf(composeTree(manifest, BARE_SECRETS));
    const wrong = new Set(written.filter(({ id }) => !known.has(id)).map(({ topic }) => topic));
    if (wrong.size > 0) {
      for (const topic of wrong) dropPart(parts, topic);
      continue;
    }
    const rest = withoutLeaves(tree, new Set(written.map(({ id }) => id)));
    const settings = fromComponents(rest.filter(({ pass }) => isPass(pass)).sort(byPassAndName), architecture);
    const leftOut = [
      ...leftOutOf(file),
      ...rest.filter(({ pass }) => !isPass(pass)).map(({ pass }) => `pass "${pass}"`),
    ];
    return { manifest: settings.length === 0 ? manifest : { ...manifest, settings }, leftOut };
  }
}

/** @param topic a part, or a field of one: `commands/specialize` */
function dropPart(parts: Map<string, unknown>, topic: string): void {
  const [name = "", field] = topic.split("/");
  const { [field ?? ""]: _, ...rest } = (parts.get(name) ?? {}) as Record<string, unknown>;
  if (field === undefined || Object.keys(rest).length === 0) parts.delete(name);
  else parts.set(name, rest);
}

/** An order of its own, so that the same settings give the same manifest. */
function byPassAndName(a: ComponentNode, b: ComponentNode): number {
  const order = (pass: string) => (RUN_ORDER as readonly string[]).indexOf(pass);
  if (a.pass !== b.pass) return order(a.pass) - order(b.pass);
  const [one, other] = [`${a.name}@${a.architecture}`, `${b.name}@${b.architecture}`];
  return one < other ? -1 : one > other ? 1 : 0;
}

const BARE_SECRETS: WriteContext = { secret: (secret) => (typeof secret === "string" ? secret : "") };

/** Undefined for what is no release. */
function releaseIn(target: string | undefined): string | undefined {
  return target !== undefined && unattendSchema.shape.target.safeParse(target).success ? target : undefined;
}

/** What each topic makes of the file, if its own schema agrees. */
function readParts(tree: AnswerTree, architecture: string): Map<string, unknown> {
  const reader = new AnswerReader(tree, architecture);
  const parts = new Map<string, unknown>();
  for (const topic of TOPICS as readonly unknown[] as readonly Topic<z.ZodType>[]) {
    const part = topic.read(reader);
    const checked = part === undefined ? undefined : topic.schema.safeParse(part);
    if (checked?.success) parts.set(topic.name, checked.data);
  }
  return parts;
}

/** The one that most components are for. */
function mainArchitecture(tree: AnswerTree): string {
  const counts = Map.groupBy(tree.components, ({ architecture }) => architecture);
  const known = ["amd64", "x86", "arm64"].map((name) => [name, counts.get(name)?.length ?? 0] as const);
  return known.reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

function leftOutOf(file: AnswerFile): string[] {
  const found: string[] = [];
  for (const element of file.root ? childElements(file.root) : []) {
    if (!isOwn(element)) found.push(`<${element.name}> of ${element.namespace || "no namespace"}`);
    else if (element.local === "servicing") {
      const packages = childElements(element, "package").length;
      if (packages > 1) found.push(`${packages} packages in <servicing>`);
    }
  }
  return found;
}
