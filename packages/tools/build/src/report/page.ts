import {
  barChart,
  type Fact,
  facts,
  findingsList,
  formatBytes,
  formatNumber,
  formatShare,
  type Html,
  html,
  keyFigures,
  page,
  type Section,
  section,
  subsection,
  type TreeNode,
  table,
  treemap,
  type ValueType,
} from "@adk/report";
import type { LockInputs } from "../lock.ts";
import type { DirectorySize } from "../tree/survey.ts";
import type { BuildReport } from "./report.ts";

export interface PageInput {
  readonly report: BuildReport;
  readonly inputs: LockInputs;
  readonly tree: DirectorySize;
}

/** `build-report.html`: the same as the report, to be looked at. */
export function buildPage({ report, inputs, tree }: PageInput): string {
  const { plan, findings } = report;
  return page({
    title: plan.image,
    subtitle: `Built by ${plan.manifest} from ${plan.base.source}`,
    generator: report.tool,
    sections: [
      overview(report),
      section("Disk use", diskUse(plan.image, tree)),
      section("Layers", ...layers(report)),
      ...(plan.media ? [section("Medium", medium(plan.media))] : []),
      ...report.outputs.map((output, _, all) => outputSection(output, plan.result.bytes, all.length > 1)),
      ...(plan.overrides.length > 0 ? [section("Replaced files", overrides(report))] : []),
      section("Largest files", largestFiles(report)),
      section("Findings", findingsList(findings)),
      section("Provenance", provenance(report, inputs), timings(report)),
    ],
  });
}

function overview({ plan, outputs, timings }: BuildReport): Section {
  const [output] = outputs;
  const total = timings.reduce((sum, { duration }) => sum + duration, 0);
  const added = plan.layers.reduce((sum, layer) => sum + layer.added.files, 0);
  const figures = [
    {
      label: "Image",
      value: plan.result.bytes,
      type: "bytes" as const,
      note: `${formatNumber(plan.result.files)} files`,
    },
    ...(output
      ? [
          {
            label: output.path,
            value: output.bytes,
            type: "bytes" as const,
            note: `${formatShare(output.bytes, plan.result.bytes)} of the image`,
          },
        ]
      : []),
    {
      label: "Added by layers",
      value: added,
      type: "number" as const,
      note: `${formatNumber(plan.overrides.length)} replaced a file`,
    },
    { label: "Built in", value: total, type: "duration" as const },
  ];
  return section("Overview", keyFigures(figures));
}

function diskUse(image: string, tree: DirectorySize): Html {
  return treemap({
    title: "Where the bytes are",
    valueTitle: "Size",
    type: "bytes",
    separator: "/",
    root: { ...treeNode(tree), name: image },
  });
}

function treeNode({ name, bytes, children }: DirectorySize): TreeNode {
  return { name, value: bytes, children: [...children.values()].map(treeNode) };
}

function layers({ plan }: BuildReport): (Html | undefined)[] {
  const rows = [
    { layer: "Base", what: plan.base.source, ...counts(plan.base), removed: 0, overrides: 0 },
    ...plan.layers.map(({ number, kind, summary, added, removed, overrides }) => {
      return { layer: layerName(number, kind), what: summary, ...counts(added), removed: removed.files, overrides };
    }),
  ];
  const bars = plan.layers.map(({ number, kind, added, removed }) => {
    return { label: layerName(number, kind), value: added.bytes - removed.bytes };
  });
  const chart =
    bars.length > 0
      ? barChart({ title: "What each layer changed", labelTitle: "Layer", valueTitle: "Size", type: "bytes", bars })
      : undefined;
  return [
    table({
      caption: "From the base to the image",
      columns: [
        { key: "layer", label: "Layer" },
        { key: "what", label: "What" },
        { key: "files", label: "Files", type: "number" },
        { key: "directories", label: "Directories", type: "number" },
        { key: "bytes", label: "Size", type: "bytes" },
        { key: "overrides", label: "Replaced", type: "number" },
        { key: "removed", label: "Removed", type: "number" },
      ],
      rows,
      sortable: false,
    }),
    chart,
  ];
}

function counts({ files, directories, bytes }: { files: number; directories: number; bytes: number }) {
  return { files, directories, bytes };
}

function layerName(number: number, kind: string): string {
  return number === 0 ? "Base" : `${number} ${kind}`;
}

function medium(media: NonNullable<BuildReport["plan"]["media"]>): Html {
  const { source, description, label, files, directories, bytes, image, replaces, answerFile, added } = media;
  return facts([
    { label: "Source", value: source },
    { label: "What it is", value: description },
    ...(label === undefined ? [] : [{ label: "Label", value: label }]),
    { label: "Files beside the image", value: files, type: "number" },
    { label: "Directories", value: directories, type: "number" },
    { label: "Size of them", value: bytes, type: "bytes" },
    { label: "Files put on it", value: added.files, type: "number" },
    { label: "Image", value: image },
    ...replaces.map(({ path, bytes }): Fact => ({ label: "In the place of", value: `${path}, ${formatBytes(bytes)}` })),
    { label: "Answer file", value: answerFile ?? "none" },
  ]);
}

