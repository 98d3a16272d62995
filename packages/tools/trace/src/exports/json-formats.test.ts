import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { schemaViolations } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { cpuTable } from "../tables/cpu.ts";
import { cswitchTable } from "../tables/cswitch.ts";
import { sampleSource } from "../testing/sample-profile.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { chromeFormat } from "./chrome.ts";
import { exportSource } from "./export-source.ts";
import { firefoxFormat } from "./firefox.ts";
import type { ProfileFormat, ProfileSource } from "./profile-source.ts";
import { speedscopeFormat } from "./speedscope.ts";

const require = createRequire(import.meta.url);
const SCHEMA = JSON.parse(readFileSync(require.resolve("speedscope/dist/release/file-format-schema.json"), "utf8"));
const HOSTILE = 'a";\n\\</script>\ud800\u2028\0é';

const source = () =>
  sampleSource([
    { time: 1.25, stack: ["app.exe!main", "app.exe!work"] },
    { time: 2.25, weight: 0.1221, stack: ["app.exe!main", `x.dll!${HOSTILE}`], cpu: 1 },
    { time: 3, stack: ["ntoskrnl.exe!"], process: "System", pid: 4, thread: 8 },
    { time: 4, stack: ["app.exe!main", "app.exe!work"] },
    { time: 5, stack: ["!"], pid: 100, process: "other.exe", thread: 204 },
  ]);

