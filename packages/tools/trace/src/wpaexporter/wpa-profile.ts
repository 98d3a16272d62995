import { AdkError } from "@adk/core";
import { childrenOf, descendantsOf, parseXml, type XmlElement } from "../xml-document.ts";

/** A column of a table as a profile wants it. */
export interface PresetColumn {
  readonly name: string;
  readonly visible: boolean;
  /** It stands left of the line in WPA: rows are grouped by it. */
  readonly key: boolean;
  /** `Sum`, `Max` ...: how a group's value is made of those of its rows. */
  readonly aggregation: string;
  /** Unit and digits: `mN`, `MB`, `x`; empty for those of the table. */
  readonly format: string;
  readonly order: "Ascending" | "Descending" | undefined;
  /** Of several columns that rows are sorted by, the one with the smallest counts most. */
  readonly sortPriority: number;
}

/** What WPA opens with a profile: files of regions of interest beside it. */
export function regionFilesOf(bytes: Uint8Array, file?: string): string[] {
  return descendantsOf(parseXml(bytes, file), "FileReference")
    .filter(({ attributes }) => /^Regions\./i.test(attributes["ServiceMoniker"] ?? "") && !attributes["FileNameBase"])
    .map(({ attributes }) => attributes["FileName"] ?? "");
}

/** A table of a profile. */
export interface TablePreset {
  /** What WPA calls the kind of table: the name of a class in old profiles, a GUID in new ones. */
  readonly kind: string;
  readonly name: string;
  readonly columns: readonly PresetColumn[];
  readonly filter: string;
  /** Rows of the filter are kept; else they are left out. */
  readonly filterKeeps: boolean;
}

/**
 * Reads the tables of a profile of Windows Performance Analyzer: of its first version (XAML, `WpaProfile`) and of the second
 * (`WpaProfileContainer`).
 *
 * @throws AdkError `TRACE_BAD_XML`, `WPA_NOT_A_PROFILE`
 */
export function parseWpaProfile(bytes: Uint8Array, file?: string): TablePreset[] {
  const root = parseXml(bytes, file);
  if (root.name === "WpaProfile") return oldPresets(root);
  if (root.name === "WpaProfileContainer") return newPresets(root);
  throw new AdkError("WPA_NOT_A_PROFILE", "This is no profile of Windows Performance Analyzer.", {
    file,
    expected: "<WpaProfile> or <WpaProfileContainer>",
    found: `<${root.name}>`,
  });
}

const OLD_TABLE = "GraphTreeItem";

/** `<AnalysisView><DiskIOGraphTreeItem><DiskIOGraphTreeItem.HdvViewModelPreset><HdvViewModelPreset ...>` */
function oldPresets(root: XmlElement): TablePreset[] {
  const views = descendantsOf(root, "AnalysisView");
  return views
    .flatMap(({ children }) => children.filter(({ name }) => name.endsWith(OLD_TABLE)))
    .flatMap((table) =>
      childrenOf(table, `${table.name}.HdvViewModelPreset`)
        .flatMap((holder) => childrenOf(holder, "HdvViewModelPreset"))
        .map((preset) =>
          presetOf(
            table.name.slice(0, -OLD_TABLE.length),
            preset,
            [
              ...childrenOf(preset, "HdvViewModelPreset.ConfigurableColumns"),
              // Columns that are frozen at an edge stand beside the others.
              ...childrenOf(preset, "HdvViewModelPreset.LeftFrozenColumn"),
              ...childrenOf(preset, "HdvViewModelPreset.RightFrozenColumn"),
            ].flatMap((list) => childrenOf(list, "HdvColumnViewModelPreset")),
            true,
          ),
        ),
    );
}

/** `<Graph Guid="..."><Preset Name="..."><Columns><Column .../>` */
function newPresets(root: XmlElement): TablePreset[] {
  return descendantsOf(root, "View")
    .flatMap((view) => descendantsOf(view, "Graph"))
    .flatMap((graph) =>
      childrenOf(graph, "Preset").map((preset) =>
        presetOf(
          graph.attributes["Guid"] ?? "",
          preset,
          childrenOf(preset, "Columns").flatMap((list) => childrenOf(list, "Column")),
          false,
        ),
      ),
    );
}

/** @param keeps what a filter does where the profile does not say it: each form leaves out what is its default */
function presetOf(
  kind: string,
  { attributes }: XmlElement,
  columns: readonly XmlElement[],
  keeps: boolean,
): TablePreset {
  const keys = keyColumns(attributes);
  return {
    kind: kind.toLowerCase().replaceAll(/[{}]/g, ""),
    name: attributes["Name"] ?? "",
    columns: columns.map((column, index) => columnOf(column, index < keys)),
    filter: attributes["InitialFilterQuery"] ?? "",
    filterKeeps: /^true$/i.test(attributes["InitialFilterShouldKeep"] ?? String(keeps)),
  };
}

/**
 * How many columns stand left of the line. The edge of the columns that are frozen at the left counts as one where it lies before
 * the line, as profiles show whose first column behind the line is a sum.
 */
function keyColumns({ KeyColumnCount, LeftFrozenColumnCount }: Readonly<Record<string, string>>): number {
  const count = Number.parseInt(KeyColumnCount ?? "", 10) || 0;
  const frozen = Number.parseInt(LeftFrozenColumnCount ?? "", 10) || 0;
  return count > frozen ? count - 1 : count;
}

/** How a process or a stack is shown makes another column of it. */
const MODES: Readonly<Record<string, string>> = { nopid: "Name", stacktag: "Stack Tag", frametags: "Frame Tags" };

function columnOf({ attributes, children }: XmlElement, key: boolean): PresetColumn {
  const { Name = "", IsVisible, AggregationMode = "None", CellFormat = "", SortOrder, SortPriority } = attributes;
  const options = children.find(({ name }) => name.endsWith("OptionsParameter"));
  const mode = MODES[options?.attributes["Mode"]?.toLowerCase() ?? ""];
  return {
    name: mode === undefined ? Name : `${Name} (${mode})`,
    visible: /^true$/i.test(IsVisible ?? ""),
    key,
    aggregation: AggregationMode,
    format: CellFormat,
    order: SortOrder === "Ascending" || SortOrder === "Descending" ? SortOrder : undefined,
    sortPriority: Number.parseInt(SortPriority ?? "", 10) || 0,
  };
}
