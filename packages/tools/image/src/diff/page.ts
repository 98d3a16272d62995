import {
  barChart,
  type Content,
  facts,
  findingsList,
  formatBytes,
  formatNumber,
  html,
  keyFigures,
  page,
  type Section,
  section,
  table,
  treemap,
} from "@adk/report";
import { changedBytesTree, netBytesByDirectory } from "./changed-bytes.ts";
import { detailsOf, KIND_LABELS } from "./details.ts";
import type { Aspect, Difference, EntryState, WimDiffResult } from "./schema.ts";

/** The differences of two trees, to be looked at. */
export function diffPage(result: WimDiffResult): string {
  const { before, after, differences, properties, findings } = result;
  return page({
    title: result.equal ? "No differences" : counted(differences.length, "difference"),
    subtitle: `${before.source} → ${after.source}`,
    generator: "adk wim diff",
    sections: [
      overview(result),
      ...(differences.length > 0 ? [where(differences), listed(differences)] : []),
      ...security(differences),
      ...(properties.length > 0 ? [section("Properties of the images", propertiesTable(properties))] : []),
      ...(findings.length > 0 ? [section("Findings", findingsList(findings))] : []),
    ],
  });
}

function overview({ before, after, summary, differences }: WimDiffResult): Section {
  const { added, removed, changed, moved, bytesAdded, bytesRemoved } = summary;
  const data = `${formatBytes(bytesAdded)} new, ${formatBytes(bytesRemoved)} gone`;
  const figures = [
    { label: "Added", value: added, type: "number" as const, note: "only in the second" },
    { label: "Removed", value: removed, type: "number" as const, note: "only in the first" },
    { label: "Changed", value: changed, type: "number" as const, note: "in both, not the same" },
    { label: "Moved", value: moved, type: "number" as const, note: "same data, other path" },
    { label: "Growth", value: bytesAdded - bytesRemoved, type: "bytes" as const, note: data },
  ];
  const sides = facts([
    { label: "First", value: before.source },
    { label: "Entries", value: before.entries, type: "number" },
    { label: "Size", value: before.bytes, type: "bytes" },
    { label: "Second", value: after.source },
    { label: "Entries", value: after.entries, type: "number" },
    { label: "Size", value: after.bytes, type: "bytes" },
  ]);
  const verdict = differences.length === 0 && html`<p>Both trees are equal in all that was compared.</p>`;
  return section("Overview", verdict, keyFigures(figures), sides, aspectsChart(summary.what));
}

/** How often what is different among the entries that are on both sides. */
function aspectsChart(what: WimDiffResult["summary"]["what"]): Content {
  const counts = Object.entries(what) as [Aspect, number][];
  if (counts.length === 0) return undefined;
  return barChart({
    title: "What is different in changed and moved entries",
    labelTitle: "What",
    valueTitle: "Entries",
    type: "number",
    bars: counts.sort(([, a], [, b]) => b - a).map(([label, value]) => ({ label, value })),
  });
}

function where(differences: readonly Difference[]): Section {
  const bars = netBytesByDirectory(differences);
  const root = changedBytesTree(differences);
  return section(
    "Where",
    root.children?.length
      ? treemap({
          title: "Data that is new or gone, by directory",
          valueTitle: "Bytes new or gone",
          type: "bytes",
          root,
          separator: "/",
        })
      : html`<p>No data is different: the differences are in what is kept about the entries.</p>`,
    bars.length > 0 &&
      barChart({
        title: "Growth of the directories that changed most",
        labelTitle: "Directory",
        valueTitle: "Growth",
        type: "bytes",
        bars,
      }),
  );
}

function listed(differences: readonly Difference[]): Section {
  const rows = differences.map((difference) => {
    const { path, kind, what, before, after } = difference;
    return {
      path,
      kind: KIND_LABELS[kind],
      what: what.join(", "),
      before: sizeOf(before),
      after: sizeOf(after),
      // Nothing, where there is none: the eye is to find those that grew.
      growth: (after?.size ?? 0) - (before?.size ?? 0) || undefined,
      details: detailsOf(difference),
    };
  });
  return section(
    "Differences",
    table({
      caption: counted(rows.length, "entry", "entries"),
      columns: [
        { key: "path", label: "Path" },
        { key: "kind", label: "Kind" },
        { key: "what", label: "What" },
        { key: "before", label: "Before", type: "bytes" },
        { key: "after", label: "After", type: "bytes" },
        { key: "growth", label: "Growth", type: "bytes" },
        { key: "details", label: "Details" },
      ],
      rows,
    }),
  );
}

/** Directories and links have no data. */
function sizeOf(state: EntryState | undefined): number | undefined {
  return state?.type === "file" ? state.size : undefined;
}

/** Few changes of descriptors are made to many files: told once each. */
function security(differences: readonly Difference[]): Section[] {
  const changes = new Map<string, { before: string; after: string; entries: number; example: string }>();
  for (const { path, what, before, after } of differences) {
    if (!what.includes("security")) continue;
    const [was, is] = [before?.security ?? "none", after?.security ?? "none"];
    const key = `${was}\0${is}`;
    const known = changes.get(key);
    if (known) known.entries++;
    else changes.set(key, { before: was, after: is, entries: 1, example: path });
  }
  if (changes.size === 0) return [];
  const rows = [...changes.values()].sort((a, b) => b.entries - a.entries);
  const columns = [
    { key: "example", label: "First of them" },
    { key: "entries", label: "Entries", type: "number" },
    { key: "before", label: "Before (SDDL)", type: "hash" },
    { key: "after", label: "After (SDDL)", type: "hash" },
  ] as const;
  return [section("Security descriptors", table({ caption: "Changes of security descriptors", columns, rows }))];
}

function propertiesTable(properties: WimDiffResult["properties"]): Content {
  return table({
    caption: "What the XML data says differently",
    columns: [
      { key: "path", label: "Property" },
      { key: "before", label: "Before" },
      { key: "after", label: "After" },
    ],
    rows: properties,
  });
}

function counted(count: number, one: string, several = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : several}`;
}
