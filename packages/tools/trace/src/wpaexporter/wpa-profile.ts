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
  readonly order: "Ascending" | "Descending" | undefined;
  /** Of several columns that rows are sorted by, the one with the smallest counts most. */
  readonly sortPriority: number;
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
        ),
      ),
    );
}

function presetOf(kind: string, { attributes }: XmlElement, columns: readonly XmlElement[]): TablePreset {
  const keys = Number.parseInt(attributes["KeyColumnCount"] ?? "", 10) || 0;
  return {
    kind: kind.toLowerCase(),
    name: attributes["Name"] ?? "",
    columns: columns.map((column, index) => columnOf(column, index < keys)),
    filter: attributes["InitialFilterQuery"] ?? "",
    filterKeeps: /^true$/i.test(attributes["InitialFilterShouldKeep"] ?? "true"),
  };
}

function columnOf({ attributes }: XmlElement, key: boolean): PresetColumn {
  const { Name = "", IsVisible, AggregationMode = "None", SortOrder = "None", SortPriority } = attributes;
  return {
    name: Name,
    visible: /^true$/i.test(IsVisible ?? ""),
    key,
    aggregation: AggregationMode,
    order: SortOrder === "Ascending" || SortOrder === "Descending" ? SortOrder : undefined,
    sortPriority: Number.parseInt(SortPriority ?? "", 10) || 0,
  };
}
