import type { Analysis } from "../analysis.ts";
import type { TraceThread } from "../model/threads.ts";
import type { TraceModel } from "../model/trace-model.ts";
import { codeLabel } from "../symbols/symbolizer.ts";
import { columnsWith, ImageCounts } from "../tables/code-columns.ts";
import { timeOf } from "../tables/process.ts";
import type { Row, TableColumn, TableDefinition } from "../tables/table.ts";
import { THREADS } from "./wpa-tables.ts";

const COLUMNS: readonly TableColumn[] = [
  { key: "process", label: "Process", type: "text" },
  { key: "pid", label: "Process ID", type: "number" },
  { key: "thread", label: "Thread ID", type: "number" },
  { key: "threadName", label: "Thread Name", type: "text" },
  { key: "startModule", label: "Thread Start Module", type: "text" },
  { key: "start", label: "Start Time (ms)", type: "milliseconds" },
  { key: "end", label: "End Time (ms)", type: "milliseconds" },
  { key: "duration", label: "Duration (ms)", type: "milliseconds" },
];
const START_FUNCTION: TableColumn = { key: "startFunction", label: "Thread Start Function", type: "text" };

/** Each thread, and when it lived. */
export const threadLifetimes: TableDefinition = {
  name: THREADS,
  title: "Thread Lifetimes",
  summary: "threads and when they lived",
  needs: [],
  collectors: [],
  columns: COLUMNS,
  functions: { columns: columnsWith(COLUMNS, "startModule", START_FUNCTION), images: startImages },
  *rows(analysis, symbolizer): Iterable<Row> {
    const { model, range } = analysis;
    for (const thread of model.threads.all) {
      const { id, processId, name, startAddress } = thread;
      const [start, end] = [timeOf(analysis, thread.start), timeOf(analysis, thread.end)];
      if ((start ?? 0) > range.to || (end ?? Infinity) < range.from) continue;
      const time = timeWithImage(thread, model);
      const image = startAddress === 0 ? undefined : model.images.at(processId, startAddress, time);
      const place = startAddress === 0 ? undefined : symbolizer?.place(processId, startAddress, time);
      yield {
        process: model.processes.at(processId, time)?.name ?? "",
        pid: processId,
        thread: id,
        threadName: name,
        startModule: image?.name ?? "",
        ...(symbolizer ? { startFunction: place ? codeLabel(place) : "" } : {}),
        start,
        end,
        duration: (end ?? model.duration) - (start ?? 0),
      };
    }
  },
};

/** A moment at which the image is there that its code begins in: that of a new process is loaded behind its first thread. */
function timeWithImage({ processId, startAddress, start, end }: TraceThread, { images }: TraceModel): number {
  const [first, last] = [Math.max(start, 0), Math.min(end, Number.MAX_SAFE_INTEGER)];
  return images.at(processId, startAddress, first) || !images.at(processId, startAddress, last) ? first : last;
}

function startImages({ model }: Analysis) {
  const counts = new ImageCounts(model);
  for (const thread of model.threads.all)
    counts.address(thread.processId, thread.startAddress, timeWithImage(thread, model));
  return counts.images;
}
