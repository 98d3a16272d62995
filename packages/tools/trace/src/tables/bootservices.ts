import { serviceChanges } from "../transitions/service-changes.ts";
import { TaskEvents } from "../transitions/task-events.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Services that started while the trace was recorded, in the order in which they were asked to. */
export const bootServicesTable: TableDefinition = {
  name: "bootservices",
  title: "Services Started",
  summary: "services that started, in their order: when, how long it took, in which group",
  needs: [{ event: "Microsoft-Windows-Services", keyword: "Microsoft-Windows-Services (a provider)" }],
  collectors: [TaskEvents],
  columns: [
    { key: "order", label: "Order", type: "number" },
    { key: "service", label: "Service", type: "text" },
    { key: "displayName", label: "Display Name", type: "text" },
    { key: "group", label: "Group", type: "text" },
    { key: "startType", label: "Start Type", type: "text" },
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "start", label: "Start Time (ms)", type: "milliseconds" },
    { key: "end", label: "Running Time (ms)", type: "milliseconds" },
    { key: "duration", label: "Duration (ms)", type: "milliseconds" },
    { key: "result", label: "Result", type: "text" },
  ],
  *rows(analysis): Iterable<Row> {
    const names = new Map(analysis.model.services.all.map(({ name, displayName }) => [name, displayName]));
    const starts = serviceChanges(analysis).filter(({ change }) => change === "start");
    for (const [i, { service, group, startType, process, image, start, end, failed }] of starts.entries()) {
      const time = start ?? end ?? 0;
      if (time < analysis.range.from || time > analysis.range.to) continue;
      yield {
        order: i + 1,
        service,
        displayName: names.get(service) ?? "",
        group,
        startType,
        process: process?.name || image,
        pid: process?.id ?? null,
        start: start ?? null,
        end: end ?? null,
        duration: start === undefined || end === undefined ? null : end - start,
        result: failed ? "Failed" : end === undefined ? "Not Seen" : "Running",
      };
    }
  },
};
