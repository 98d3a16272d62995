import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { numberOf, textOf } from "./fields.ts";
import { TextTable } from "./text-table.ts";

const OPERATIONS = ["Send", "Recv", "Connect", "Accept", "Reconnect", "Disconnect", "Retransmit", "TCPCopy"] as const;
export type NetworkOperation = (typeof OPERATIONS)[number];

const PROTOCOLS = ["TCP", "UDP"] as const;

/** The two ends of what was sent: `192.0.2.1:80`, `[2001:db8::1]:80`. */
export interface Endpoints {
  readonly local: string;
  readonly remote: string;
}

const EVENT_COLUMNS = {
  time: "f64",
  process: "u32",
  size: "u32",
  endpoints: "u32",
  protocol: "u8",
  operation: "u8",
} as const;

/** What was sent to and received from networks. The events name the process; their headers name nobody. */
export class NetworkEvents implements Collector {
  readonly events: EventColumns<typeof EVENT_COLUMNS>;
  readonly #endpoints = new TextTable();

  readonly handlers = Object.fromEntries(
    PROTOCOLS.flatMap((protocol) =>
      OPERATIONS.flatMap((operation) =>
        ["", "IPV6"].map((family) => [
          `Windows Kernel/${protocol === "TCP" ? "TcpIp" : "UdpIp"}/${operation}${family}`,
          (layout: CompiledLayout) => this.#take(layout, protocol, operation),
        ]),
      ),
    ),
  );

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.events = new EventColumns(EVENT_COLUMNS, memory);
  }

  operationOf(operation: number): NetworkOperation {
    return OPERATIONS[operation] as NetworkOperation;
  }

  protocolOf(protocol: number): string {
    return PROTOCOLS[protocol] ?? "";
  }

  endpointsOf(endpoints: number): Endpoints {
    const [local = "", remote = ""] = this.#endpoints.text(endpoints).split(" ");
    return { local, remote };
  }

  #take(
    layout: CompiledLayout,
    protocol: (typeof PROTOCOLS)[number],
    operation: (typeof OPERATIONS)[number],
  ): EventHandler {
    const [process, size] = [numberOf(layout, "PID"), numberOf(layout, "size")];
    const source = endpointOf(layout, "saddr", "sport");
    const destination = endpointOf(layout, "daddr", "dport");
    // Of TCP the source is the own end, whichever way the data go; of UDP it is the sender.
    const isReversed = protocol === "UDP" && operation === "Recv";
    const [local, remote] = isReversed ? [destination, source] : [source, destination];
    return (event) => {
      const row = this.events.add();
      const { tail } = this.events;
      tail.time[row] = event.time;
      tail.process[row] = process(event);
      tail.size[row] = size(event);
      tail.endpoints[row] = this.#endpoints.number(`${local(event)} ${remote(event)}`);
      tail.protocol[row] = PROTOCOLS.indexOf(protocol);
      tail.operation[row] = OPERATIONS.indexOf(operation);
    };
  }
}

function endpointOf(layout: CompiledLayout, addressName: string, portName: string): (event: EventCursor) => string {
  const [address, port] = [textOf(layout, addressName), numberOf(layout, portName)];
  return (event) => {
    const text = address(event);
    return text.includes(":") ? `[${text}]:${port(event)}` : `${text}:${port(event)}`;
  };
}