function outputSection(output: BuildReport["outputs"][number], imageBytes: number, several: boolean): Section {
  const { hardLinks, equalData, compression } = output.savings;
  const stored = output.medium?.image ?? output.parts;
  const bars = [
    { label: "Stored", value: stored.reduce((sum, { bytes }) => sum + bytes, 0) },
    { label: "Saved by compression", value: compression },
    { label: "Saved by equal data", value: equalData },
    { label: "Saved by hard links", value: hardLinks },
  ];
  return section(
    several ? `Output ${output.path}` : "Output",
    facts([
      ...outputFiles(output),
      ...outputMedium(output),
      { label: "Files in the image", value: output.content.files, type: "number" },
      { label: "Directories in the image", value: output.content.directories, type: "number" },
    ]),
    barChart({
      title: `What became of ${formatBytes(imageBytes)}`,
      labelTitle: "Part",
      valueTitle: "Size",
      type: "bytes",
      bars,
    }),
  );
}

function outputFiles({ parts, bytes }: BuildReport["outputs"][number]): Fact[] {
  const files = parts.flatMap((part, i): Fact[] => [
    { label: parts.length > 1 ? `Part ${i + 1}` : "File", value: part.path },
    { label: "Size", value: part.bytes, type: "bytes" },
    { label: "SHA-256", value: part.sha256, type: "hash" },
  ]);
  return parts.length > 1 ? [{ label: "All parts", value: bytes, type: "bytes" }, ...files] : files;
}

function outputMedium({ medium }: BuildReport["outputs"][number]): Fact[] {
  if (!medium) return [];
  const { form, label, boots, files, directories, image } = medium;
  return [
    { label: "Form", value: form },
    ...(label === "" ? [] : [{ label: "Label", value: label }]),
    { label: "Boots", value: boots.join(", ") || "nothing" },
    { label: "Files on it", value: files, type: "number" },
    { label: "Directories on it", value: directories, type: "number" },
    ...image.map(({ path, bytes }): Fact => ({ label: "Image on it", value: `${path}, ${formatBytes(bytes)}` })),
  ];
}

function overrides({ plan }: BuildReport): Html {
  const name = (number: number) => layerName(number, plan.layers[number - 1]?.kind ?? "");
  return table({
    caption: "A layer put its own file in the place of another",
    columns: [
      { key: "path", label: "File" },
      { key: "layer", label: "Layer" },
      { key: "replaces", label: "Before, from" },
    ],
    rows: plan.overrides.map(({ path, layer, replaces }) => ({ path, layer: name(layer), replaces: name(replaces) })),
  });
}

function largestFiles({ plan, largestFiles }: BuildReport): Html {
  const shown =
    largestFiles.length < plan.result.files
      ? `The ${formatNumber(largestFiles.length)} largest of ${formatNumber(plan.result.files)} files`
      : "All files";
  return table({
    caption: shown,
    columns: [
      { key: "path", label: "File" },
      { key: "bytes", label: "Size", type: "bytes" },
      { key: "share", label: "Share", align: "end" },
      { key: "from", label: "From" },
    ],
    rows: largestFiles.map(({ path, bytes, layer }) => {
      const from = layerName(layer, plan.layers[layer - 1]?.kind ?? "");
      return { path, bytes, share: formatShare(bytes, plan.result.bytes), from };
    }),
  });
}

function provenance({ tool, plan }: BuildReport, inputs: LockInputs): Html {
  const { base } = inputs;
  const baseFacts =
    base.kind === "tree"
      ? [{ label: "Base tree, SHA-256", value: base.sha256, type: "hash" as ValueType }]
      : [
          { label: "Base file", value: base.bytes, type: "bytes" as ValueType },
          { label: "Base GUID", value: base.guid },
          { label: "Base image metadata, SHA-1", value: base.metadataSha1, type: "hash" as ValueType },
        ];
  const list = facts([
    { label: "Tool", value: tool },
    { label: "Manifest, SHA-256", value: inputs.manifest, type: "hash" },
    ...baseFacts,
    ...(inputs.media ? [{ label: "Medium, SHA-256", value: inputs.media.sha256, type: "hash" as const }] : []),
    { label: "SOURCE_DATE_EPOCH", value: inputs.sourceDateEpoch ?? "not set" },
  ]);
  const digests = table({
    caption: "Digests of the layers",
    columns: [
      { key: "layer", label: "Layer" },
      { key: "what", label: "What" },
      { key: "sha256", label: "SHA-256", type: "hash" },
    ],
    rows: inputs.layers.map(({ kind, sha256 }, i) => {
      return { layer: layerName(i + 1, kind), what: plan.layers[i]?.summary ?? "", sha256 };
    }),
    sortable: false,
  });
  return html`${list}${inputs.layers.length > 0 ? digests : undefined}`;
}

function timings({ timings }: BuildReport): Html {
  const bars = timings.map(({ phase, duration }) => ({ label: phase, value: duration }));
  return subsection(
    "Time",
    barChart({ title: "Where the time went", labelTitle: "Phase", valueTitle: "Time", type: "duration", bars }),
  );
}
