import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { networkTable } from "./network.ts";

const web = { PID: 100, daddr: "198.51.100.7", saddr: "192.0.2.1", dport: 443, sport: 50_000 };
const ipv6 = (last: number) => Uint8Array.from([0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), last]);

test("connections of a synthetic trace: the source of TCP is the own end, that of UDP is the sender", async () => {
  const rows = await new SyntheticTrace()
    .process(100, "browser.exe", { start: 0 })
    .process(200, "dns.exe", { start: 0 })
    .event("TcpIp/Connect", 1, web)
    .event("TcpIp/Send", 2, { ...web, size: 100 })
    .event("TcpIp/Retransmit", 2.5, { ...web, size: 100 })
    .event("TcpIp/Recv", 3, { ...web, size: 5000 })
    .event("TcpIp/TCPCopy", 3.1, { ...web, size: 5000 })
    .event("TcpIp/Disconnect", 4, web)
    .event("UdpIp/SendIPV6", 5, { PID: 200, size: 30, saddr: ipv6(1), daddr: ipv6(2), sport: 5000, dport: 53 })
    .event("UdpIp/RecvIPV6", 6, { PID: 200, size: 90, saddr: ipv6(2), daddr: ipv6(1), sport: 53, dport: 5000 })
    .rows(networkTable);
  expect(rows).toEqual([
    {
      process: "browser.exe",
      pid: 100,
      protocol: "TCP",
      local: "192.0.2.1:50000",
      remote: "198.51.100.7:443",
      sent: 100,
      received: 5000,
      sends: 1,
      receives: 1,
      retransmits: 1,
      connect: 1,
      disconnect: 4,
      first: 1,
      last: 4,
    },
    expect.objectContaining({
      process: "dns.exe",
      protocol: "UDP",
      local: "[2001:db8::1]:5000",
      remote: "[2001:db8::2]:53",
      sent: 30,
      received: 90,
      connect: null,
    }),
  ]);
});
