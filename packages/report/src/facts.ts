import { formatNumber } from "./format.ts";
import { type Content, Html, html } from "./html.ts";
import { formatPlain, plainValue, type Value, type ValueType } from "./value.ts";

/** One thing that is known of a subject. */
export interface Fact {
  label: string;
  value: Value | Html;
  /** How a value that is no markup is written; default `"text"`. */
  type?: ValueType;
}

/** Facts as a list of labels and values. Bytes are told exactly too. A value that is missing shows as a dash. */
export function facts(list: readonly Fact[]): Html {
  return html`<dl class="card facts">
${list.map((fact) => html`<div><dt>${fact.label}</dt><dd>${factValue(fact, true)}</dd></div>\n`)}</dl>`;
}

export interface KeyFigure extends Fact {
  /** A few words under the value. */
  note?: string;
}

/** The few values that matter most, large, in a row. */
export function keyFigures(list: readonly KeyFigure[]): Html {
  return html`<dl class="key-figures">
${list.map(
  (figure) =>
    html`<div class="card"><dt>${figure.label}</dt><dd>${factValue(figure, false)}</dd>${
      figure.note !== undefined && html`<dd class="note">${figure.note}</dd>`
    }</div>\n`,
)}</dl>`;
}

function factValue({ value, type = "text" }: Fact, exact: boolean): Content {
  if (value instanceof Html) return value;
  const plain = plainValue(value);
  const text = formatPlain(type, plain);
  if (text === "") return html`<span class="missing">–</span>`;
  if (type === "hash") return html`<code>${text}</code>`;
  if (exact && type === "bytes" && typeof plain === "number" && Math.abs(plain) >= 1024) {
    return html`${text} <span class="exact">${formatNumber(plain)} bytes</span>`;
  }
  return text;
}
