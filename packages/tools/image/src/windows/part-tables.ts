import type { WindowsPart, WindowsReport } from "./report.ts";

/** A part of a report as a table, for the terminal and for the page. */
export interface PartTable {
  readonly part: WindowsPart;
  readonly title: string;
  readonly columns: readonly { readonly key: string; readonly label: string; readonly type?: "bytes" | "number" }[];
  readonly rows: readonly Readonly<Record<string, string | number | undefined>>[];
}

/** The parts that are lists, as far as the report has them, in the order in which people look for them. */
export function partTables(report: WindowsReport): PartTable[] {
  const tables: PartTable[] = [];
  const add = <Row>(
    part: WindowsPart,
    title: string,
    rows: readonly Row[] | undefined,
    columns: readonly (readonly [
      label: string,
      value: (row: Row) => string | number | undefined,
      type?: "bytes" | "number",
    ])[],
  ): void => {
    if (!rows) return;
    tables.push({
      part,
      title,
      columns: columns.map(([label, , type]) => ({ key: label, label, ...(type ? { type } : {}) })),
      rows: rows.map((row) => Object.fromEntries(columns.map(([label, value]) => [label, value(row)]))),
    });
  };
  add(
    "packages",
    "Packages",
    report.packages?.filter(({ visible }) => visible),
    [
      ["Package", (each) => each.identity],
      ["State", (each) => each.state],
      ["Release type", (each) => each.releaseType],
      ["KB", (each) => each.knowledgeBase],
      ["Installed", (each) => each.installed?.slice(0, 10)],
    ],
  );
  add("hotfixes", "Updates", report.hotfixes, [
    ["KB", (each) => each.knowledgeBase],
    ["Package", (each) => each.identity],
    ["State", (each) => each.state],
    ["Installed", (each) => each.installed?.slice(0, 10)],
  ]);
  add("features", "Features", report.features, [
    ["Feature", (each) => each.name],
    ["State", (each) => each.state],
    ["Name", (each) => each.displayName],
  ]);
  add("capabilities", "Capabilities", report.capabilities, [
    ["Capability", (each) => each.name],
    ["State", (each) => each.state],
  ]);
  add("appx", "Provisioned apps", report.appx, [
    ["App", (each) => each.displayName],
    ["Version", (each) => each.version],
    ["Architecture", (each) => each.architecture],
    ["Package", (each) => each.packageName],
  ]);
  add(
    "programs",
    "Installed programs",
    report.programs?.filter(({ visible }) => visible),
    [
      ["Program", (each) => each.name],
      ["Version", (each) => each.version],
      ["Publisher", (each) => each.publisher],
      ["Scope", (each) => each.user ?? each.scope],
      ["Size", (each) => each.estimatedSize, "bytes"],
    ],
  );
  add("drivers", "Driver packages", report.drivers, [
    ["Published", (each) => each.publishedName],
    ["Original", (each) => each.originalFileName],
    ["Class", (each) => each.className],
    ["Provider", (each) => each.provider],
    ["Date", (each) => each.date],
    ["Version", (each) => each.version],
    ["Boot-critical", (each) => (each.bootCritical ? "yes" : "no")],
    ["Signature", (each) => each.signature],
  ]);
  add("services", "Services and drivers", report.services, [
    ["Service", (each) => each.name],
    ["Start", (each) => (each.delayed ? `${each.start}, delayed` : each.start)],
    ["Kind", (each) => each.kind],
    ["Path", (each) => each.imagePath],
  ]);
  add("diskUse", "Disk use", report.diskUse, [
    ["Area", (each) => each.area],
    ["Files", (each) => each.files, "number"],
    ["Size", (each) => each.bytes, "bytes"],
  ]);
  return tables;
}

/** Labels and values of what is no list. */
export function reportFacts({ edition, languages, health }: WindowsReport): Record<string, string | undefined> {
  const { componentStore } = health ?? {};
  return {
    ...(edition && {
      Windows: edition.description,
      Edition: edition.editionId,
      Version: edition.version,
      Release: edition.displayVersion,
      Architecture: edition.architecture,
      "Target editions": edition.targetEditions?.join(", ") || undefined,
      Installation: edition.installationType,
      Installed: edition.installed,
      Owner: edition.registeredOwner,
    }),
    ...(languages && {
      Languages: languages.installed.join(", ") || undefined,
      "UI language": languages.defaultUiLanguage,
      "System locale": languages.systemLocale,
      "Time zone": languages.timeZone,
    }),
    ...(health && {
      Pending: health.pending ? health.reasons.join("; ") : "nothing",
      "Component store":
        componentStore?.corrupt || componentStore?.unserviceable
          ? [componentStore.corrupt && "corrupt", componentStore.unserviceable && "unserviceable"]
              .filter(Boolean)
              .join(", ")
          : "no corruption recorded",
    }),
  };
}
