import type { EtlTrace } from "@adk/etl";
import { type FieldValue, formatValue } from "@adk/event-schema";
import type { EventDecoder, NamedEvent } from "./event-decoder.ts";
import type { PrintedEvent } from "./perfview-baseline.ts";

/** What PerfView prints that is not in the payload, by the name of the event and of the field. */
const NOT_IN_PAYLOAD: readonly RegExp[] = [
  // Worked out from other events, from parts of a field or from the header.
  / (BuildTime|DiskServiceTimeMSec|ElapsedTimeMSec|ExecutingDPC|ExecutingISR|ParentProcessID|ParentThreadID)$/,
  / (ModuleILFileName|PayloadLength|Priority|ProcessorNumber|Rank|UtcOffsetMinutes)$/,
  /(DiskIO|Memory)\S* FileName$/,
  /Services ProcessName$/,
  /(FinalizeObject|BulkType) Type(ID|Name)(_0)?$/,
  /HeapStats (Depth|TotalHeapSize|TotalPromoted)$/,
  /Kernel-File\/Create (CreateDisposition|CreateOptions|FileAttributes)$/,
  // Of later versions of the event.
  /(Process|Thread)\/\w+ (ApplicationID|PackageFullName|ThreadName)$/,
  /DotNETRuntime\S* (ClientSequenceNumber|GenerationSize4|ObjectSize|OptimizationTier|ReJITID|TotalPromotedSize4)$/,
  // Of an older version, which PerfView takes it for.
  /UdpIp\/(Recv|Send) (context|dsize)$/,
  // Two halves of a number as two fields.
  /KernelTraceControl\/ImageID ProcessID$/,
  // The day of the week in the place of the milliseconds.
  / system_time_type$/,
  // The high half of a 64-bit number whose EventSource says that it has 32 bits.
  /KernelEnableParameters (keywords|stacks)$/,
];

/** Names that PerfView has for fields of the kernel and of the runtime, in small letters. */
const ALIASES: Readonly<Record<string, string>> = {
  pagedirectorybase: "directorytablebase",
  memorycount: "pagefaultcount",
  filekey: "fileobject",
  samplesource: "source",
  irpptr: "irp",
  startaddr: "affinity",
  sessionname: "sessionnamestring",
  logfilename: "logfilenamestring",
};

export interface Comparison {
  /** Printed events whose kind the trace tells. */
  events: number;
  equal: number;
  readonly different: string[];
  /** Printed fields that are not in the payload as they are printed. */
  others: number;
  /** Numbers for which PerfView has a name of its own. */
  enumerators: number;
  /** Printed events that have no layout, or were not found. */
  readonly missing: string[];
}

/** Compares what PerfView printed with what is decoded: an event is known by its time, provider and length. */
export async function compareBaseline(
  trace: EtlTrace,
  decoder: EventDecoder,
  printed: readonly PrintedEvent[],
): Promise<Comparison> {
  const wanted = new Set(
    printed.flatMap(({ milliseconds, length }) => around(milliseconds).map((time) => `${time} ${length}`)),
  );
  const found = new Map<string, NamedEvent[]>();
  const volumes: [string, string][] = [];
  for await (const event of trace.events()) {
    const key = `${event.milliseconds.toFixed(3)} ${event.payload.length}`;
    const named = wanted.has(key) ? decoder.decode(event) : undefined;
    if (named === undefined) continue;
    found.set(key, [...(found.get(key) ?? []), named]);
    const { NtPath, DosPath } = named.decoded.values;
    if (named.layout.opcode === "VolumeMapping") volumes.push([String(NtPath), String(DosPath)]);
  }
  const result: Comparison = { events: 0, equal: 0, different: [], others: 0, enumerators: 0, missing: [] };
  for (const each of printed) {
    const candidates = around(each.milliseconds).flatMap((time) => found.get(`${time} ${each.length}`) ?? []);
    const mine = candidates.filter(({ layout }) => sameProvider(layout.provider.name, each.provider));
    const compared = mine.map((candidate) => ({ candidate, ...compareFields(each, candidate, volumes) }));
    const best = compared.sort((a, b) => a.different.length - b.different.length || b.equal - a.equal)[0];
    if (best === undefined) {
      result.missing.push(`${each.milliseconds} ${each.name} ${each.length}`);
      continue;
    }
    for (const list of found.values()) if (list.includes(best.candidate)) list.splice(list.indexOf(best.candidate), 1);
    result.events++;
    result.equal += best.equal;
    result.others += best.others;
    result.enumerators += best.enumerators;
    result.different.push(...best.different);
  }
  return result;
}

