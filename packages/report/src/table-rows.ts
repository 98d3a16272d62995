import { type Content, element, type Html, html } from "./html.ts";
import { formatPlain, isQuantity, type PlainValue, type ValueType } from "./value.ts";

/** A column as the page knows it: rows are lists in the order of the columns. */
export interface TableColumn {
  label: string;
  type: ValueType;
  align: "start" | "end";
}

/** What the page's script gets to know of a table. */
export interface TableData {
  columns: TableColumn[];
  /** The rows that are not in the page's markup; those that are come first. */
  rows: PlainValue[][];
  /** Rows shown at a time. */
  pageSize: number;
  sortable: boolean;
  filterable: boolean;
}

/** One row; its first cell is the row's header. The same here and in the page, where the script renders further rows. */
function rowMarkup(columns: readonly TableColumn[], values: readonly PlainValue[]): Html {
  return html`<tr>${columns.map((column, index) => cellMarkup(column, values[index] ?? null, index === 0))}</tr>`;
}

/** The only row of a table that has none to show. */
export function emptyRowMarkup(columns: readonly TableColumn[], text: string): Html {
  return html`<tr><td class="empty" colspan="${columns.length}">${text}</td></tr>`;
}

function cellMarkup(column: TableColumn, value: PlainValue, isHeader: boolean): Html {
  const text = formatPlain(column.type, value);
  const classes = [column.type, column.align === "end" ? "end" : ""].filter((name) => name !== "" && name !== "text");
  return element(
    isHeader ? "th" : "td",
    {
      scope: isHeader ? "row" : undefined,
      class: classes.join(" ") || undefined,
      // What sorting needs and the text does not tell.
      "data-value":
        column.type === "text" || column.type === "hash" || isDigits(column, text, value) ? undefined : (value ?? ""),
    },
    column.type === "text" ? breakablePath(text) : text,
  );
}

/** Whether the text of a cell is the value itself. */
function isDigits(column: TableColumn, text: string, value: PlainValue): boolean {
  return isQuantity(column.type) && text === String(value ?? "");
}

/** Long paths may break after a separator; the text stays the same when it is copied. */
function breakablePath(text: string): Content {
  if (!/[\\/]/.test(text)) return text;
  return text.split(/(?<=[\\/])(?=[^\\/])/).map((part, index) => (index === 0 ? part : html`<wbr>${part}`));
}

/** Rows as one piece of markup. */
export function rowsMarkup(columns: readonly TableColumn[], rows: readonly (readonly PlainValue[])[]): string {
  return rows.map((row) => rowMarkup(columns, row).toString()).join("");
}
