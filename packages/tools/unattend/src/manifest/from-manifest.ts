import type * as z from "zod";
import { AnswerFile } from "../document/answer-file.ts";
import { AnswerBuilder } from "./answer-builder.ts";
import { type AnswerTree, emptyTree } from "./answer-tree.ts";
import { DEFAULT_ARCHITECTURE, TOPICS, type UnattendManifest } from "./manifest.ts";
import { secretReader } from "./secret.ts";
import type { Topic, WriteContext } from "./topic.ts";
import { toNodes } from "./topics/settings.ts";
import { writeAnswerFile } from "./write-answer-file.ts";

/** Where secrets that the manifest only refers to come from. */
export interface SecretSources {
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Files of secrets are relative to it. */
  readonly directory?: string | undefined;
}

/**
 * The answer file of a manifest; the same manifest gives the same bytes. It is not checked here: see `validate`.
 *
 * @throws AdkError `UNATTEND_NO_SECRET`, and those of reading the files of secrets
 */
export function fromManifest(manifest: UnattendManifest, sources: SecretSources = {}): AnswerFile {
  const secret = secretReader(sources.env ?? {}, sources.directory ?? ".");
  return AnswerFile.fromText(writeAnswerFile(composeTree(manifest, { secret }), architectureOf(manifest)));
}

function architectureOf(manifest: UnattendManifest): string {
  return manifest.architecture ?? DEFAULT_ARCHITECTURE;
}

/** The settings of a manifest. */
export function composeTree(manifest: UnattendManifest, context: WriteContext): AnswerTree {
  const builder = new AnswerBuilder({ ...emptyTree(), target: manifest.target }, architectureOf(manifest));
  for (const topic of TOPICS) {
    const part = manifest[topic.name as keyof UnattendManifest];
    builder.topic = topic.name;
    // Each part was checked by the schema of its own topic.
    if (part !== undefined) (topic as unknown as Topic<z.ZodType>).write(part, builder, context);
  }
  for (const { pass, component, architecture, values } of manifest.settings ?? []) {
    const nodes = toNodes(values, (env) => context.secret({ env }));
    builder.merge(pass, component, architecture ?? architectureOf(manifest), nodes);
  }
  return builder.tree;
}
