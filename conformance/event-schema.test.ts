import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type EtlTrace, openEtlFiles } from "@adk/etl";
import { eventMessage, type FieldValue, formatValue } from "@adk/event-schema";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { compareBaseline } from "./support/compare-baseline.ts";
import { describeWithData } from "./support/data.ts";
import { EventDecoder, type NamedEvent } from "./support/event-decoder.ts";
import { describeWithPeer } from "./support/peers.ts";
import { readBaseline } from "./support/perfview-baseline.ts";

async function decodeAll(trace: EtlTrace, provider?: string): Promise<NamedEvent[]> {
  const decoder = await EventDecoder.of(trace);
  const events: NamedEvent[] = [];
  for await (const event of trace.events()) {
    const named = decoder.decode(event);
    if (named !== undefined && (provider ?? named.layout.provider.name) === named.layout.provider.name)
      events.push(named);
  }
  return events;
}

/** Fields as text. */
function shown({ layout, decoded: { values } }: NamedEvent): Record<string, string> {
  return Object.fromEntries(layout.fields.map((field) => [field.name, formatValue(field, values[field.name] ?? null)]));
}

function unzipped(path: string): string {
  const unpacked = join(temporaryDirectory(), basename(path, ".gz"));
  writeFileSync(unpacked, gunzipSync(readFileSync(path)));
  return unpacked;
}

