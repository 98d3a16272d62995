import { type Content, type Html, html } from "./html.ts";

/** A link to a table (by the `id` of its options) that filters its rows by words. Without JavaScript it leads to the table. */
export function rowsLink(tableId: string, words: string, text: Content): Html {
  return html`<a href="#${tableId}" data-filter="${words}">${text}</a>`;
}

/** A link to a timeline (by the `id` of its options) that zooms to a part of its time, in milliseconds. */
export function timeLink(timelineId: string, from: number, to: number, text: Content): Html {
  return html`<a href="#${timelineId}" data-from="${from}" data-to="${to}">${text}</a>`;
}
