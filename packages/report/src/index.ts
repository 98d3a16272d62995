/** Self-contained, accessible HTML reports: shell, tables, charts. */

export { type Bar, type BarChartOptions, barChart } from "./bar-chart.ts";
export { type Fact, facts, type KeyFigure, keyFigures } from "./facts.ts";
export { findingsList } from "./findings-list.ts";
export { type FlameGraphOptions, flameGraph } from "./flame-graph.ts";
export { formatBytes, formatDate, formatDuration, formatNumber, formatShare } from "./format.ts";
export { type Content, type Html, html } from "./html.ts";
export { rowsLink, timeLink } from "./link.ts";
export { type PageOptions, page } from "./page.ts";
export { type Section, section, subsection } from "./section.ts";
export { type Column, type TableOptions, table, type ValueKey } from "./table.ts";
export { type TimelineOptions, timeline } from "./timeline.ts";
export type { AreaLane, MarkLane, SpanLane, TimelineLane, TimelineSeries } from "./timeline-data.ts";
export type { TreeNode } from "./tree.ts";
export { type TreemapOptions, treemap } from "./treemap.ts";
export type { Value, ValueType } from "./value.ts";
