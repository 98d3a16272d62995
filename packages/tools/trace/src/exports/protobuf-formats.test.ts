import { type ProtobufFields, protobufMessages, protobufNumbers, protobufTexts, readProtobuf } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { cpuTable } from "../tables/cpu.ts";
import { cswitchTable } from "../tables/cswitch.ts";
import { sampleSource } from "../testing/sample-profile.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { exportSource } from "./export-source.ts";
import { perfettoFormat } from "./perfetto.ts";
import { gather } from "./pieces.ts";
import { pprofFormat } from "./pprof.ts";
import type { ProfileFormat, ProfileSource } from "./profile-source.ts";

const source = () =>
  sampleSource([
    { time: 1.25, stack: ["app.exe!main", "app.exe!work"] },
    { time: 2.25, weight: 0.1221, stack: ["app.exe!main", "x.dll!é\n"], cpu: 1 },
    { time: 3, stack: ["ntoskrnl.exe!"], process: "System", pid: 4, thread: 8 },
    { time: 4, stack: ["app.exe!main", "app.exe!work"] },
  ]);

function parsed(format: ProfileFormat, from: ProfileSource): ProtobufFields {
  return readProtobuf(Buffer.concat([...gather(format.pieces(from))]));
}

const number = (fields: ProtobufFields, field: number) => protobufNumbers(fields, field)[0];

describe("pprof", () => {
  test("has each stack once, with count and nanoseconds", () => {
    const profile = parsed(pprofFormat, source());
    const strings = protobufTexts(profile, 6);
    expect(strings[0]).toBe("");
    const text = (fields: ProtobufFields, field: number) => strings[number(fields, field) ?? 0];
    const byId = (field: number) => new Map(protobufMessages(profile, field).map((each) => [number(each, 1), each]));
    const [mappings, locations, functions] = [byId(3), byId(4), byId(5)];
    const types = protobufMessages(profile, 1).map((type) => `${text(type, 1)}/${text(type, 2)}`);
    expect(types).toEqual(["samples/count", "cpu/nanoseconds"]);
    expect(protobufNumbers(profile, 9)).toEqual([1_704_067_200_000_000_000]);

    const samples = protobufMessages(profile, 2).map((sample) => ({
      stack: protobufNumbers(sample, 1).map((id) => {
        const location = locations.get(id) as ProtobufFields;
        const line = protobufMessages(location, 4)[0] as ProtobufFields;
        const module = text(mappings.get(number(location, 2)) as ProtobufFields, 5);
        return `${module}!${text(functions.get(number(line, 1)) as ProtobufFields, 2)}`;
      }),
      values: protobufNumbers(sample, 2),
      labels: protobufMessages(sample, 3).map((label) => `${text(label, 1)}=${text(label, 2) || number(label, 3)}`),
    }));
    expect(samples).toEqual([
      {
        stack: ["app.exe!work", "app.exe!main"],
        values: [2, 2_000_000],
        labels: ["process=app.exe (100)", "thread_name=main", "pid=100", "thread=104"],
      },
      {
        stack: ["x.dll!é\n", "app.exe!main"],
        values: [1, 122_100],
        labels: ["process=app.exe (100)", "thread_name=main", "pid=100", "thread=104"],
      },
      {
        stack: ["ntoskrnl.exe!ntoskrnl.exe!?"],
        values: [1, 1_000_000],
        labels: ["process=System (4)", "pid=4", "thread=8"],
      },
    ]);
  });
});

/** Packets of a trace, and what they intern. */
function packetsOf(from: ProfileSource) {
  const packets = protobufMessages(parsed(perfettoFormat, from), 1);
  const interned = packets.flatMap((packet) => protobufMessages(packet, 12));
  const entries = (field: number) =>
    new Map(interned.flatMap((data) => protobufMessages(data, field)).map((each) => [number(each, 1), each]));
  return { packets, entries };
}

