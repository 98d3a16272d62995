import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { numberOf } from "./fields.ts";
import { RunningThreads } from "./running-threads.ts";

const MESSAGE_COLUMNS = {
  /** Ticks; `received` is `NaN` of what nobody received in the trace. */
  sent: "f64",
  received: "f64",
  sender: "u32",
  senderProcess: "u32",
  receiver: "u32",
  receiverProcess: "u32",
} as const;

/** Messages between processes (ALPC), which carry remote procedure calls: from when one is sent to when it is received. */
export class AlpcMessages implements Collector {
  readonly messages: EventColumns<typeof MESSAGE_COLUMNS>;
  readonly #running = new RunningThreads();
  /** Rows of messages that were not received yet, by identifier. */
  readonly #open = new Map<number, number>();

  readonly handlers = {
    ...this.#running.handlers,
    "Windows Kernel/ALPC/SendMessage": (layout: CompiledLayout) => this.#send(layout),
    "Windows Kernel/ALPC/ReceiveMessage": (layout: CompiledLayout) => this.#receive(layout),
  };

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.messages = new EventColumns(MESSAGE_COLUMNS, memory);
  }

  #send(layout: CompiledLayout): EventHandler {
    const message = numberOf(layout, "MessageID");
    return (event) => {
      const row = this.messages.add();
      const { tail } = this.messages;
      tail.sent[row] = event.time;
      tail.received[row] = Number.NaN;
      tail.sender[row] = this.#running.threadOf(event);
      tail.senderProcess[row] = event.processId;
      this.#open.set(message(event), this.messages.length - 1);
    };
  }

  #receive(layout: CompiledLayout): EventHandler {
    const message = numberOf(layout, "MessageID");
    return (event) => {
      const row = this.#open.get(message(event));
      if (row === undefined) return;
      this.#open.delete(message(event));
      this.messages.set("received", row, event.time);
      this.messages.set("receiver", row, this.#running.threadOf(event));
      this.messages.set("receiverProcess", row, event.processId);
    };
  }
}
