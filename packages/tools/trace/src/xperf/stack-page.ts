import { percent as shareOf } from "./options.ts";
import { byHits, type FunctionHits, type StackUsage } from "./stack-usage.ts";

const STYLE =
  "body{font:13px sans-serif;margin:2em}table{border-collapse:collapse}td,th{padding:1px 8px;text-align:right}td.n,th.n{text-align:left;font-family:monospace}tr.pp td,tr.self td{font-weight:bold;border-top:1px solid #999}th{background:#eee;position:sticky;top:0}";

const percent = (part: number, whole: number) => `${shareOf(part, whole)}%`;

type Cell = string | number;

interface PageTable {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly string[];
  /** The name is the first cell. */
  readonly rows: readonly { readonly cells: readonly Cell[]; readonly kind?: string }[];
}

/** The tables that xperf's page of stacks has, in its order. @param least hits of a function that is shown */
export function* stackPage(usage: StackUsage, least: number): Generator<string> {
  const tables = tablesOf(usage, least);
  yield `<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Stacks</title><style>${STYLE}</style></head>\n<body>\n`;
  yield `<p>${usage.total} hits. Functions with at least ${least} hits.</p>\n<ul>\n`;
  for (const { id, title } of tables) yield `<li><a href="#${id}">${title}</a></li>\n`;
  yield "</ul>\n";
  for (const { id, title, columns, rows } of tables) {
    yield `<h2 id='${id}'>${title}</h2>\n<table>\n<tr>${columns.map((name, i) => `<th${kindOf(i)}>${name}</th>`).join("")}</tr>\n`;
    for (const { cells, kind } of rows) {
      const own = cells.map((cell, i) => `<td${kindOf(i)}>${escaped(String(cell))}</td>`).join("");
      yield `<tr class='${kind ?? "ff"}'>${own}</tr>\n`;
    }
    yield "</table>\n";
  }
  yield "</body>\n</html>\n";
}

function kindOf(column: number): string {
  return column === 0 ? " class='n'" : "";
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/\p{Cc}/gu, " ");
}

function tablesOf({ total, processes, roots, modules, functions }: StackUsage, least: number): PageTable[] {
  const share = (hits: number) => percent(hits, total);
  const shown = functions.filter(({ inclusive }) => inclusive >= least);
  const moduleRows = (kind: "exclusive" | "inclusive") =>
    byHits(modules, ([, counts]) => counts[kind])
      .filter(([, counts]) => counts[kind] > 0)
      .map(([module, counts]) => ({ cells: [module, counts[kind], share(counts[kind])] }));
  return [
    {
      id: "TblPF",
      title: "Processes and Root functions",
      columns: ["Process", "PID", "Hits", "Total %"],
      rows: byHits(processes, ([, hits]) => hits).flatMap(([process, hits]) => [
        { cells: [...nameAndId(process), hits, share(hits)], kind: "pp" },
        ...byHits(roots.get(process) ?? [], ([, own]) => own).map(([{ label }, own]) => ({
          cells: [`\u00a0${label}`, "", own, share(own)],
          kind: "pf",
        })),
      ]),
    },
    {
      id: "TblME",
      title: "Modules by Exclusive Hits",
      columns: ["Module", "Exclusive", "Total %"],
      rows: moduleRows("exclusive"),
    },
    {
      id: "TblMI",
      title: "Modules by Inclusive Hits",
      columns: ["Module", "Inclusive", "Total %"],
      rows: moduleRows("inclusive"),
    },
    {
      id: "TblSI",
      title: "Functions by UniInclusive Hits",
      columns: ["Function Name", "Inclusive", "Total %", "Exclusive"],
      rows: byHits(shown, ({ inclusive }) => inclusive).map(({ frame, inclusive, exclusive }) => ({
        cells: [frame.label, inclusive, share(inclusive), exclusive],
      })),
    },
    {
      id: "TblSN",
      title: "Functions by Multi-Inclusive Hits with Callers and Callees",
      columns: ["Function Name", "Hits", "Total %", "Parent %", "Exclusive"],
      rows: byHits(shown, ({ multiInclusive }) => multiInclusive).flatMap((each) => butterflyRows(each, total)),
    },
    {
      id: "TblSE",
      title: "Functions by Exclusive Hits",
      columns: ["Function Name", "Exclusive", "Total %", "Inclusive"],
      rows: byHits(
        shown.filter(({ exclusive }) => exclusive > 0),
        ({ exclusive }) => exclusive,
      ).map(({ frame, inclusive, exclusive }) => ({
        cells: [frame.label, exclusive, share(exclusive), inclusive],
      })),
    },
  ];
}

function nameAndId(label: string): readonly [string, string] {
  const [, name = label, id = ""] = /^(.*) \((\d+)\)$/s.exec(label) ?? [];
  return [name, id];
}

/** A function between those that call it and those that it calls. */
function butterflyRows(each: FunctionHits, total: number): PageTable["rows"] {
  const { frame, multiInclusive, exclusive, callers, callees } = each;
  const share = percent(multiInclusive, total);
  const neighbours = (sign: string, hits: ReadonlyMap<{ readonly label: string }, number>) =>
    byHits(hits, ([, own]) => own).map(([{ label }, own]) => ({
      cells: [`${sign} ${label}`, own, percent(own, total), percent(own, multiInclusive), ""],
    }));
  const itself = {
    cells: ["***itself***", exclusive, percent(exclusive, total), percent(exclusive, multiInclusive), ""],
  };
  return [
    { cells: [frame.label, multiInclusive, share, share, exclusive], kind: "self" },
    ...neighbours("<--", callers),
    ...neighbours("-->", callees),
    ...(exclusive > 0 ? [itself] : []),
  ];
}
