import { NO_ID } from "@adk/etl";
import type { Analysis } from "../analysis.ts";
import { processOf } from "../model/attribution.ts";
import type { RegionEvents } from "../regions/region-events.ts";
import type { RegionInstance } from "../regions/region-instance.ts";
import type { WantedRegions } from "../regions/wanted-regions.ts";
import type { Row, TableColumn, TableDefinition } from "./table.ts";

const COLUMNS: readonly TableColumn[] = [
  { key: "region", label: "Region Friendly Name", type: "text" },
  { key: "instance", label: "Instance Name", type: "text" },
  { key: "depth", label: "Depth", type: "number" },
  { key: "parent", label: "Parent Region", type: "text" },
  { key: "start", label: "Start Time (ms)", type: "milliseconds" },
  { key: "stop", label: "Stop Time (ms)", type: "milliseconds" },
  { key: "duration", label: "Duration (ms)", type: "milliseconds" },
  { key: "startProcess", label: "Start Process", type: "text" },
  { key: "startPid", label: "Start Process ID", type: "number" },
  { key: "startThread", label: "Start Thread", type: "number" },
  { key: "stopProcess", label: "Stop Process", type: "text" },
  { key: "stopPid", label: "Stop Process ID", type: "number" },
  { key: "stopThread", label: "Stop Thread", type: "number" },
  { key: "provider", label: "Provider", type: "text" },
  { key: "event", label: "Event Name", type: "text" },
  { key: "name", label: "Region", type: "text" },
  { key: "guid", label: "Region Guid", type: "text" },
  { key: "metadata", label: "Metadata", type: "text" },
  { key: "file", label: "ManifestFullPath", type: "text" },
];

/** Regions of interest that files define: other than those of all other tables, what it tells is not known before. */
export function regionsTable(regions: WantedRegions): TableDefinition {
  return {
    name: "regions",
    title: "Regions of Interest",
    summary: "parts of the time that a file of regions of interest names, by the events that begin and end them",
    needs: [],
    collectors: [regions.collector],
    columns: COLUMNS,
    *rows(analysis) {
      const { events, instances } = regions.in(analysis);
      const { from, to } = analysis.range;
      for (const instance of instances) {
        const [start, stop] = [analysis.milliseconds(instance.start), analysis.milliseconds(instance.stop)];
        if (start <= to && stop >= from) yield rowOf(instance, start, stop, events, analysis);
      }
    },
  };
}

function rowOf(
  { definition, name, depth, parent, startEvent, stopEvent }: RegionInstance,
  start: number,
  stop: number,
  events: RegionEvents,
  analysis: Analysis,
): Row {
  const [begun, ended] = [placeOf(startEvent, events, analysis), placeOf(stopEvent, events, analysis)];
  const [provider, event] = startEvent < 0 ? ["", ""] : events.nameOf(startEvent);
  return {
    region: definition.friendlyName,
    instance: name,
    depth,
    parent: parent?.definition.friendlyName ?? "",
    start,
    stop,
    duration: stop - start,
    startProcess: begun.process,
    startPid: begun.pid,
    startThread: begun.thread,
    stopProcess: ended.process,
    stopPid: ended.pid,
    stopThread: ended.thread,
    provider,
    event,
    name: definition.name,
    guid: definition.guid,
    metadata: definition.metadata.map(([key, text]) => `${key}: ${text}`).join("; "),
    file: definition.place.file ?? "",
  };
}

/** Process and thread of the event at an end. */
function placeOf(row: number, events: RegionEvents, { model }: Analysis) {
  if (row < 0) return { process: "", pid: null, thread: null };
  const thread = events.get("thread", row);
  const process = processOf(model, thread, events.get("process", row), events.get("time", row));
  return { process: process?.name ?? "", pid: process?.id ?? null, thread: thread === NO_ID ? null : thread };
}
