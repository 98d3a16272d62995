import { barChart, facts, findingsList, page, section, table } from "@adk/report";
import { partTables, reportFacts } from "./part-tables.ts";
import type { WindowsReport } from "./report.ts";

/** A report on an offline Windows, to be looked at. */
export function windowsPage(report: WindowsReport): string {
  const known = Object.entries(reportFacts(report)).flatMap(([label, value]) =>
    value === undefined ? [] : [{ label, value }],
  );
  const use = report.diskUse?.slice(0, 12).map(({ area, bytes }) => ({ label: area, value: bytes })) ?? [];
  const chart =
    use.length > 0 &&
    barChart({ title: "The largest areas", labelTitle: "Area", valueTitle: "Size", type: "bytes", bars: use });
  const tables = partTables(report).map(({ part, title, columns, rows }) => {
    return section(title, part === "diskUse" && chart, table({ caption: title, columns, rows }));
  });
  return page({
    title: report.edition?.description ?? "Offline Windows",
    subtitle: report.source,
    generator: "adk image report",
    sections: [
      ...(known.length > 0 ? [section("Overview", facts(known))] : []),
      ...tables,
      ...(report.findings.length > 0 ? [section("Findings", findingsList(report.findings))] : []),
    ],
  });
}
