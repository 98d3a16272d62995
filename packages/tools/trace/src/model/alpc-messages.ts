import type { CompiledLayout } from "@adk/event-schema";
import { ColumnStore } from "./column-store.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { numberOf } from "./fields.ts";
import { RunningThreads } from "./running-threads.ts";

/** Messages between processes (ALPC), which carry remote procedure calls: from when one is sent to when it is received. */
export class AlpcMessages implements Collector {
  readonly messages = new ColumnStore({
    /** Ticks; `received` is `NaN` of what nobody received in the trace. */
    sent: "f64",
    received: "f64",
    sender: "u32",
    senderProcess: "u32",
    receiver: "u32",
    receiverProcess: "u32",
  });
  readonly #running = new RunningThreads();
  /** Rows of messages that were not received yet, by identifier. */
  readonly #open = new Map<number, number>();

  readonly handlers = {
    ...this.#running.handlers,
    "Windows Kernel/ALPC/SendMessage": (layout: CompiledLayout) => this.#send(layout),
    "Windows Kernel/ALPC/ReceiveMessage": (layout: CompiledLayout) => this.#receive(layout),
  };

  #send(layout: CompiledLayout): EventHandler {
    const message = numberOf(layout, "MessageID");
    return (event) => {
      const row = this.messages.add();
      const { columns } = this.messages;
      columns.sent[row] = event.time;
      columns.received[row] = Number.NaN;
      columns.sender[row] = this.#running.threadOf(event);
      columns.senderProcess[row] = event.processId;
      this.#open.set(message(event), row);
    };
  }

  #receive(layout: CompiledLayout): EventHandler {
    const message = numberOf(layout, "MessageID");
    return (event) => {
      const row = this.#open.get(message(event));
      if (row === undefined) return;
      this.#open.delete(message(event));
      const { columns } = this.messages;
      columns.received[row] = event.time;
      columns.receiver[row] = this.#running.threadOf(event);
      columns.receiverProcess[row] = event.processId;
    };
  }
}
