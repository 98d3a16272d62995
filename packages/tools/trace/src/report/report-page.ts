import { basename } from "node:path";
import {
  type Content,
  facts as factList,
  findingsList,
  flameGraph,
  formatDuration,
  formatNumber,
  type Html,
  html,
  keyFigures,
  page,
  rowsLink,
  type Section,
  section,
  subsection,
  table,
  timeLink,
} from "@adk/report";
import { PROCESS_FRAME } from "../stacks/frames.ts";
import type { TableDefinition } from "../tables/table.ts";
import { callFlames } from "./call-flames.ts";
import type { ReportFacts } from "./report-facts.ts";
import { reportTimeline, TIMELINE_ID } from "./report-timeline.ts";
import type { Evidence, Sentence } from "./story/sentence.ts";
import { tableId, tableSection } from "./table-section.ts";
import type { MadeReport } from "./trace-report.ts";

/** Functions that the report has a row of. */
const MOST_FUNCTIONS = 200;

/** A report of a trace as one HTML page: what was slow and why, with the proofs. */
export function traceReportPage({ report, facts }: MadeReport): string {
  const { info, story } = report;
  const sections: Section[] = [
    section("What the trace tells", ...overview(facts, story)),
    section("Timeline", reportTimeline(facts)),
    ...processorSection(facts),
    ...tableSections(facts),
    section("Trace", ...traceFacts(report, facts)),
    section("Events", eventTable(facts)),
    section("Findings", findingsList(info.findings)),
  ];
  return page({
    title: `Trace report: ${info.files.map((file) => basename(file.replaceAll("\\", "/"))).join(", ")}`,
    subtitle: `${formatDuration(info.durationMs)} from ${info.start}, Windows build ${info.osBuild}, ${info.cpus} processors`,
    generator: "adk trace report",
    sections,
  });
}

function overview({ cpu, completeness, analysis, disk, time }: ReportFacts, story: readonly Sentence[]): Content[] {
  const whole = Number(completeness.score.toFixed(1));
  const span = time.to - time.from;
  const busiest = disk?.disks[0];
  return [
    keyFigures([
      {
        label: "Time",
        value: span,
        type: "duration",
        ...(span < analysis.model.duration * 0.999 ? { note: "a part of the trace" } : {}),
      },
      ...(cpu
        ? [
            {
              label: "Processors busy",
              value: `${percent(cpu.busy, cpu.whole)} %`,
              note: `${formatDuration(cpu.busy)} of ${formatDuration(cpu.whole)}`,
            },
          ]
        : []),
      ...(busiest
        ? [
            {
              label: `${busiest.name} busy`,
              value: `${percent(busiest.service, span)} %`,
              note: `${formatNumber(busiest.count)} transfers`,
            },
          ]
        : []),
      {
        label: "Events there",
        value: `${whole} %`,
        note: whole === 100 && completeness.reasons.length === 0 ? "nothing is known to be lost" : "some are missing",
      },
    ]),
    html`<ul class="card story">${story.map(sentenceItem)}</ul>`,
  ];
}

function percent(part: number, whole: number): number {
  return whole > 0 ? Number(((100 * part) / whole).toFixed(1)) : 0;
}

function sentenceItem({ text, evidence, unsafe }: Sentence): Html {
  const links = evidence.map((each, index): Content => [index > 0 && " · ", evidenceLink(each)]);
  return html`<li>${text}${links.length > 0 && html` <span class="note">See ${links}</span>`}${
    unsafe.length > 0 && html`<p class="note">Not safe: ${unsafe.join(" ")}</p>`
  }</li>\n`;
}

function evidenceLink({ label, table: name, filter, from, to }: Evidence): Html {
  if (name !== undefined) return rowsLink(tableId(name), filter ?? "", label);
  return timeLink(TIMELINE_ID, from ?? 0, to ?? 0, label);
}

/** Where processors spent their time: flame graph, functions. */
function processorSection({ calls, functions }: ReportFacts): Section[] {
  if (!calls) return [];
  const rows = functions
    .filter(({ frame }) => calls.frames.place(frame).module !== PROCESS_FRAME)
    .slice(0, MOST_FUNCTIONS)
    .map(({ frame, exclusive, inclusive }) => ({
      name: calls.frames.label(frame),
      exclusive,
      percent: percent(exclusive, calls.total),
      inclusive,
      inclusivePercent: percent(inclusive, calls.total),
    }));
  return [
    section(
      "Where processors spent their time",
      flameGraph({
        title: "Calls, by time of processors",
        type: "duration",
        root: callFlames(calls, "All processes"),
      }),
      subsection(
        "Functions",
        table({
          caption: "Functions",
          id: tableId("functions"),
          columns: [
            { key: "name", label: "Function" },
            { key: "exclusive", label: "Exclusive", type: "duration" },
            { key: "percent", label: "% Exclusive", type: "number" },
            { key: "inclusive", label: "Inclusive", type: "duration" },
            { key: "inclusivePercent", label: "% Inclusive", type: "number" },
          ],
          rows,
          pageSize: 20,
        }),
      ),
    ),
  ];
}

/** Every table that the trace has events for, whoever made it. */
function tableSections({ analysis, trust, tables }: ReportFacts): Section[] {
  const present = (definition: TableDefinition) => trust.get(definition.name)?.trust !== "absent";
  const content = tables
    .filter(present)
    .map((definition) => tableSection(definition, analysis, trust.get(definition.name)));
  return [section("Tables", ...content.filter((each) => each !== undefined))];
}

function traceFacts({ info }: MadeReport["report"], { completeness, analysis, tables }: ReportFacts): Content[] {
  return [
    factList([
      { label: "Session", value: info.session },
      { label: "Start", value: info.start },
      { label: "Duration", value: info.durationMs, type: "duration" },
      { label: "Windows build", value: String(info.osBuild) },
      { label: "Processors", value: info.cpus, type: "number" },
      { label: "Pointers", value: `${info.pointerSize * 8} bits` },
      { label: "Clock", value: info.clock },
      { label: "Events", value: info.events, type: "number" },
      { label: "Lost events", value: info.lostEvents, type: "number" },
      { label: "Lost buffers", value: info.lostBuffers, type: "number" },
      { label: "Stacks", value: analysis.model.stacks.counts.references, type: "number" },
    ]),
    subsection(
      "What can be relied on",
      table({
        caption: "What can be relied on",
        columns: [
          { key: "title", label: "Table" },
          { key: "trust", label: "Trust" },
          { key: "why", label: "Why" },
        ],
        rows: completeness.tables.map(({ table: name, trust, reasons }) => ({
          title: tables.find((each) => each.name === name)?.title ?? name,
          trust,
          why: reasons.join(" "),
        })),
      }),
    ),
  ];
}

function eventTable({ analysis }: ReportFacts): Html {
  const rows = analysis.counts.list.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  return table({
    caption: "Events by kind",
    columns: [
      { key: "event", label: "Event" },
      { key: "provider", label: "Provider" },
      { key: "count", label: "Count", type: "number" },
    ],
    rows: rows.map(({ provider, event, count }) => ({ event, provider, count })),
    pageSize: 20,
  });
}
