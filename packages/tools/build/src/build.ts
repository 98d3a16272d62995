import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { finding } from "@adk/cli-kit/schemas";
import { type Finding, Findings, filetimeToUnixSeconds, type LongOperation, stampTime } from "@adk/core";
import * as z from "zod";
import { type Composition, compose } from "./compose.ts";
import {
  type BuiltOutput,
  builtOutputSchema,
  computeInputs,
  type LockInputs,
  makeLock,
  readLock,
  sameInputs,
} from "./lock.ts";
import { LOCK_FILE, REPORT_HTML, REPORT_JSON } from "./manifest/manifest.ts";
import { readManifest } from "./manifest/manifest-file.ts";
import { OutputDirectory, refuseOutputInInput } from "./output-directory.ts";
import { BuiltImages } from "./outputs/built-images.ts";
import { outputPlace, ownsFile, writeOutput, writingOrder } from "./outputs/kinds.ts";
import type { OutputFigures } from "./outputs/output.ts";
import { type Plan, planSchema } from "./plan.ts";
import { buildPage } from "./report/page.ts";
import { type BuildReport, reportSchema } from "./report/report.ts";

export interface BuildOptions extends LongOperation {
  /** Output directory. Default: `out` beside the manifest. */
  readonly out?: string | undefined;
  /** Plan only, and write nothing. */
  readonly dryRun?: boolean | undefined;
  /** Build although nothing changed, and overwrite what no earlier build wrote. */
  readonly force?: boolean | undefined;
  /** Worker threads. Default: one a CPU. */
  readonly threads?: number | undefined;
  /** Where SOURCE_DATE_EPOCH is looked up. Default: that of the process. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Told what will be done, before anything is. */
  readonly onPlan?: ((plan: Plan) => void) | undefined;
}

/** What `adk build --json` prints. */
export const buildResultSchema = z.object({
  status: z.enum(["planned", "built", "unchanged"]),
  plan: planSchema,
  /** Paths are relative to the output directory. */
  outputs: z.array(builtOutputSchema),
  /** Of this build; absent where nothing was built. */
  report: reportSchema.optional(),
  findings: z.array(finding),
});
export type BuildResult = z.output<typeof buildResultSchema>;

/**
 * Builds what a manifest describes, unless it is built already. All files appear together when they are complete, or none: after
 * an error or a cancellation the output directory is as it was.
 *
 * @param path of the manifest
 * @throws AdkError `MANIFEST_BAD_YAML`, `MANIFEST_INVALID`, `PATH_IN_USE`, `BUILD_OUTPUT_IN_INPUT`, `ALREADY_EXISTS`
 *   and those of the sources and outputs
 */