describeWithData("trace", (data) => {
  describeWithPeer(["7zz"], (sevenZip) => {
    const directory = temporaryDirectory();
    const logs = {
      "net.4.5.2.x64": ["net.4.5.2.x64.etl.zip", "net.4.5.2.x64.etl"],
      gcevents: ["gcevents.etl.zip", "PerfViewData.etl"],
      "primitive-types": ["primitive-types.etl.zip", "primitive-types.etl"],
      JL: ["JL_PerfViewData.etl.zip", "PerfViewData.etl"],
      diaghub: ["diaghub-dotnetcore3.1-win-x64-diagsession.zip", "diaghub.etl"],
      TraceLoggingTester: ["TraceLoggingTester.7z", "TraceLoggingTester.etl"],
    } as const;
    const pathOf = (name: keyof typeof logs) => join(directory, ...logs[name]);

    beforeAll(async () => {
      for (const [archive] of Object.values(logs)) {
        await sevenZip.run(["e", "-y", `-o${join(directory, archive)}`, join(data, archive)]);
      }
    });

    // The one event that is missing has no fields. Two of its enumerations are PerfView's own.
    test.each([
      ["net.4.5.2.x64", "net.4.5.2.x64.baseline.txt.gz", { events: 479, missing: 1, fields: 2680, equal: 2669 }],
      ["primitive-types", "primitive-types.baseline.txt", { events: 6, missing: 0, fields: 81, equal: 81 }],
      ["gcevents", "gcevents.baseline.txt", { events: 52, missing: 0, fields: 296, equal: 294 }],
    ] as const)("%s: fields as PerfView prints them", async (name, baseline, expected) => {
      await using trace = await openEtlFiles([pathOf(name)]);
      const printed = readBaseline(join(data, baseline));
      const { events, equal, missing, different } = await compareBaseline(trace, await EventDecoder.of(trace), printed);
      // Which collection a summary is of is not told where a background collection runs.
      expect(different.filter((each) => !each.includes("GC/HeapStats Depth="))).toEqual([]);
      const fields = printed.reduce((sum, each) => sum + each.fields.length, 0);
      expect({ events, missing: missing.length, fields, equal }).toEqual(expected);
      expect(equal / fields).toBeGreaterThan(0.99);
    });

    test.each([
      ["net.4.5.2.x64", 61, 53_158],
      ["JL", 16, 64],
      // Only what is known of the runtime.
      ["gcevents", 0, 69],
      // The events of its schemas are in the other logs.
      ["diaghub", 17, 0],
      ["TraceLoggingTester", 10, 47_560],
    ] as const)("%s: schemas in the trace fit every event", async (name, schemas, events) => {
      await using trace = await openEtlFiles([pathOf(name)]);
      const decoder = await EventDecoder.of(trace);
      expect(decoder.embedded.size).toBe(schemas);
      expect(decoder.embedded.findings.list).toEqual([]);
      expect(decoder.manifests.findings.list).toEqual([]);
      const misfits = new Map<string, number>();
      let fitting = 0;
      for await (const event of trace.events()) {
        if (event.kind.form !== "event") continue;
        const named = decoder.decode(event);
        if (named === undefined) continue;
        const { truncated, trailing } = named.decoded;
        if (truncated === undefined && trailing === undefined) fitting++;
        else misfits.set(named.layout.name, (misfits.get(named.layout.name) ?? 0) + 1);
      }
      expect(fitting).toBe(events);
      // The runtime's manifest in the trace says that a stack has two frames; an enumeration of 64 bits is said to have 32.
      const known = ["Microsoft-Windows-DotNETRuntime/CLRStack/CLRStackWalk", "PerfView/ClrEnableParameters"];
      expect([...misfits.keys()].filter((each) => !known.includes(each))).toEqual([]);
    });

    // What extended disk configuration says, and opcode 37 of the events of a merge, nobody has told.
    test.each([
      ["net.4.5.2.x64", ["9b79ee91-b5fd-41c0-a243-4248e266e9d0:37"]],
      ["TraceLoggingTester", ["0xb13", "9b79ee91-b5fd-41c0-a243-4248e266e9d0:37"]],
      ["diaghub", ["9b79ee91-b5fd-41c0-a243-4248e266e9d0:37"]],
    ] as const)("%s: every kernel event has a layout, and its bytes", async (name, unknown) => {
      await using trace = await openEtlFiles([pathOf(name)]);
      const decoder = await EventDecoder.of(trace);
      const [misfits, undescribed] = [new Set<string>(), new Set<string>()];
      for await (const event of trace.events()) {
        const { kind, payload } = event;
        if (kind.form !== "kernel" && kind.form !== "classic") continue;
        const { layout, decoded } = decoder.decode(event) ?? {};
        if (layout === undefined || (layout.fields.length === 0 && payload.length > 0)) {
          undescribed.add(kind.form === "kernel" ? `0x${kind.hook.toString(16)}` : `${kind.provider}:${kind.opcode}`);
        } else if (decoded?.truncated !== undefined || decoded?.trailing !== undefined) {
          misfits.add(`${layout.name} ${decoded.truncated ?? ""} ${decoded.trailing?.length ?? ""}`);
        }
      }
      expect([...misfits]).toEqual([]);
      expect([...undescribed].sort()).toEqual(unknown);
    });

    test("events say in words what the texts in a trace have for them", async () => {
      await using trace = await openEtlFiles([pathOf("net.4.5.2.x64")]);
      const decoder = await EventDecoder.of(trace);
      const says = new Map<string, string>();
      const references: string[] = [];
      for await (const event of trace.events()) {
        const { layout, decoded } = decoder.decode(event) ?? {};
        const message = layout && eventMessage(layout)?.(decoded?.values ?? {});
        if (!layout || message === undefined) continue;
        if (!says.has(layout.name)) says.set(layout.name, message);
        if (/%\d/.test(message)) references.push(message);
      }
      expect(references).toEqual([]);
      expect(says.size).toBe(58);
      const of = (name: string) => says.get(`Microsoft-Windows-${name}`);
      expect(of("Kernel-EventTracing/ETW_TASK_PROVIDER/ETW_OPCODE_ENABLE")).toBe(
        'Provider {B675EC37-BDB6-4648-BC92-F3FDC74D3CA2} has been enabled to session "PerfViewSession".',
      );
      // PerfView prints the same process, parent and session of the kernel's event.
      expect(of("Kernel-Process/ProcessStart/Start")).toMatch(
        /^Process 3676 started at time 2020-07-29T00:07:03\.3564008Z by parent 3508 running in session 1 with name .*\\Test\.x64\.exe\.$/,
      );
      expect(of("DNS-Client/DnsServerForInterface")).toBe(
        "Interface: Ethernet Total DNS Server Count: 4 Index: 1 Address: [2001:4898::1050:1050]:0 (dynamic)",
      );
    });

    test("how the machine was booted, virtual machines, network adapters, processors that lost events", async () => {
      await using trace = await openEtlFiles([pathOf("TraceLoggingTester")]);
      const events = await decodeAll(trace);
      const valuesOf = (of: string) =>
        events.filter(({ layout }) => layout.name === of).map((each) => each.decoded.values);
      expect(valuesOf("Windows Kernel/SystemConfig/Boot")).toEqual([
        expect.objectContaining({ FirmwareType: 2, SecureBootEnabled: false, SecureBootCapable: true }),
      ]);
      expect(valuesOf("Windows Kernel/SystemConfig/Virtualization")).toEqual([
        expect.objectContaining({ VbsEnabled: false, HyperVisorEnabled: true }),
      ]);
      expect(valuesOf("Windows Kernel/EventTrace/LastDroppedTimes")).toContainEqual(
        expect.objectContaining({ TimeStampCount: 20, TimeStamps: Array(20).fill(0n) }),
      );
      const adapters = valuesOf("Windows Kernel/SysConfig/NetworkInterface");
      expect(adapters).toHaveLength(56);
      expect(adapters[0]).toMatchObject({
        Alias: expect.stringMatching(/^vSwitch \(Default Switch\)-Hyper-V Virtual Switch/),
        Type: 6,
      });
    });
  });

  describe("made events of a program's modules and processes", () => {
    const text = readFileSync(join(data, "sawbuck_expected_values.txt"), "utf8");
    const modules = [...text.matchAll(/\{\s+(0x\w+), \/\/ base_address([\s\S]*?)\},/g)].map(
      ([, base = "", rest = ""]) => {
        const numbers = [...rest.matchAll(/(0x\w+),/g)].map(([, number]) => Number(number));
        const path = [...rest.matchAll(/L"([^"]*)"/g)].map(([, part = ""]) => part.replaceAll("\\\\", "\\")).join("");
        return { base: Number(base), size: numbers[0], checksum: numbers[1], timeDateStamp: numbers[2], path };
      },
    );

    test.each([
      ["sawbuck_image_data_32_v0", 4],
      ["sawbuck_image_data_64_v1", 8],
      ["sawbuck_image_data_32_v2", 4],
    ] as const)("%s", async (name, pointerSize) => {
      await using trace = await openEtlFiles([unzipped(join(data, `${name}.etl.gz`))], { pointerSize });
      const events = await decodeAll(trace, "Windows Kernel");
      const images = events.filter(({ layout }) => layout.task === "Image").map(({ decoded }) => decoded.values);
      expect(modules.length).toBe(24);
      const number = (value: FieldValue | undefined) => (value === undefined ? undefined : Number(value));
      for (const { base, size, checksum, timeDateStamp, path } of modules) {
        const image = images.find((values) => number(values["ImageBase"] ?? values["BaseAddress"]) === base);
        expect(number(image?.["ImageSize"] ?? image?.["ModuleSize"])).toBe(size);
        expect(image?.["FileName"] ?? image?.["ImageFileName"]).toBe(path);
        if (!name.endsWith("v2")) continue;
        expect(image).toMatchObject({ ImageChecksum: checksum, TimeDateStamp: timeDateStamp });
      }
    });

    test.each([
      ["sawbuck_process_data_32_v1", 4, false],
      ["sawbuck_process_data_64_v3", 8, true],
    ] as const)("%s", async (name, pointerSize, isWhole) => {
      await using trace = await openEtlFiles([unzipped(join(data, `${name}.etl.gz`))], { pointerSize });
      const events = await decodeAll(trace, "Windows Kernel");
      const processes = events.filter(({ layout }) => layout.task === "Process").map(({ decoded }) => decoded.values);
      const notepad = processes.find(({ ImageFileName }) => ImageFileName === "notepad.exe");
      const user = "S-1-5-21-753675414-103939432-3550797041-1000";
      expect(notepad).toMatchObject({ ProcessId: 1776, ParentId: 988, SessionId: 1, UserSID: user });
      if (!isWhole) return;
      expect(notepad?.["CommandLine"]).toBe('"C:\\Windows\\system32\\notepad.exe" ');
      expect(processes.find(({ ProcessId }) => ProcessId === 264)).toMatchObject({
        ParentId: 4,
        UserSID: "S-1-5-18",
        ImageFileName: "smss.exe",
        CommandLine: "\\SystemRoot\\System32\\smss.exe",
      });
    });
  });

  test("one event of a small program", async () => {
    await using trace = await openEtlFiles([unzipped(join(data, "hw3d_trace.etl.gz"))]);
    const [event] = (await decodeAll(trace)).filter(({ layout }) => layout.task === "WinMain");
    expect(event?.layout.name).toBe("Atum-Hw3d/WinMain");
    expect(event?.decoded.values).toEqual({ lpCmdLine: "", nCmdShow: 10 });
  });

  test("a log of a service as dissect.etl reads it", async () => {
    await using trace = await openEtlFiles([join(data, "waasmedic.20251005_113019_195.etl")]);
    const events = await decodeAll(trace);
    const peer = readFileSync(join(data, "waasmedic.s4.stdout"), "utf8");
    const own = events.filter(({ event }) => event.kind.form === "event");
    expect(own.map((each) => shown(each)["m"])).not.toContain("");
    // The peer shows the schema of an event, but none of its fields.
    const schemas = [...peer.matchAll(/'ProviderName': b'(.*?)'.*'EventSchema': b'\\x0\w\\x00\\x00(\w+)\\x00m/g)];
    expect(own.map(({ layout }) => layout.name)).toEqual(schemas.map(([, provider, name]) => `${provider}/${name}`));
    expect(own.length).toBe(17);
    const header = events.find(({ layout }) => layout.task === "EventTrace" && layout.opcode === "")?.decoded.values;
    const numbers = /BufferSize=(0x\w+) .* EndTime=(0x\w+) .* PerfFreq=(0x\w+) /.exec(peer) ?? [];
    expect([header?.["BufferSize"], header?.["EndTime"], header?.["PerfFreq"]].map(Number)).toEqual(
      numbers.slice(1, 4).map(Number),
    );
  });
});
