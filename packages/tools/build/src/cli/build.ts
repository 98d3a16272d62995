import { join, resolve } from "node:path";
import { type DefineCommands, formatBytes, formatDuration, type Terminal } from "@adk/cli-kit";
import { type BuildResult, buildDeployment, buildResultSchema } from "../build.ts";
import { LOCK_FILE, REPORT_HTML } from "../manifest/manifest.ts";
import type { Plan } from "../plan.ts";
import type { BuildReport } from "../report/report.ts";

const HELP = `
The manifest says which base (a directory, or an image such as install.wim:6) gets which layers, what
the image is called, and into which files it goes: WIM files, or discs, sticks and network boot folders
made of a medium (setup.iso, a folder). Beside the outputs stand ${REPORT_HTML}, the
same as JSON, and ${LOCK_FILE}; where nothing changed since, nothing is built.

With SOURCE_DATE_EPOCH in the environment the same input gives the same bytes.`;

interface Options {
  out?: string;
  threads?: number;
  force?: boolean;
  dryRun?: boolean;
}

export const commands: DefineCommands = (build) => {
  build
    .argument("<manifest>", "a manifest in YAML or JSON: deployment.yaml")
    .description("Build an image from a declarative manifest.")
    .option("--out <directory>", "where the outputs go (default: out, beside the manifest)")
    .withDryRun("show the plan and write nothing")
    .withForce("build although nothing changed, and overwrite files that no build wrote")
    .withThreads()
    .addHelpText("after", HELP)
    .run(async (context, manifest: string, { out, threads, force, dryRun }: Options) => {
      const path = resolve(context.cwd, manifest);
      const result = await buildDeployment(path, {
        out: out === undefined ? undefined : resolve(context.cwd, out),
        threads,
        force,
        dryRun,
        env: context.env,
        signal: context.signal,
        onProgress: context.onProgress,
        onPlan: (plan) => {
          if (!context.json) renderPlan(plan, context.stdout);
        },
      });
      const target = out ?? join(manifest, "..", "out");
      context.output(result, {
        schema: buildResultSchema,
        render: (result, terminal) => renderResult(result, target, terminal),
      });
    });
};

const SHOWN_OVERRIDES = 10;

function renderPlan(plan: Plan, out: Terminal): void {
  const { base, layers, overrides, result } = plan;
  out.line(`${out.style("bold", plan.image)}, by ${plan.manifest}`);
  out.line();
  const titles = [
    { title: "Layer" },
    { title: "What", truncate: "middle" },
    { title: "Files", align: "right" },
    { title: "Directories", align: "right" },
    { title: "Size", align: "right" },
    { title: "Replaced", align: "right" },
    { title: "Removed", align: "right" },
  ] as const;
  const some = (count: number) => (count === 0 ? "" : count);
  const rows = layers.map(({ number, kind, summary, added, removed, overrides }) => {
    const size = added.files === 0 ? "" : formatBytes(added.bytes);
    return [
      `${number} ${kind}`,
      summary,
      some(added.files),
      some(added.directories),
      size,
      some(overrides),
      some(removed.files),
    ];
  });
  out.table(titles, [
    ["base", `${base.source} (${base.kind})`, base.files, base.directories, formatBytes(base.bytes), "", ""],
    ...rows,
    ["image", "", result.files, result.directories, formatBytes(result.bytes), "", ""],
  ]);
  if (overrides.length > 0) {
    out.line();
    out.line("Files that a layer replaces:");
    const from = (layer: number) => (layer === 0 ? "of the base" : `of layer ${layer}`);
    for (const { path, layer, replaces } of overrides.slice(0, SHOWN_OVERRIDES)) {
      out.line(`  ${path} ${from(replaces)}, by layer ${layer}`);
    }
    if (overrides.length > SHOWN_OVERRIDES) out.line(`  and ${overrides.length - SHOWN_OVERRIDES} more`);
  }
  out.line();
  if (plan.media) renderMedium(plan.media, out);
  for (const { path, kind, summary, boots = [] } of plan.outputs) {
    out.line(`Output: ${path} (${kind}, ${summary})`);
    for (const boot of boots) out.line(`  ${boot}`);
  }
}

function renderMedium(media: NonNullable<Plan["media"]>, out: Terminal): void {
  const { source, description, files, bytes, image, replaces, answerFile } = media;
  out.line(`Medium: ${source} (${description}), ${files} files, ${formatBytes(bytes)}`);
  const before = replaces.map(({ path, bytes }) => `${path}, ${formatBytes(bytes)}`).join("; ");
  out.line(`  ${image} is the image${before === "" ? "" : `, in the place of ${before}`}`);
  if (answerFile !== undefined) out.line(`  ${answerFile} is the answer file for Setup`);
}

function renderResult({ status, report, findings }: BuildResult, target: string, out: Terminal): void {
  if (findings.length > 0) {
    out.line();
    out.findings(findings);
  }
  out.line();
  if (status === "planned") out.line("Nothing was written: this is a dry run.");
  else if (status === "unchanged") out.line(`Nothing changed since the last build: ${target} is up to date.`);
  else if (report) renderReport(report, target, out);
}

function renderReport({ outputs, timings }: BuildReport, target: string, out: Terminal): void {
  for (const { path, parts, bytes, savings, medium } of outputs) {
    const { compression, equalData, hardLinks } = savings;
    const saved = [
      `${formatBytes(compression)} by compression`,
      `${formatBytes(equalData)} by equal data`,
      `${formatBytes(hardLinks)} by hard links`,
    ];
    if (parts.some((part) => part.path.startsWith(`${path}/`))) {
      out.facts({ Written: `${join(target, path)}, ${parts.length} files`, Size: formatBytes(bytes) });
    } else {
      for (const { path, bytes, sha256 } of parts) {
        out.facts({ Written: join(target, path), Size: formatBytes(bytes), "SHA-256": sha256 });
      }
    }
    if (medium) out.facts({ Boots: medium.boots.join(", ") || "nothing" });
    out.facts({ Saved: saved.join(", ") });
  }
  const time = timings.reduce((sum, { duration }) => sum + duration, 0);
  out.facts({ Report: join(target, REPORT_HTML), Time: formatDuration(time) });
}
