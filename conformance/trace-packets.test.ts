import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Findings } from "@adk/core";
import { EtlWriter } from "@adk/etl";
import { temporaryDirectory } from "@adk/testing";
import { exportPackets, openTrace } from "@adk/trace";
import { expect, test } from "vitest";
import { describeWithPeer } from "./support/peers.ts";

const NDIS_PACKET_CAPTURE = "2ed6006e-4729-4609-b423-3ee7bcd678ef";
/** Keywords: the first and the last fragment, and a packet that was sent. */
const [START, END, SEND] = [0x4000_0000n, 0x8000_0000n, 0x1_0000_0000n];

/** A datagram from 192.0.2.1:5000 to 192.0.2.2:53, in an Ethernet frame. */
function datagram(text: string): Buffer {
  const body = Buffer.from(text);
  const frame = Buffer.alloc(42 + body.length);
  frame.write("02000000000202000000000108004500", 0, "hex");
  frame.writeUInt16BE(28 + body.length, 16);
  frame.write("4011", 22, "hex");
  frame.write("c0000201c00002021388", 26, "hex");
  frame.writeUInt16BE(53, 36);
  frame.writeUInt16BE(8 + body.length, 38);
  body.copy(frame, 42);
  return frame;
}

function fragment(data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  for (const [i, value] of [7, 7, data.length].entries()) head.writeUInt32LE(value, i * 4);
  return Buffer.concat([head, data]);
}

describeWithPeer(["tcpdump"], (tcpdump) => {
  test("a synthetic capture has the packets that were put into it, with their times", async () => {
    const directory = temporaryDirectory();
    const etl = join(directory, "capture.etl");
    const header = { startTime: 133_500_000_000_000_000n, timeStamp: 0n, perfFrequency: 10_000_000n };
    await using writer = await EtlWriter.create(etl, { header });
    const add = (timeStamp: bigint, data: Buffer, keyword: bigint) => {
      const common = { header: "event", provider: NDIS_PACKET_CAPTURE, id: 1001, keyword } as const;
      writer.add(0, { ...common, timeStamp, payload: fragment(data), processId: 4, threadId: 8 });
    };
    add(10_000_000n, datagram("whole"), START | END | SEND);
    add(20_000_000n, datagram("in two parts").subarray(0, 45), START | SEND);
    add(20_000_001n, datagram("in two parts").subarray(45), END | SEND);
    await writer.finish();

    const pieces: Uint8Array[] = [];
    await using opened = await openTrace([etl]);
    await exportPackets(opened.trace, async (bytes) => void pieces.push(bytes), { findings: new Findings() });
    const pcapng = join(directory, "capture.pcapng");
    writeFileSync(pcapng, Buffer.concat(pieces));
    const { text } = await tcpdump.run(["-nn", "-tt", "-A", "-r", pcapng]);
    // 2024-01-17T20:00:00Z, and one and two seconds.
    expect(text).toContain("1705526401.000000 IP 192.0.2.1.5000 > 192.0.2.2.53");
    expect(text).toContain("1705526402.000000 IP 192.0.2.1.5000 > 192.0.2.2.53");
    expect(text).toMatch(/whole[\s\S]*in two parts/);
  });
});
