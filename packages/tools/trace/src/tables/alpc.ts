import { AlpcMessages } from "../model/alpc-messages.ts";
import { processOf } from "../model/attribution.ts";
import type { TraceProcess } from "../model/processes.ts";
import type { Row, TableDefinition } from "./table.ts";

interface MessageCount {
  readonly sender: TraceProcess | undefined;
  readonly receiver: TraceProcess | undefined;
  count: number;
  /** Milliseconds. */
  delay: number;
  longest: number;
  longestAt: number;
}

/** Who sent messages to whom, and how long they were on their way: until a thread of the receiver took them. */
export const alpcTable: TableDefinition = {
  name: "alpc",
  title: "ALPC Messages",
  summary: "messages between processes (local remote procedure calls): how many, and how long until they were received",
  needs: [{ event: "Windows Kernel/ALPC/SendMessage", keyword: "ALPC" }],
  collectors: [AlpcMessages],
  columns: [
    { key: "sender", label: "Sending Process", type: "text" },
    { key: "senderPid", label: "Sending Process ID", type: "number" },
    { key: "receiver", label: "Receiving Process", type: "text" },
    { key: "receiverPid", label: "Receiving Process ID", type: "number" },
    { key: "count", label: "Count", type: "number" },
    { key: "delay", label: "Delay (ms)", type: "milliseconds" },
    { key: "average", label: "Delay Avg (ms)", type: "milliseconds" },
    { key: "longest", label: "Delay Max (ms)", type: "milliseconds" },
    { key: "longestAt", label: "Send Time of Max (ms)", type: "milliseconds" },
  ],
  *rows(analysis): Iterable<Row> {
    const { model } = analysis;
    const counts = new Map<string, MessageCount>();
    for (const rows = analysis.get(AlpcMessages).messages.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const [sent, received] = [columns.sent[row] as number, columns.received[row] as number];
      if (!analysis.includes(sent)) continue;
      const arrived = !Number.isNaN(received);
      const sender = processOf(model, columns.sender[row] as number, columns.senderProcess[row] as number, sent);
      const receiver = arrived
        ? processOf(model, columns.receiver[row] as number, columns.receiverProcess[row] as number, received)
        : undefined;
      const key = `${sender?.index} ${receiver?.index} ${arrived}`;
      const entry = counts.get(key) ?? { sender, receiver, count: 0, delay: 0, longest: -1, longestAt: 0 };
      counts.set(key, entry);
      entry.count++;
      if (!arrived) continue;
      const delay = analysis.milliseconds(received - sent);
      entry.delay += delay;
      if (delay > entry.longest) [entry.longest, entry.longestAt] = [delay, analysis.milliseconds(sent)];
    }
    for (const { sender, receiver, count, delay, longest, longestAt } of [...counts.values()].sort(
      (a, b) => b.delay - a.delay || b.count - a.count,
    )) {
      const arrived = longest >= 0;
      yield {
        sender: sender?.name ?? "",
        senderPid: sender?.id ?? null,
        receiver: receiver?.name ?? "",
        receiverPid: receiver?.id ?? null,
        count,
        delay: arrived ? delay : null,
        average: arrived ? delay / count : null,
        longest: arrived ? longest : null,
        longestAt: arrived ? longestAt : null,
      };
    }
  },
};
