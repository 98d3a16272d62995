import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { genericTable } from "./generic.ts";
import { marksTable } from "./marks.ts";
import { servicesTable } from "./services.ts";
import { sysconfigTable } from "./sysconfig.ts";

const PROVIDER = "b1a5e2d4-0e7b-422b-a0c7-2fad1fd0e700";

test("the system of a synthetic trace: each item once, without what fills structures", async () => {
  const nic = {
    PhysicalAddr: 0x3702_805d_1500n,
    PhysicalAddrLen: 6,
    NICDescription: "Ethernet",
    IpAddresses: "192.0.2.1",
  };
  const rows = await new SyntheticTrace()
    .event("SystemConfig/NIC", 1, nic, { pid: 4, tid: 8 })
    .event("SystemConfig/NIC", 9, nic, { pid: 4, tid: 8 })
    .event("SystemConfig/Power", 1, { S3: 1 }, { pid: 4, tid: 8 })
    .rows(sysconfigTable);
  expect(rows.map(({ category, item, property, value }) => `${category} ${item} ${property}=${value}`)).toEqual([
    "NIC 0 PhysicalAddr=00-15-5d-80-02-37",
    "NIC 0 Ipv4Index=0",
    "NIC 0 Ipv6Index=0",
    "NIC 0 NICDescription=Ethernet",
    "NIC 0 IpAddresses=192.0.2.1",
    "NIC 0 DnsServerAddresses=",
    ...["S1=0", "S2=0", "S3=1", "S4=0", "S5=0"].map((each) => `Power 0 ${each}`),
  ]);
});

/** Two services share a process; a third one is alone in its own. */
const services = () => {
  const service = (name: string, pid: number, tag: number) => ({
    ProcessId: pid,
    ServiceState: pid === 0 ? 1 : 4,
    SubProcessTag: tag,
    ServiceName: name,
    DisplayName: `${name} Service`,
  });
  const source = { pid: 4, tid: 8 };
  return new SyntheticTrace({ header: { processors: 1 } })
    .process(100, "svchost.exe", { start: 0 })
    .process(200, "spooler.exe", { start: 0 })
    .thread(104, 100, { start: 0, subProcessTag: 1 })
    .thread(108, 100, { start: 0, subProcessTag: 2 })
    .thread(112, 100, { start: 0 })
    .thread(204, 200, { start: 0 })
    .event("SystemConfig/Services", 90, service("Dhcp", 100, 1), source)
    .event("SystemConfig/Services", 90, service("Dnscache", 100, 2), source)
    .event("SystemConfig/Services", 90, service("Spooler", 200, 3), source)
    .event("SystemConfig/Services", 90, service("Fax", 0, 4), source);
};

test("services of a synthetic trace have the use of their threads, by switches or by samples", async () => {
  const switches = await services()
    .contextSwitch(10, 0, 0, 104)
    .contextSwitch(30, 0, 104, 108)
    .contextSwitch(35, 0, 108, 112)
    .contextSwitch(45, 0, 112, 204)
    .contextSwitch(46, 0, 204, 0)
    .rows(servicesTable);
  expect(
    switches.map(({ service, process, state, cpuUsage, threads }) => [service, process, state, cpuUsage, threads]),
  ).toEqual([
    ["Dhcp", "svchost.exe", "Running", 20, 1],
    ["Dnscache", "svchost.exe", "Running", 5, 1],
    ["Spooler", "spooler.exe", "Running", 1, 1],
    ["Fax", "", "Stopped", 0, 0],
  ]);
  const samples = await services()
    .sample(10, 0, 108, [1])
    .sample(11, 0, 108, [1])
    .sample(12, 0, 112, [1])
    .rows(servicesTable);
  expect(samples[0]).toMatchObject({ service: "Dnscache", cpuUsage: 2 });
  expect(samples[1]).toMatchObject({ cpuUsage: 0 });
});

test("marks and generic events of a synthetic trace", async () => {
  const trace = new SyntheticTrace()
    .process(100, "app.exe", { start: 0 })
    .event("PerfInfo/Mark", 5, { Message: "begin" }, { pid: 100, tid: 104 });
  for (const time of [10, 20, 30]) {
    const common = { provider: PROVIDER, payload: new Uint8Array(0), threadId: 104, version: 0 };
    trace.record({
      header: "event",
      ...common,
      id: time === 30 ? 2 : 1,
      processId: 100 + time,
      timeStamp: trace.timeStamp(time),
    });
  }
  expect(await trace.rows(marksTable)).toEqual([{ time: 5, text: "begin", process: "app.exe", pid: 100, thread: 104 }]);
  const rows = await trace.rows(genericTable);
  expect(
    rows.map(({ provider, event, id, count, processes, first, last }) => [
      provider,
      event,
      id,
      count,
      processes,
      first,
      last,
    ]),
  ).toEqual([
    [PROVIDER, "EventID(1)", 1, 2, 2, 10, 20],
    [PROVIDER, "EventID(2)", 2, 1, 1, 30, 30],
  ]);
  expect(await trace.rows(genericTable, { range: { from: 15, to: 25 } })).toMatchObject([{ id: 1, count: 1 }]);
});