// biome-ignore lint/suspicious/noExplicitAny: the tests tell what is in it
function parsed(format: ProfileFormat, from: ProfileSource): any {
  return JSON.parse([...format.pieces(from)].join(""));
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe("speedscope", () => {
  test("is as its schema has it, and keeps all weights", () => {
    const file = parsed(speedscopeFormat, source());
    expect(schemaViolations(SCHEMA, file)).toEqual([]);
    const names = file.shared.frames.map(({ name }: { name: string }) => name);
    const [all, ...threads] = file.profiles;
    expect(all.samples.map((stack: number[]) => stack.map((frame) => names[frame]))).toEqual([
      ["app.exe (100)", "app.exe!main", "app.exe!work"],
      ["app.exe (100)", "app.exe!main", `x.dll!${HOSTILE}`],
      ["System (4)", "ntoskrnl.exe!?"],
      ["app.exe (100)", "app.exe!main", "app.exe!work"],
      ["other.exe (100)", "?!?"],
    ]);
    expect(all).toMatchObject({ unit: "nanoseconds", startValue: 0, endValue: 4_122_100 });
    expect(all.weights).toEqual([1_000_000, 122_100, 1_000_000, 1_000_000, 1_000_000]);
    expect(threads.map(({ name, endValue }: { name: string; endValue: number }) => [name, endValue])).toEqual([
      ["app.exe (100), main (104)", 2_122_100],
      ["System (4), Thread 8", 1_000_000],
      ["other.exe (100), Thread 204", 1_000_000],
    ]);
  });

  test("of nothing is as the schema has it too, and of bytes", () => {
    expect(schemaViolations(SCHEMA, parsed(speedscopeFormat, sampleSource([])))).toEqual([]);
    const bytes = parsed(speedscopeFormat, sampleSource([{ time: 1, weight: 4096, stack: ["a!b"] }], "bytes"));
    expect(bytes.profiles[0]).toMatchObject({ unit: "bytes", weights: [4096] });
  });

  test("the schema is checked indeed", () => {
    const file = parsed(speedscopeFormat, source());
    expect(schemaViolations(SCHEMA, { ...file, profiles: [{ ...file.profiles[0], weights: ["1"] }] })).not.toEqual([]);
    expect(schemaViolations(SCHEMA, { ...file, shared: {} })).toEqual(["$.shared: no frames"]);
  });
});

describe("Firefox", () => {
  test("has tables that all threads share, and the samples of each", () => {
    const { meta, shared, threads } = parsed(firefoxFormat, source());
    expect(meta).toMatchObject({ preprocessedProfileVersion: 70, startTime: 1_704_067_200_000, interval: 0.1221 });
    for (const [name, table] of Object.entries(shared)) {
      if (name === "stringArray") continue;
      const { length, ...columns } = table as Record<string, unknown>;
      for (const column of Object.values(columns)) expect(column, name).toHaveLength(length as number);
    }
    const { stackTable, frameTable, funcTable, resourceTable, stringArray } = shared;
    const stackOf = (stack: number) => {
      const names: string[] = [];
      for (let at = stack; ; at -= stackTable.prefixOffset[at]) {
        const func = frameTable.func[stackTable.frame[at]];
        const resource = funcTable.resource[func];
        const module = resource < 0 ? "" : stringArray[resourceTable.name[resource]];
        names.unshift(`${module}!${stringArray[funcTable.name[func]]}`);
        if (stackTable.prefixOffset[at] === 0) return names;
      }
    };
    const read = threads.map(({ pid, tid, name, processName, isMainThread, samples }: Record<string, object>) => ({
      who: `${processName} ${pid} ${tid} ${name} ${isMainThread}`,
      ...samples,
    }));
    expect(read.map(({ who }: { who: string }) => who)).toEqual([
      "app.exe 100 104 main true",
      "System 4 8 Thread 8 true",
      "other.exe 100.2 204 Thread 204 true",
    ]);
    expect(read[0]).toMatchObject({ time: [1.25, 2.25, 4], weight: [1, 0.1221, 1], weightType: "tracing-ms" });
    expect(read[0].stack.map(stackOf)).toEqual([
      ["app.exe!main", "app.exe!work"],
      ["app.exe!main", `x.dll!${HOSTILE}`],
      ["app.exe!main", "app.exe!work"],
    ]);
    expect(read[1].stack.map(stackOf)).toEqual([["ntoskrnl.exe!ntoskrnl.exe!?"]]);
    expect(read[2].stack.map(stackOf)).toEqual([["!?!?"]]);
  });
});

describe("Chrome's trace events", () => {
  test("have stacks, samples, and who is who", () => {
    const { traceEvents, stackFrames, samples } = parsed(chromeFormat, source());
    const stackOf = (id: number) => {
      const names: string[] = [];
      for (let at = stackFrames[id]; at; at = stackFrames[at.parent]) names.unshift(`${at.category}!${at.name}`);
      return names;
    };
    expect(traceEvents).toContainEqual({ ph: "M", name: "process_name", pid: 4, tid: 8, args: { name: "System" } });
    expect(traceEvents).toContainEqual({ ph: "M", name: "thread_name", pid: 100, tid: 104, args: { name: "main" } });
    expect(samples).toHaveLength(5);
    expect(samples[1]).toMatchObject({ ts: 2250, cpu: 1, pid: 100, tid: 104, weight: 122_100 });
    expect(stackOf(samples[1].sf)).toEqual(["app.exe!main", `x.dll!${HOSTILE}`]);
    expect(sum(samples.map(({ weight }: { weight: number }) => weight))).toBe(4_122_100);
  });

  test("have what ran when, of a synthetic trace with context switches", async () => {
    const analysis = await new SyntheticTrace()
      .process(100, "app.exe")
      .thread(104, 100)
      .contextSwitch(2, 1, 0, 104)
      .contextSwitch(4.5, 1, 104, 0)
      .sample(5, 0, 104, [0x10])
      .analyze([cpuTable, cswitchTable]);
    const { traceEvents } = parsed(chromeFormat, await exportSource(analysis, "synthetic"));
    const ran = traceEvents.filter(({ ph }: { ph: string }) => ph === "X");
    expect(ran).toMatchObject([{ name: "Running", pid: 100, tid: 104, ts: 2000, dur: 2500, args: { cpu: 1 } }]);
    const other = parsed(chromeFormat, await exportSource(analysis, "synthetic", { process: "none.exe" }));
    expect(other.traceEvents).toEqual([]);
  });
});