describe("Perfetto", () => {
  test("has samples with stacks, whose counter is the weight up to then", () => {
    const { packets, entries } = packetsOf(source());
    const [names, frames, callstacks, paths, mappings] = [5, 6, 7, 17, 19].map(entries);
    expect(new Set(packets.map((packet) => number(packet, 10)))).toEqual(new Set([1]));
    const samples = packets.flatMap((packet) =>
      protobufMessages(packet, 66).map((sample) => ({
        time: number(packet, 8),
        who: [1, 2, 3].map((field) => number(sample, field)),
        counter: number(sample, 6),
        stack: protobufNumbers(callstacks?.get(number(sample, 4)) as ProtobufFields, 2).map((id) => {
          const frame = frames?.get(id) as ProtobufFields;
          const path = number(mappings?.get(number(frame, 3)) as ProtobufFields, 7);
          const module = protobufTexts(paths?.get(path) as ProtobufFields, 2)[0];
          return `${module}!${protobufTexts(names?.get(number(frame, 2)) as ProtobufFields, 2)[0]}`;
        }),
      })),
    );
    expect(samples).toEqual([
      { time: 1_250_000, who: [0, 100, 104], counter: 1_000_000, stack: ["app.exe!main", "app.exe!work"] },
      { time: 2_250_000, who: [1, 100, 104], counter: 122_100, stack: ["app.exe!main", "x.dll!é\n"] },
      { time: 3_000_000, who: [0, 4, 8], counter: 2_000_000, stack: ["ntoskrnl.exe!ntoskrnl.exe!?"] },
      { time: 4_000_000, who: [0, 100, 104], counter: 3_000_000, stack: ["app.exe!main", "app.exe!work"] },
    ]);
  });

  test("tells who is who, and what time of day it was", () => {
    const { packets } = packetsOf(source());
    const tracks = packets.flatMap((packet) => protobufMessages(packet, 60));
    const processes = tracks.flatMap((track) => protobufMessages(track, 3));
    expect(processes.map((each) => [number(each, 1), ...protobufTexts(each, 6)])).toEqual([
      [100, "app.exe"],
      [4, "System"],
    ]);
    const threads = tracks.flatMap((track) => protobufMessages(track, 4));
    expect(threads.map((each) => [number(each, 1), number(each, 2), ...protobufTexts(each, 5)])).toEqual([
      [100, 104, "main"],
      [4, 8],
    ]);
    expect(new Set(tracks.map((track) => number(track, 1))).size).toBe(tracks.length);
    const clocks = packets
      .flatMap((packet) => protobufMessages(packet, 6))
      .flatMap((each) => protobufMessages(each, 1));
    expect(clocks.map((clock) => [number(clock, 1), number(clock, 2)])).toEqual([
      [6, 0],
      [1, 1_704_067_200_000_000_000],
    ]);
  });

  test("has the context switches of a synthetic trace as events of ETW", async () => {
    const analysis = await new SyntheticTrace()
      .process(100, "app.exe")
      .thread(104, 100)
      .contextSwitch(1, 0, 0, 8)
      .contextSwitch(2, 1, 0, 104)
      .contextSwitch(3, 1, 104, 0)
      .ready(4, 0, 104)
      .contextSwitch(4.5, 1, 0, 104)
      .analyze([cpuTable, cswitchTable]);
    const { packets } = packetsOf(await exportSource(analysis, "synthetic"));
    const events = packets
      .flatMap((packet) => protobufMessages(packet, 95))
      .flatMap((bundle) => protobufMessages(bundle, 2))
      .map((event) => ({
        time: number(event, 1),
        cpu: number(event, 4),
        thread: number(event, 5),
        switched: protobufMessages(event, 2).flatMap((each) => [number(each, 1), number(each, 2)]),
        ready: protobufMessages(event, 3).map((each) => number(each, 1)),
      }));
    expect(events).toEqual([
      { time: 1_000_000, cpu: 0, thread: 8, switched: [8, 0], ready: [] },
      { time: 2_000_000, cpu: 1, thread: 104, switched: [104, 0], ready: [] },
      { time: 3_000_000, cpu: 1, thread: 0, switched: [0, 104], ready: [] },
      { time: 4_000_000, cpu: 1, thread: 8, switched: [], ready: [104] },
      { time: 4_500_000, cpu: 1, thread: 104, switched: [104, 0], ready: [] },
    ]);
  });
});
