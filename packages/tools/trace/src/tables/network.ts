import { NetworkEvents, type NetworkOperation } from "../model/network-events.ts";
import type { Row, TableDefinition } from "./table.ts";

interface Connection {
  readonly pid: number;
  readonly process: string;
  readonly protocol: string;
  readonly local: string;
  readonly remote: string;
  sent: number;
  received: number;
  sends: number;
  receives: number;
  retransmits: number;
  connect: number | null;
  disconnect: number | null;
  readonly first: number;
  last: number;
}

/** What each process sent to whom, and received. */
export const networkTable: TableDefinition = {
  name: "network",
  title: "TCP/IP and UDP/IP",
  summary: "bytes that were sent and received, by process and by the two ends of each connection",
  needs: [
    { event: "Windows Kernel/TcpIp", keyword: "NetworkTrace" },
    { event: "Windows Kernel/UdpIp", keyword: "NetworkTrace" },
  ],
  collectors: [NetworkEvents],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "protocol", label: "Protocol", type: "text" },
    { key: "local", label: "Local Endpoint", type: "text" },
    { key: "remote", label: "Remote Endpoint", type: "text" },
    { key: "sent", label: "Sent (B)", type: "bytes" },
    { key: "received", label: "Received (B)", type: "bytes" },
    { key: "sends", label: "Sends", type: "number" },
    { key: "receives", label: "Receives", type: "number" },
    { key: "retransmits", label: "Retransmits", type: "number" },
    { key: "connect", label: "Connect Time (ms)", type: "milliseconds" },
    { key: "disconnect", label: "Disconnect Time (ms)", type: "milliseconds" },
    { key: "first", label: "First Time (ms)", type: "milliseconds" },
    { key: "last", label: "Last Time (ms)", type: "milliseconds" },
  ],
  *rows(analysis): Iterable<Row> {
    const network = analysis.get(NetworkEvents);
    const connections = new Map<string, Connection>();
    for (const rows = network.events.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const time = columns.time[row] as number;
      if (!analysis.includes(time)) continue;
      const { index, id, name } = analysis.model.processes.at(columns.process[row] as number, time);
      const protocol = network.protocolOf(columns.protocol[row] as number);
      const key = `${index} ${protocol} ${columns.endpoints[row]}`;
      const at = analysis.milliseconds(time);
      let connection = connections.get(key);
      if (!connection) {
        const nothing = {
          sent: 0,
          received: 0,
          sends: 0,
          receives: 0,
          retransmits: 0,
          connect: null,
          disconnect: null,
        };
        const who = { process: name, pid: id, protocol, ...network.endpointsOf(columns.endpoints[row] as number) };
        connection = { ...who, ...nothing, first: at, last: at };
        connections.set(key, connection);
      }
      connection.last = at;
      const operation = network.operationOf(columns.operation[row] as number);
      COUNT[operation](connection, columns.size[row] as number, at);
    }
    yield* [...connections.values()]
      .sort((a, b) => b.sent + b.received - a.sent - a.received)
      .map((connection) => ({ ...connection }));
  },
};

const COUNT: Readonly<Record<NetworkOperation, (connection: Connection, size: number, time: number) => void>> = {
  Send: (connection, size) => {
    connection.sent += size;
    connection.sends++;
  },
  Recv: (connection, size) => {
    connection.received += size;
    connection.receives++;
  },
  Connect: connects,
  Accept: connects,
  Reconnect: connects,
  Disconnect: (connection, _, time) => {
    connection.disconnect = time;
  },
  Retransmit: (connection) => {
    connection.retransmits++;
  },
  // Data that were received before, and now go to the process: they are counted already.
  TCPCopy: () => {},
};

function connects(connection: Connection, _: number, time: number): void {
  connection.connect ??= time;
}