export async function buildDeployment(path: string, options: BuildOptions = {}): Promise<BuildResult> {
  const clock = new Clock();
  const { env = process.env, dryRun = false, force = false, threads, signal, onProgress } = options;
  const operation: LongOperation = { signal, onProgress };
  const time = stampTime(env);
  const sourceDateEpoch = env.SOURCE_DATE_EPOCH ? filetimeToUnixSeconds(time) : null;
  const findings = new Findings();
  const file = await readManifest(path);
  const { manifest } = file;
  const latest = sourceDateEpoch !== null && manifest.timestamps !== "keep" ? time : undefined;
  await using composition = await compose(resolve(path), file, { time, latest, findings, operation, env });
  const { plan } = composition;
  const out = resolve(options.out ?? join(dirname(path), "out"));
  const isOutput = (name: string) => manifest.outputs.some((output) => ownsFile(output, name));
  const places = manifest.outputs.map(outputPlace);
  const parts = composition.hostInputs.filter((input) => dirname(input) === out).map((input) => basename(input));
  const names = [...places.map(({ name }) => name), ...parts.filter(isOutput), REPORT_HTML, REPORT_JSON, LOCK_FILE];
  await refuseOutputInInput(
    names.map((name) => join(out, name)),
    composition.hostInputs,
  );
  options.onPlan?.(plan);
  clock.lap("compose");
  if (dryRun) return { status: "planned", plan, outputs: [], findings: publicFindings(findings) };

  const inputs = await computeInputs(file, composition, { latest, sourceDateEpoch, operation });
  const lock = await readLock(out);
  const folders = places.filter(({ key }) => key === "directory").map(({ name }) => name);
  await using directory = await OutputDirectory.look(out, lock, isOutput, folders, operation);
  clock.lap("hash inputs");
  if (!force && lock && sameInputs(lock.inputs, inputs) && (await directory.isComplete())) {
    return { status: "unchanged", plan, outputs: lock.outputs, findings: publicFindings(findings) };
  }

  await directory.prepare(force);
  const { volume, base, medium } = composition;
  const image = {
    volume,
    image: manifest.image,
    baseProperties: base.image?.properties,
    threads,
    time,
    findings,
    operation,
  };
  const images = new BuiltImages(directory.images, image);
  const reported = new Map<string, BuildReport["outputs"][number]>();
  for (const output of writingOrder(manifest.outputs)) {
    const { name } = outputPlace(output);
    const figures = await writeOutput(output, { ...image, images, medium, directory: directory.work });
    clock.lap(`write ${name}`);
    const parts: BuiltOutput[] = [];
    for (const file of figures.written) parts.push(await directory.hash(file, operation));
    clock.lap(`hash ${name}`);
    reported.set(name, reportOutput(output.kind, name, parts, figures, plan.result.bytes));
  }
  const outputs = places.flatMap(({ name }) => reported.get(name) ?? []);
  const report = makeReport(composition, inputs, outputs, clock, publicFindings(findings));
  const built = outputs.flatMap(({ parts }) => parts);
  await directory.write(REPORT_JSON, toText(report));
  await directory.write(REPORT_HTML, buildPage({ report, inputs, tree: composition.result.tree }));
  // Last: a lock tells that all the rest is there.
  await directory.write(LOCK_FILE, toText(makeLock(inputs, built)));
  await directory.publish([...built.map(({ path }) => path), REPORT_JSON, REPORT_HTML, LOCK_FILE]);
  return { status: "built", plan, outputs: built, report, findings: report.findings };
}

function reportOutput(
  kind: string,
  path: string,
  parts: readonly BuiltOutput[],
  { content, medium }: OutputFigures,
  imageBytes: number,
): BuildReport["outputs"][number] {
  const { files, directories, bytes, distinctBytes, storedBytes } = content;
  return {
    kind,
    path,
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    parts: [...parts],
    content: { files, directories, bytes },
    savings: {
      hardLinks: Math.max(0, imageBytes - bytes),
      equalData: Math.max(0, bytes - distinctBytes),
      compression: distinctBytes - storedBytes,
    },
    ...(medium && { medium: { ...medium, boots: [...medium.boots], image: [...medium.image] } }),
  };
}

function makeReport(
  { plan, result }: Composition,
  inputs: LockInputs,
  outputs: BuildReport["outputs"],
  clock: Clock,
  findings: Finding[],
): BuildReport {
  const largestFiles = result.largest.map(({ path, size, layer }) => ({ path, bytes: size, layer }));
  return { tool: inputs.tool, plan, outputs, timings: clock.laps, largestFiles, findings };
}

/** Each once, however often a directory was read; and a report says nothing of where on the host the work was done. */
function publicFindings({ list }: Findings): BuildResult["findings"] {
  const unique = new Map(list.map((each) => [JSON.stringify(each), each]));
  return [...unique.values()].map(({ where, ...rest }) => {
    if (!where) return rest;
    return { ...rest, where: where.file && isAbsolute(where.file) ? { ...where, file: basename(where.file) } : where };
  });
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Milliseconds that the phases of a build took. */
class Clock {
  readonly laps: { phase: string; duration: number }[] = [];
  #last = performance.now();

  lap(phase: string): void {
    const now = performance.now();
    this.laps.push({ phase, duration: Math.round(now - this.#last) });
    this.#last = now;
  }
}
