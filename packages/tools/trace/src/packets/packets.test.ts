import { Findings, MemoryAccess } from "@adk/core";
import { openEtl } from "@adk/etl";
import { fuzz, mutate, orRefused } from "@adk/testing";
import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { exportPackets } from "./export-packets.ts";
import { NDIS_PACKET_CAPTURE, PKTMON } from "./packet-capture.ts";

const START = 0x4000_0000n;
const END = 0x8000_0000n;
const SEND = 0x1_0000_0000n;
const RECEIVE = 0x2_0000_0000n;
const frame = Uint8Array.from({ length: 61 }, (_, i) => i);

/** A synthetic event of ndiscap. */
function ndisEvent(time: number, data: Uint8Array, keyword: bigint, { size = data.length, lower = 7 } = {}) {
  const payload = new Uint8Array(12 + data.length);
  const view = new DataView(payload.buffer);
  for (const [i, value] of [7, lower, size].entries()) view.setUint32(i * 4, value, true);
  payload.set(data, 12);
  return { provider: NDIS_PACKET_CAPTURE, id: 1001, keyword, payload, time };
}

/** A synthetic event of Packet Monitor. */
function pktmonEvent(time: number, id: 160 | 170, data: Uint8Array, { type = 1, original = data.length } = {}) {
  const payload = new Uint8Array(34 + data.length);
  const view = new DataView(payload.buffer);
  view.setBigUint64(0, 9n, true);
  for (const [i, value] of [1, 2, 4, type, 12, 1, 0].entries()) view.setUint16(8 + i * 2, value, true);
  view.setUint32(22, id === 170 ? 206 : 0, true);
  view.setUint32(26, 0xe0004030, true);
  view.setUint16(30, original, true);
  view.setUint16(32, data.length, true);
  payload.set(data, 34);
  return { provider: PKTMON, id, keyword: 0x10n, payload, time };
}

type SyntheticEvent = ReturnType<typeof ndisEvent> | ReturnType<typeof pktmonEvent>;

function synthetic(events: readonly SyntheticEvent[]): SyntheticTrace {
  const trace = new SyntheticTrace();
  for (const { provider, id, keyword, payload, time } of events) {
    const timeStamp = trace.timeStamp(time);
    trace.record({ header: "event", provider, id, keyword, timeStamp, payload, processId: 44, threadId: 45 });
  }
  return trace;
}

async function packetsOf(events: readonly SyntheticEvent[], range?: { from: number; to: number }) {
  const trace = await synthetic(events).open();
  const findings = new Findings();
  const pieces: Uint8Array[] = [];
  const result = await exportPackets(trace, async (bytes) => void pieces.push(bytes), { range, findings });
  return { ...result, codes: findings.list.map(({ code }) => code), blocks: [...blocksOf(Buffer.concat(pieces))] };
}

/** The blocks of a pcapng file; both lengths of each are compared. */
function* blocksOf(bytes: Buffer) {
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    expect(length % 4).toBe(0);
    expect(bytes.readUInt32LE(at + length - 4)).toBe(length);
    yield { type: bytes.readUInt32LE(at), body: bytes.subarray(at + 8, at + length - 4) };
    at += length;
  }
}

test("packets of ndiscap, one made of three fragments, in a range", async () => {
  const { packets, interfaces, blocks, codes, bytes } = await packetsOf(
    [
      ndisEvent(0.5, frame, START | END | SEND),
      ndisEvent(1, frame, START | END | RECEIVE),
      ndisEvent(2, frame.subarray(0, 20), START | SEND),
      ndisEvent(2.1, frame.subarray(20, 30), SEND, { lower: 7 }),
      ndisEvent(2.2, frame.subarray(30), END | SEND),
      ndisEvent(3, frame, START | END | SEND, { lower: 9 }),
    ],
    { from: 0.9, to: 10 },
  );
  expect({ packets, codes }).toEqual({ packets: 3, codes: [] });
  expect(interfaces).toEqual([
    { name: "eth:7", description: undefined },
    { name: "eth:9", description: "filter over interface 7" },
  ]);
  expect(blocks.map(({ type }) => type)).toEqual([0x0a0d0d0a, 1, 6, 6, 1, 6]);
  expect(bytes).toBe(blocks.reduce((sum, { body }) => sum + body.length + 12, 0));
  const second = blocks[3]?.body as Buffer;
  expect([second.readUInt32LE(0), second.readUInt32LE(12), second.readUInt32LE(16)]).toEqual([0, 61, 61]);
  expect(new Uint8Array(second.subarray(20, 81))).toEqual(frame);
  // The time is that of the first fragment, in units of 100 ns since 1970.
  const time = (BigInt(second.readUInt32LE(4)) << 32n) | BigInt(second.readUInt32LE(8));
  expect(time).toBe(133_500_000_000_000_000n - 116_444_736_000_000_000n + 20_000n);
  expect(second.subarray(84).toString("latin1")).toContain("PID=44");
});

test("frames of Packet Monitor: cut off, dropped, of a medium that has no link type", async () => {
  const { packets, blocks, codes, interfaces } = await packetsOf([
    pktmonEvent(1, 160, frame, { original: 1500 }),
    pktmonEvent(2, 170, frame),
    pktmonEvent(3, 160, frame, { type: 3 }),
    pktmonEvent(4, 160, frame, { type: 4 }),
  ]);
  expect({ packets, codes }).toEqual({ packets: 3, codes: ["TRACE_PACKETS_UNREADABLE"] });
  expect(interfaces.map(({ name }) => name)).toEqual(["pktmon:12:1", "pktmon:12:1"]);
  const [first, second] = blocks.filter(({ type }) => type === 6).map(({ body }) => body) as [Buffer, Buffer];
  expect([first.readUInt32LE(12), first.readUInt32LE(16)]).toEqual([61, 1500]);
  expect(second.toString("latin1")).toContain("dropped: reason 206, location 0xe0004030");
});

test("fragments without their ends, and events that are cut off, are told of", async () => {
  const { packets, codes } = await packetsOf([
    ndisEvent(1, frame, END),
    ndisEvent(2, frame, START),
    ndisEvent(3, frame, START),
    ndisEvent(4, frame, START | END, { size: 1_000_000 }),
  ]);
  expect(packets).toBe(0);
  expect(codes).toEqual(["TRACE_NO_PACKETS", "TRACE_PACKETS_UNREADABLE", "TRACE_PACKETS_INCOMPLETE"]);
});

test("damaged captures", { timeout: 0 }, async () => {
  const events = [
    ndisEvent(1, frame, START | END | SEND),
    ndisEvent(2, frame.subarray(0, 20), START),
    ndisEvent(3, frame.subarray(20), END),
    pktmonEvent(4, 160, frame),
    pktmonEvent(5, 170, frame),
  ];
  const bytes = await synthetic(events).toBytes();
  const sample = {
    bytes,
    regions: [[0x48, bytes.length]] as [number, number][],
    edges: [12, 34, 61, 160, 1001, 0xffff],
  };
  await fuzz({ executions: 300, mostTime: 2000, outcomes: { refused: 0, none: 0, packets: 1 / 2 } }, async (next) => {
    const trace = await orRefused(() => openEtl(new MemoryAccess(mutate(sample, next), "fuzz")));
    if (!trace) return "refused";
    let written = 0;
    const count = async (piece: Uint8Array) => {
      written += piece.length;
    };
    const result = await orRefused(() => exportPackets(trace, count, { findings: new Findings() }));
    if (!result) return "refused";
    expect(written).toBe(result.bytes);
    return result.packets > 0 ? "packets" : "none";
  });
});
