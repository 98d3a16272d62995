import { dataScript } from "./data-script.ts";
import { formatNumber } from "./format.ts";
import { element, Html, html } from "./html.ts";
import { emptyRowMarkup, rowsMarkup, type TableColumn, type TableData } from "./table-rows.ts";
import { isQuantity, plainValue, type Value, type ValueType } from "./value.ts";

/** The keys of a row whose values a table can show. */
export type ValueKey<Row> = { [Key in keyof Row]-?: Row[Key] extends Value ? Key : never }[keyof Row] & string;

export interface Column<Row> {
  key: ValueKey<Row>;
  label: string;
  /** Default `"text"`. */
  type?: ValueType;
  /** Default: quantities (`number`, `bytes`, `duration`) at the end, all else at the start. */
  align?: "start" | "end";
}

export interface TableOptions<Row> {
  /** What the table shows; stands above it and names it for screen readers. */
  caption: string;
  /** For links to it (`rowsLink`). */
  id?: string;
  /** The first column holds the rows' headers: let it name the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** Columns can be sorted; default: if there are two rows. */
  sortable?: boolean;
  /** A field filters the rows; default: if there are more than ten. */
  filterable?: boolean;
  /** Rows shown at a time; default 50. */
  pageSize?: number;
}

/** Rows that are in the page's markup, and so are there without JavaScript; the rest is data that the script renders. */
const STATIC_ROWS = 1000;

/**
 * A table that is sorted by its headers, filtered by words and paged, all by keyboard too. Without JavaScript and in
 * print it is a plain table of its first 1,000 rows. 50,000 rows are no burden: only those that are shown are rendered.
 */
export function table<Row>(options: TableOptions<Row>): Html {
  const { caption, rows } = options;
  const columns = options.columns.map(({ label, type = "text", align }): TableColumn => {
    return { label, type, align: align ?? (isQuantity(type) ? "end" : "start") };
  });
  const values = rows.map((row) => options.columns.map(({ key }) => plainValue(row[key] as Value)));
  const data: TableData = {
    columns,
    rows: values.slice(STATIC_ROWS),
    pageSize: options.pageSize ?? 50,
    sortable: options.sortable ?? rows.length > 1,
    filterable: options.filterable ?? rows.length > 10,
  };
  const head = columns.map(({ label, align }) =>
    element("th", { scope: "col", class: align === "end" ? "end" : undefined }, label),
  );
  const body =
    rows.length > 0
      ? new Html(rowsMarkup(columns, values.slice(0, STATIC_ROWS)))
      : emptyRowMarkup(columns, "Nothing to show.");
  const content = html`
<div class="card-head"><figcaption>${caption}</figcaption></div>
<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table aria-label="${caption}">
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody>
</table></div>
${rows.length > STATIC_ROWS && html`<noscript><p class="note more">The first ${formatNumber(STATIC_ROWS)} of ${formatNumber(rows.length)} rows. The others are in this file too, but are shown by JavaScript only.</p></noscript>`}
${rows.length > 1 && dataScript(data)}`;
  return element("figure", { class: "card table", id: options.id }, content);
}
