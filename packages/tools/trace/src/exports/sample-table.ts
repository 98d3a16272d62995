import type { TraceProcess } from "../model/processes.ts";
import type { Row, TableColumn } from "../tables/table.ts";
import { escapedLabels } from "./collapsed.ts";
import type { ProfileSource } from "./profile-source.ts";

/** Rows under columns: what is written as CSV, JSON lines or Parquet. */
export interface TableSource {
  readonly columns: readonly TableColumn[];
  readonly rows: () => Iterable<Row>;
}

const WEIGHT_COLUMNS = {
  milliseconds: { key: "weight", label: "Weight (ms)", type: "milliseconds" },
  bytes: { key: "weight", label: "Size (B)", type: "bytes" },
  count: { key: "weight", label: "Count", type: "number" },
} as const;

/** Texts of stacks that are kept: most stacks come again soon. */
const MOST_KEPT = 1 << 14;

/** The samples of a profile as a table: a row a sample. Frames of a stack are parted by `;`, the outermost first. */
export function sampleTable({ profile, threadName }: ProfileSource): TableSource {
  const { samples, frames, stacks, processes } = profile;
  return {
    columns: [
      { key: "time", label: "TimeStamp (ms)", type: "milliseconds" },
      WEIGHT_COLUMNS[profile.unit],
      { key: "process", label: "Process", type: "text" },
      { key: "pid", label: "Process ID", type: "number" },
      { key: "thread", label: "Thread ID", type: "number" },
      { key: "threadName", label: "Thread Name", type: "text" },
      { key: "cpu", label: "Cpu", type: "number" },
      { key: "module", label: "Module", type: "text" },
      { key: "function", label: "Function", type: "text" },
      { key: "stack", label: "Stack", type: "text" },
    ],
    *rows() {
      const labels = escapedLabels(profile);
      const texts = new Map<number, string>();
      const [inStack, names] = [[] as number[], [] as string[]];
      for (const rows = samples.rows(); rows.next(); ) {
        const { columns, row } = rows;
        const stack = columns.stack[row] as number;
        let text = texts.get(stack);
        if (text === undefined) {
          if (texts.size === MOST_KEPT) texts.clear();
          names.length = stacks.read(stack, inStack);
          for (let i = 0; i < names.length; i++) names[i] = labels[inStack[i] as number] as string;
          text = names.join(";");
          texts.set(stack, text);
        }
        const { name, id } = processes[columns.process[row] as number] as TraceProcess;
        const time = columns.time[row] as number;
        const thread = columns.thread[row] as number;
        const { module, function: own } = frames.place(stacks.innermost(stack));
        yield {
          time,
          weight: columns.weight[row] as number,
          process: name,
          pid: id,
          thread,
          threadName: threadName(thread, time),
          cpu: columns.processor[row] as number,
          module,
          function: own,
          stack: text,
        };
      }
    },
  };
}
