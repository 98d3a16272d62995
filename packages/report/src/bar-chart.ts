import { type Html, html } from "./html.ts";
import { formatPlain, plainValue, type ValueType } from "./value.ts";

export interface Bar {
  label: string;
  /** Negative for a loss: its bar goes to the left of the zero line. */
  value: number;
}

export interface BarChartOptions {
  title: string;
  /** What the labels name: "Component". Heads their column for screen readers. */
  labelTitle: string;
  /** What the values count: "Size". */
  valueTitle: string;
  type: Exclude<ValueType, "text" | "hash" | "date">;
  bars: readonly Bar[];
}

/** Bars must be seen: what is not nothing gets this many percent of the width at least. */
const LEAST_PERCENT = 0.4;

/** Horizontal bars in the order given. The chart is a table with a bar in each row, so it is its own text alternative. */
export function barChart({ title, labelTitle, valueTitle, type, bars }: BarChartOptions): Html {
  const values = bars.map(({ value }) => (Number.isFinite(value) ? value : 0));
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  const percent = (value: number) => (high > low ? Number(((value / (high - low)) * 100).toFixed(2)) : 0);
  const zero = percent(-low);
  const rows = bars.map((bar, index) => {
    const value = values[index] as number;
    const width = value === 0 ? 0 : Math.max(LEAST_PERCENT, percent(Math.abs(value)));
    const start = value < 0 ? Math.max(0, zero - width) : Math.min(zero, 100 - width);
    return html`<tr><th scope="row">${bar.label}</th><td><div class="bar"><svg width="100%" height="16" aria-hidden="true">
<rect class="${value < 0 ? "loss" : "gain"}" x="${start}%" width="${width}%" height="16" rx="2"/>${
      low < 0 && html`<line class="zero" x1="${zero}%" x2="${zero}%" y2="16"/>`
    }</svg><span>${formatPlain(type, plainValue(bar.value)) || "–"}</span></div></td></tr>\n`;
  });
  return html`<figure class="card bar-chart">
<div class="card-head"><figcaption>${title}</figcaption></div>
<table aria-label="${title}"><thead class="hidden"><tr><th scope="col">${labelTitle}</th><th scope="col">${valueTitle}</th></tr></thead>
<tbody>${rows}</tbody></table></figure>`;
}
