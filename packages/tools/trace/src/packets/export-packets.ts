import { finding } from "@adk/cli-kit/schemas";
import type { Findings, LongOperation } from "@adk/core";
import type { EtlTrace } from "@adk/etl";
import * as z from "zod";
import { tellLosses } from "../completeness.ts";
import { passEvents } from "../model/event-pass.ts";
import { EventSchemas, type SchemaSources } from "../model/event-schemas.ts";
import type { TimeRange } from "../time-range.ts";
import { PacketCapture } from "./packet-capture.ts";
import { sectionHeader } from "./pcapng.ts";

/** `adk trace packets` */
export const tracePacketsResult = z.object({
  file: z.string(),
  packets: z.number(),
  /** Where they were seen, as the file names it. */
  interfaces: z.array(z.object({ name: z.string(), description: z.string().optional() })),
  bytes: z.number(),
  findings: z.array(finding),
});
export type TracePackets = Omit<z.output<typeof tracePacketsResult>, "file" | "findings">;

export interface ExportPacketsOptions extends LongOperation {
  readonly range?: TimeRange | undefined;
  readonly schemas?: SchemaSources | undefined;
  readonly findings: Findings;
}

/** Blocks that are gathered before they are written: one write for all of them is enough. */
const GATHERED = 1 << 16;

/**
 * Writes the packets that a trace has captured as a pcapng file, for Wireshark and tcpdump: those of `netsh trace` (ndiscap) and of
 * Packet Monitor. They are read and written piece by piece.
 */
export async function exportPackets(
  trace: EtlTrace,
  write: (bytes: Uint8Array) => Promise<void>,
  { range, findings, ...options }: ExportPacketsOptions,
): Promise<TracePackets> {
  const schemas = new EventSchemas(options.schemas);
  const { clock } = trace;
  const from = range ? clock.fromMilliseconds(range.from) : -Infinity;
  const to = range ? clock.fromMilliseconds(range.to) : Infinity;
  const capture = new PacketCapture(from, to);
  let bytes = 0;
  const flush = async () => {
    const { blocks } = capture;
    capture.blocks = [];
    for (let i = 0; i < blocks.length; ) {
      const start = i;
      for (let size = 0; i < blocks.length && size < GATHERED; i++) size += (blocks[i] as Uint8Array).length;
      const piece = Buffer.concat(blocks.slice(start, i));
      await write(piece);
      bytes += piece.length;
    }
  };
  capture.blocks.push(sectionHeader("adk trace packets"));
  const { signal, onProgress } = options;
  await passEvents(trace, [capture], { schemas, signal, onProgress, afterBatch: flush });
  await flush();
  capture.report(findings);
  tellLosses(trace, findings);
  const interfaces = capture.interfaces.map(({ name, description }) => ({ name, description }));
  return { packets: capture.packets, interfaces, bytes };
}
