import { formatNumber } from "../format.ts";
import { type SortBy, sortRows } from "../table-order.ts";
import { emptyRowMarkup, rowsMarkup, type TableData } from "../table-rows.ts";
import { formatPlain, type PlainValue } from "../value.ts";
import { button, div, figureData } from "./dom.ts";

/** Rows that print at most; a report of 50,000 is no print-out. */
const PRINTED_ROWS = 1000;

/** A table with sorting, filtering and pages: holds every row as data and renders those of one page. */
export class TableView {
  readonly #data: TableData;
  readonly #rows: PlainValue[][];
  readonly #body: HTMLTableSectionElement;
  readonly #headers: HTMLTableCellElement[];
  readonly #scroll: HTMLElement;
  readonly #status = div("status");
  /** Lower-case texts of the rows, made when the first filter needs them. */
  #texts: string[] | undefined;
  #words: string[] = [];
  #sort: SortBy | undefined;
  /** Numbers of the rows that pass the filter, in order. */
  #order: number[];
  #page = 0;
  #pager: { root: HTMLElement; buttons: { element: HTMLButtonElement; target: () => number }[] } | undefined;

  static attach(figure: HTMLElement): void {
    const data = figureData<TableData>(figure);
    const body = figure.querySelector("tbody");
    const scroll = figure.querySelector<HTMLElement>(".scroll");
    if (data && body && scroll) new TableView(figure, data, body, scroll);
  }

  constructor(figure: HTMLElement, data: TableData, body: HTMLTableSectionElement, scroll: HTMLElement) {
    this.#data = data;
    this.#body = body;
    this.#scroll = scroll;
    this.#rows = [...[...body.rows].map((row) => this.#readRow(row)), ...data.rows];
    this.#order = this.#rows.map((_, index) => index);
    this.#headers = [...figure.querySelectorAll<HTMLTableCellElement>("thead th")];

    this.#status.setAttribute("role", "status");
    const head = figure.querySelector(".card-head");
    if (data.filterable) head?.append(this.#filterField(figure.querySelector("figcaption")?.textContent ?? ""));
    if (data.sortable) for (const index of this.#headers.keys()) this.#makeSortable(index);
    const pages = this.#rows.length > data.pageSize;
    if (data.filterable || data.sortable || pages) {
      const foot = div("card-foot", this.#status);
      if (pages) foot.append(this.#makePager(figure.querySelector("figcaption")?.textContent ?? ""));
      scroll.after(foot);
      addEventListener("beforeprint", () => this.#render(0, PRINTED_ROWS));
      addEventListener("afterprint", () => this.#renderPage());
      this.#renderPage();
    }
  }

  /** The values of a row that is in the page's markup. */
  #readRow(row: HTMLTableRowElement): PlainValue[] {
    return this.#data.columns.map(({ type }, index) => {
      const cell = row.cells[index];
      const value = cell?.dataset.value ?? cell?.textContent ?? "";
      if (value === "") return null;
      if (type === "text" || type === "hash") return value;
      const number = Number(value);
      // Digits that a number cannot hold stay text, as they were written.
      return String(number) === value ? number : value;
    });
  }

  #filterField(caption: string): HTMLElement {
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = "Filter";
    field.setAttribute("aria-label", `Filter ${caption}`);
    field.addEventListener("input", () => {
      this.#words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      this.#arrange();
    });
    return field;
  }

  #makeSortable(index: number): void {
    const header = this.#headers[index] as HTMLTableCellElement;
    const sorter = button(header.textContent ?? "", () => {
      // Ascending, descending, and back to the order of the report.
      if (this.#sort?.column !== index) this.#sort = { column: index, descending: false };
      else this.#sort = this.#sort.descending ? undefined : { column: index, descending: true };
      for (const other of this.#headers) other.removeAttribute("aria-sort");
      if (this.#sort) header.setAttribute("aria-sort", this.#sort.descending ? "descending" : "ascending");
      this.#arrange();
    });
    sorter.className = "sort";
    header.replaceChildren(sorter);
  }

  #makePager(caption: string): HTMLElement {
    const root = document.createElement("nav");
    root.className = "pager";
    root.setAttribute("aria-label", `Pages of ${caption}`);
    const targets: [string, () => number][] = [
      ["First", () => 0],
      ["Previous", () => Math.max(0, this.#page - 1)],
      ["Next", () => Math.min(this.#lastPage, this.#page + 1)],
      ["Last", () => this.#lastPage],
    ];
    const buttons = targets.map(([name, target]) => ({
      target,
      element: button(name, () => {
        if (target() === this.#page) return;
        this.#page = target();
        this.#renderPage();
        this.#scroll.scrollTop = 0;
      }),
    }));
    root.append(...buttons.map(({ element }) => element));
    this.#pager = { root, buttons };
    return root;
  }

  get #lastPage(): number {
    return Math.max(0, Math.ceil(this.#order.length / this.#data.pageSize) - 1);
  }

  /** Filters and sorts anew and shows the first page. */
  #arrange(): void {
    const { columns } = this.#data;
    this.#order = this.#rows.map((_, index) => index);
    if (this.#words.length > 0) {
      this.#texts ??= this.#rows.map((row) =>
        row
          .map((value, index) => formatPlain(columns[index]?.type ?? "text", value))
          .join("\n")
          .toLowerCase(),
      );
      const texts = this.#texts;
      this.#order = this.#order.filter((row) => this.#words.every((word) => texts[row]?.includes(word)));
    }
    if (this.#sort) this.#order = sortRows(this.#rows, this.#order, columns, this.#sort);
    this.#page = 0;
    this.#renderPage();
    this.#scroll.scrollTop = 0;
  }

  #renderPage(): void {
    this.#render(this.#page * this.#data.pageSize, this.#data.pageSize);
    if (!this.#pager) return;
    this.#pager.root.hidden = this.#lastPage === 0;
    for (const { element, target } of this.#pager.buttons) {
      // Not `disabled`: the button would lose the focus of who pages by keyboard.
      element.setAttribute("aria-disabled", String(target() === this.#page));
    }
  }

  #render(start: number, count: number): void {
    const { columns } = this.#data;
    const shown = this.#order.slice(start, start + count);
    this.#body.innerHTML =
      shown.length > 0
        ? rowsMarkup(
            columns,
            shown.map((row) => this.#rows[row] as PlainValue[]),
          )
        : emptyRowMarkup(columns, "No row matches the filter.").toString();
    this.#status.textContent = this.#describe(start, shown.length);
  }

  #describe(start: number, count: number): string {
    const passing = this.#order.length;
    const all = this.#rows.length;
    const range = count < passing ? `Rows ${formatNumber(start + 1)}–${formatNumber(start + count)} of ` : "";
    const rows = passing < all ? `${formatNumber(passing)} matching, ${formatNumber(all)} in all` : formatNumber(all);
    const unit = range === "" && passing === all ? " rows" : "";
    const column = this.#sort && this.#data.columns[this.#sort.column];
    const sorted = column ? `, by ${column.label}, ${this.#sort?.descending ? "descending" : "ascending"}` : "";
    return `${range}${rows}${unit}${sorted}`;
  }
}
