import { dirname, resolve } from "node:path";
import { type Context, type ExitCode, exitCodes, readInput, usageError } from "@adk/cli-kit";
import { stringify } from "yaml";
import * as z from "zod";
import type { AnswerFile } from "../../document/answer-file.ts";
import { parseRelease } from "../../facts/releases.ts";
import { fromManifest } from "../../manifest/from-manifest.ts";
import { type UnattendManifest, unattendJsonSchema, unattendSchema } from "../../manifest/manifest.ts";
import { parseManifest, readManifest } from "../../manifest/manifest-file.ts";
import { findPreset } from "../../manifest/presets.ts";
import { toManifest } from "../../manifest/to-manifest.ts";
import { withoutSecrets } from "../../manifest/without-secrets.ts";
import { hasErrors, validate } from "../../validate/validate.ts";
import { answerFinding, type Verdict } from "../../validate/verdict.ts";
import { readAnswerFile, writeFile } from "../documents.ts";

export interface WriteOptions {
  output?: string;
  force?: boolean;
  dryRun?: boolean;
}
export type NewOptions = WriteOptions & { preset?: string; manifest?: boolean };
export type ToManifestOptions = WriteOptions & { withSecrets?: boolean };

const writtenSchema = z.object({
  /** Null for standard output. */
  file: z.string().nullable(),
  bytes: z.number(),
  written: z.boolean(),
  findings: z.array(answerFinding),
});

export async function newFile(context: Context, options: NewOptions): Promise<ExitCode> {
  const preset = findPreset(options.preset ?? "");
  if (!preset) throw usageError("NO_PRESET", "Say which preset: --preset uefi.", "adk unattend new");
  if (options.manifest) return await writeManifest(context, preset.manifest, options);
  return await writeChecked(context, fromManifest(preset.manifest), preset.manifest, options);
}

export async function writeFromManifest(context: Context, name: string, options: WriteOptions): Promise<ExitCode> {
  const isInput = name === "-";
  const path = resolve(context.cwd, name);
  const manifest = isInput
    ? parseManifest(new TextDecoder().decode(await readInput(context, name)), "standard input")
    : await readManifest(path);
  const file = fromManifest(manifest, { env: context.env, directory: isInput ? context.cwd : dirname(path) });
  return await writeChecked(context, file, manifest, options);
}

export async function writeToManifest(context: Context, name: string, options: ToManifestOptions): Promise<ExitCode> {
  const { manifest, leftOut } = toManifest(await readAnswerFile(context, name));
  for (const what of leftOut) context.warn(`left out, as a manifest has no place for it: ${what}`);
  const bare = options.withSecrets ? { manifest, variables: [] } : withoutSecrets(manifest);
  if (bare.variables.length > 0) {
    context.note(`Secrets are left out. from-manifest takes them from: ${bare.variables.join(", ")}.`);
  }
  return await writeManifest(context, bare.manifest, options);
}

export async function writeSchema(context: Context): Promise<void> {
  context.output(unattendJsonSchema(), {
    schema: z.looseObject({}),
    render: (schema, out) => out.text(`${JSON.stringify(schema, undefined, 2)}\n`),
  });
}

/** Writes an answer file unless it has errors. */
async function writeChecked(
  context: Context,
  file: AnswerFile,
  manifest: UnattendManifest,
  { output, force, dryRun }: WriteOptions,
): Promise<ExitCode> {
  const target = manifest.target === undefined ? undefined : parseRelease(manifest.target);
  const verdict = validate(file, { target });
  const failed = hasErrors(verdict);
  const bytes = file.toBytes();
  const written = !failed && !dryRun;
  if (written && output !== undefined) await writeFile(context, output, bytes, force);
  tellFindings(context, verdict);
  const result = { file: output ?? null, bytes: bytes.length, written, findings: verdict.findings };
  context.output(result, {
    schema: writtenSchema,
    render: (result, out) => {
      if (output === undefined && result.written) out.text(file.text);
      else out.line(result.written ? `${output}: ${bytes.length} bytes` : "Nothing was written.");
    },
  });
  return failed ? exitCodes.no : exitCodes.done;
}

/** To stderr: standard output may be the file itself. */
function tellFindings(context: Context, { findings }: Verdict): void {
  if (context.json) return;
  for (const { severity, rule, line, column, message } of findings) {
    context.note(`${line}:${column}: ${severity}: ${message} [${rule}]`);
  }
}

async function writeManifest(
  context: Context,
  manifest: UnattendManifest,
  { output, force }: WriteOptions,
): Promise<ExitCode> {
  // The schema puts the keys into its own order.
  const bytes = new TextEncoder().encode(stringify(unattendSchema.parse(manifest), { lineWidth: 0 }));
  if (output !== undefined) await writeFile(context, output, bytes, force);
  context.output(manifest, {
    schema: unattendSchema,
    render: (_manifest, out) => {
      if (output === undefined) out.text(new TextDecoder().decode(bytes));
      else out.line(`${output}: ${bytes.length} bytes`);
    },
  });
  return exitCodes.done;
}
