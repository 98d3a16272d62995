import { MemoryAccess } from "@adk/core";
import { type EtlTrace, openEtl } from "@adk/etl";
import { fuzz, mutate, orRefused, type Sample } from "@adk/testing";
import { expect, test } from "vitest";
import { Analysis } from "../analysis.ts";
import { StackTags } from "../stack-tags/stack-tags.ts";
import { Symbolizer } from "../symbols/symbolizer.ts";
import { everydayTrace, everyKernelEvent } from "../testing/every-event.ts";
import { parseWpaProfile } from "../wpaexporter/wpa-profile.ts";
import { explainProfiles } from "../wprp/explain.ts";
import { lintProfile } from "../wprp/lint.ts";
import { newProfile } from "../wprp/new-profile.ts";
import { RecordingProfiles } from "../wprp/recording-profile.ts";
import type { XperfAction } from "./action.ts";
import { ACTIONS } from "./actions.ts";
import { DumpKinds, dumpTrace } from "./dumper.ts";

// Damaged traces are dumped as far as they can be read; damaged documents are refused or read. More by `npm run fuzz`.

/** All of it may be damaged. */
const sampleOf = (bytes: Uint8Array): Sample => ({ bytes, regions: [[0, bytes.length]], edges: [] });

async function dump(trace: EtlTrace): Promise<number> {
  const analysis = await Analysis.with(trace, [DumpKinds]);
  const symbolizer = await Symbolizer.load(analysis.model, []);
  let size = 0;
  await dumpTrace(trace, analysis, symbolizer, { fileName: "t.etl", rawData: true }, async (piece) => {
    size += piece.length;
  });
  return size;
}

test("damaged synthetic traces are dumped or refused", { timeout: 0 }, async () => {
  const samples = await Promise.all(
    [everyKernelEvent(), everydayTrace(), everydayTrace(4)].map((each) => each.toBytes()),
  );
  const options = { executions: 150, mostTime: 5000, outcomes: { dumped: 0.2, refused: 0 } };
  await fuzz(options, async (next, execution) => {
    const bytes = mutate(sampleOf(samples[execution % samples.length] as Uint8Array), next);
    const size = await orRefused(async () => {
      const trace = await openEtl(new MemoryAccess(bytes), { limits: { memoryBytes: 2 ** 26, ratio: 512 } });
      return dump(trace);
    });
    if (size === undefined) return "refused";
    expect(size).toBeGreaterThan(0);
    return "dumped";
  });
});

test("every action tells of damaged traces, or refuses them", { timeout: 0 }, async () => {
  const samples = await Promise.all(
    [everyKernelEvent(), everydayTrace(), everydayTrace(4)].map((each) => each.toBytes()),
  );
  const actions = [...ACTIONS.values()].filter(({ name }) => name !== "dumper");
  const options = { executions: 240, mostTime: 5000, outcomes: { told: 0.2, refused: 0 } };
  await fuzz(options, async (next, execution) => {
    const bytes = mutate(sampleOf(samples[execution % samples.length] as Uint8Array), next);
    const action = actions[next() % actions.length] as XperfAction;
    const told = await orRefused(async () => {
      const trace = await openEtl(new MemoryAccess(bytes), { limits: { memoryBytes: 2 ** 26, ratio: 512 } });
      using analysis = await Analysis.with(trace, action.collectors);
      await using opened = { trace, async [Symbol.asyncDispose]() {} };
      const target = next() % 2 === 0 ? "human" : "machine";
      // Those that take no value, some of them.
      const flags = Object.entries(action.options).filter(([, { least }]) => least === 0 && next() % 2 === 0);
      const chosen = new Map(flags.map(([name]) => [name, []]));
      const context = { opened, analysis, options: chosen, range: undefined, target, symbols: undefined } as const;
      await action.run({ ...context, fileName: "t.etl", cwd: "", operation: {}, write: async () => {} });
      return true;
    });
    return told ? "told" : "refused";
  });
});

test("damaged documents are read or refused", { timeout: 0 }, async () => {
  const wprp = newProfile({
    name: "All",
    cpu: true,
    disk: true,
    stacks: true,
    providers: ["*A", "B:0x1:5"],
    mode: "both",
  });
  const tags = '<Tag Name=""><Tag Name="A" Priority="1"><Entrypoint Module="a.dll" Method="*"/></Tag></Tag>';
  const wpa =
    '<WpaProfileContainer><View><Graph Guid="x"><Preset Name="p"><Columns><Column Name="Disk" IsVisible="true"/></Columns></Preset></Graph></View></WpaProfileContainer>';
  const readers = [
    {
      text: wprp,
      read: (bytes: Uint8Array) => {
        const profiles = RecordingProfiles.parse(bytes);
        return [lintProfile(profiles), explainProfiles(profiles, "x")];
      },
    },
    { text: tags, read: (bytes: Uint8Array) => StackTags.parse(bytes).tagOf({ module: "a.dll", function: "f" }) },
    { text: wpa, read: (bytes: Uint8Array) => parseWpaProfile(bytes) },
  ].map(({ text, read }) => ({ sample: sampleOf(new TextEncoder().encode(text)), read }));
  const options = { executions: 600, mostTime: 2000, outcomes: { read: 0.05, refused: 0.05 } };
  await fuzz(options, async (next, execution) => {
    const { sample, read } = readers[execution % readers.length] as (typeof readers)[number];
    const bytes = mutate(sample, next);
    return (await orRefused(async () => [read(bytes)])) === undefined ? "refused" : "read";
  });
});
