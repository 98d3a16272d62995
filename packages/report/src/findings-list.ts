import type { Finding } from "@adk/core";
import { formatNumber } from "./format.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

/** More findings than these are a table, which can be filtered and is paged. */
const MOST_LISTED = 50;

const SEVERITIES = [
  { severity: "error", label: "Error", one: "error", many: "errors" },
  { severity: "warning", label: "Warning", one: "warning", many: "warnings" },
  { severity: "info", label: "Note", one: "note", many: "notes" },
] as const;

/**
 * Findings, errors first, else in their order, under a line that counts them.
 *
 * @param dropped how many more there were, as `Findings` counts them
 */
export function findingsList(findings: readonly Finding[], dropped = 0): Html {
  if (findings.length === 0 && dropped === 0) {
    return html`<p class="findings-summary"><span class="severity ok">${icon("ok")}No findings</span></p>`;
  }
  const sorted = SEVERITIES.flatMap(({ severity }) => findings.filter((finding) => finding.severity === severity));
  return html`<div class="findings">
<p class="findings-summary">${SEVERITIES.map(({ severity, one, many }) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return (
      count > 0 &&
      html`<span class="severity ${severity}">${icon(severity)}${formatNumber(count)} ${count === 1 ? one : many}</span> `
    );
  })}${dropped > 0 && html`<span class="severity">${formatNumber(dropped)} more not recorded</span>`}</p>
${sorted.length > MOST_LISTED ? findingsTable(sorted) : html`<ul class="card">${sorted.map(findingItem)}</ul>`}
</div>`;
}

function findingItem(finding: Finding): Html {
  const place = findingPlace(finding);
  return html`<li class="finding"><span class="severity ${finding.severity}">${icon(finding.severity)}${severityLabel(finding)}</span>
<div><p>${finding.message}</p><p class="note"><code>${finding.code}</code>${place !== "" && html` <span>${place}</span>`}</p></div></li>\n`;
}

function findingsTable(findings: readonly Finding[]): Html {
  return table({
    caption: "Findings",
    columns: [
      { key: "code", label: "Code" },
      { key: "severity", label: "Severity" },
      { key: "message", label: "Message" },
      { key: "place", label: "Where" },
    ],
    rows: findings.map((finding) => ({
      code: finding.code,
      severity: severityLabel(finding),
      message: finding.message,
      place: findingPlace(finding),
    })),
  });
}

function severityLabel({ severity }: Finding): string {
  return SEVERITIES.find((known) => known.severity === severity)?.label ?? severity;
}

function findingPlace({ where }: Finding): string {
  const offset = where?.offset === undefined ? undefined : `byte ${formatNumber(where.offset)}`;
  return [where?.file, where?.path, offset].filter((part) => part !== undefined && part !== "").join(", ");
}

/** A shape for each severity, so that it is told by more than its colour. */
function icon(severity: Finding["severity"] | "ok"): Html {
  const shape = {
    error: html`<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path class="mark" d="M5.5 5.5l5 5m0-5l-5 5"/>`,
    warning: html`<path d="M8 1l7.5 14H.5z"/><path class="mark" d="M8 6v4.5m0 1.6v.3"/>`,
    info: html`<circle cx="8" cy="8" r="7"/><path class="mark" d="M8 7.5V12m0-8.2v.3"/>`,
    ok: html`<circle cx="8" cy="8" r="7"/><path class="mark" d="M4.8 8.3l2.2 2.2 4.2-4.6"/>`,
  }[severity];
  return html`<svg class="icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">${shape}</svg>`;
}