/** Times that are rounded otherwise differ in the last digit. */
function around(milliseconds: string): string[] {
  return [0, -0.001, 0.001].map((by) => (Number(milliseconds) + by).toFixed(3));
}

/** PerfView has another name for kernel events that it does not know itself. */
function sameProvider(name: string, printed: string): boolean {
  return name === printed || (name === "Windows Kernel" && printed === "MSNT_SystemTrace");
}

function compareFields(printed: PrintedEvent, { layout, decoded }: NamedEvent, volumes: readonly [string, string][]) {
  const result = { equal: 0, different: [] as string[], others: 0, enumerators: 0 };
  const byName = new Map(layout.fields.map((field) => [field.name.toLowerCase(), field]));
  for (const [name, text] of printed.fields) {
    const key = name.toLowerCase();
    const field = byName.get(ALIASES[key] ?? "") ?? byName.get(key);
    const value = field && decoded.values[field.name];
    if (NOT_IN_PAYLOAD.some((pattern) => pattern.test(`${printed.name} ${name}`))) {
      result.others++;
      continue;
    }
    if (field === undefined || value === undefined) {
      // PerfView prints fields that a version does not have as empty ones.
      if (text === "") result.others++;
      else result.different.push(`${printed.name} ${name}=${text}: no such field`);
      continue;
    }
    const forms = formsOf(value, formatValue(field, value), volumes);
    if (forms.some((form) => isPrinted(form, text))) result.equal++;
    else if (typeof value !== "string" && /^[A-Za-z_]+(, |$|\.)/.test(text)) result.enumerators++;
    else result.different.push(`${printed.name} ${name}=${text}: ${forms.join(" | ")}`);
  }
  return result;
}

function isPrinted(form: string, text: string): boolean {
  return text.endsWith("...") ? form.startsWith(text.slice(0, -3)) : form === text;
}

/** A value in all the ways in which PerfView may print it. */
function formsOf(value: FieldValue, shown: string, volumes: readonly [string, string][]): string[] {
  if (typeof value === "boolean") return [value ? "True" : "False"];
  if (typeof value === "number" && !Number.isInteger(value)) return [shown];
  if (typeof value === "number" || typeof value === "bigint") return numberForms(BigInt(value), shown);
  if (typeof value === "string" && value.length === 1) return [value, String(value.charCodeAt(0))];
  const volume = volumes.find(([nt]) => nt !== "" && shown.startsWith(nt));
  const mapped = volume === undefined ? shown : volume[1] + shown.slice(volume[0].length);
  // PerfView takes a path without a volume for one of the system's, and names shares as programs do.
  return [shown, mapped, `C:${shown}`, shown.replace("\\Device\\Mup\\", "\\\\")];
}

function numberForms(value: bigint, shown: string): string[] {
  const hexadecimal = `0x${BigInt.asUintN(64, value).toString(16).padStart(8, "0")}`;
  const numbers = [value, BigInt.asIntN(32, value), BigInt.asIntN(64, value), BigInt.asIntN(16, value)];
  const decimal = numbers.flatMap((number) => [String(number), number.toLocaleString("en-US")]);
  const [, time] = /^\d\d(\d\d-\d\d-\d\dT[\d:.]+)Z$/.exec(shown) ?? [];
  const printedTime = time === undefined ? [] : [time.replaceAll("-", "/").replace("T", " ")];
  return [shown, hexadecimal, ...decimal, ...printedTime, ...(value < 2n ? [value === 1n ? "True" : "False"] : [])];
}
