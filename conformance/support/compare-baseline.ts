import type { EtlTrace } from "@adk/etl";
import { type FieldLayout, type FieldValue, formatValue, type ValueMap, valueName } from "@adk/event-schema";
import type { EventDecoder, NamedEvent } from "./event-decoder.ts";
import type { PrintedEvent } from "./perfview-baseline.ts";
import { derivedField, KnownFromOthers } from "./perfview-derived.ts";

/** What PerfView prints and these events do not say, by the name of the event and of the field. */
const NOT_IN_PAYLOAD: readonly RegExp[] = [
  // Bits whose place is not known: zero in all events.
  /PerfInfo\/Sample Rank$/,
  // Names of the groups of the kernel's events that PerfView has for a number.
  /KernelEnableParameters (keywords|stacks)$/,
];

/** Fields of later versions of an event: PerfView prints them as empty ones where they are not. */
const OF_LATER_VERSIONS: readonly RegExp[] = [
  /(Process|Thread)\/\w+ (ApplicationID|PackageFullName|ThreadName)$/,
  /DotNETRuntime\S* (ClientSequenceNumber|GenerationSize4|ObjectSize|OptimizationTier|ReJITID|TotalPromotedSize4)$/,
  /(PerHeapHistory|GlobalHeapHistory) \w+$/,
];
const EMPTY = new Set(["", "0", "Unknown"]);

/** Names of values that PerfView has for those of the runtime's manifest. */
const RENAMED: Readonly<Record<string, string>> = {
  Plug: "PlugsInCondemned",
  PinnedHeap: "PinnedObjectHeap",
};

/** FileShare of .NET. */
const FILE_SHARE: ValueMap = {
  name: "FileShare",
  kind: "bits",
  entries: new Map([
    [1, "Read"],
    [2, "Write"],
    [4, "Delete"],
  ]),
};

/** Reasons to compact a heap: the lowest bit that is set is the number of one. */
const COMPACT_REASONS = ["compact_low_ephemeral", "compact_high_frag", "compact_no_gaps", "compact_loh_forced"];

/** Names that PerfView has for fields of the kernel and of the runtime, in small letters. */
const ALIASES: Readonly<Record<string, string>> = {
  pagedirectorybase: "directorytablebase",
  memorycount: "pagefaultcount",
  filekey: "fileobject",
  samplesource: "source",
  irpptr: "irp",
  startaddr: "affinity",
  promoted: "bytes",
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
  const known = new KnownFromOthers(trace.clock);
  for await (const event of trace.events()) {
    const named = decoder.decode(event);
    if (named === undefined) continue;
    known.add(named);
    const key = `${event.milliseconds.toFixed(3)} ${event.payload.length}`;
    if (!wanted.has(key)) continue;
    found.set(key, [...(found.get(key) ?? []), named]);
    const { NtPath, DosPath } = named.decoded.values;
    if (named.layout.opcode === "VolumeMapping") volumes.push([String(NtPath), String(DosPath)]);
  }
  const result: Comparison = { events: 0, equal: 0, different: [], others: 0, enumerators: 0, missing: [] };
  for (const each of printed) {
    const candidates = around(each.milliseconds).flatMap((time) => found.get(`${time} ${each.length}`) ?? []);
    const mine = candidates.filter(({ layout }) => sameProvider(layout.provider.name, each.provider));
    const compared = mine.map((candidate) => ({ candidate, ...compareFields(each, candidate, volumes, known) }));
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

function compareFields(
  printed: PrintedEvent,
  event: NamedEvent,
  volumes: readonly [string, string][],
  known: KnownFromOthers,
) {
  const { layout, decoded } = event;
  const result = { equal: 0, different: [] as string[], others: 0, enumerators: 0 };
  const byName = new Map(layout.fields.map((field) => [field.name.toLowerCase(), field]));
  for (const [name, whole] of printed.fields) {
    // The milliseconds are not those of the payload: compared to the second.
    const text = name === "system_time_type" ? whole.replace(/\..*$/, "...") : whole;
    const fullName = `${printed.name} ${name}`;
    if (NOT_IN_PAYLOAD.some((pattern) => pattern.test(fullName))) {
      result.others++;
      continue;
    }
    const key = name.toLowerCase();
    const derive = derivedField(fullName);
    const field = byName.get(ALIASES[key] ?? "") ?? byName.get(key);
    const value = derive ? derive(event, known) : field && decoded.values[field.name];
    if (value === undefined) {
      const isLater = EMPTY.has(text) && OF_LATER_VERSIONS.some((pattern) => pattern.test(fullName));
      if (isLater || (derive && text === "")) result.equal++;
      else result.different.push(`${fullName}=${text}: no such field`);
      continue;
    }
    const shown = derive || field === undefined ? String(value) : formatValue(field, value);
    const forms = [...formsOf(value, shown, volumes), ...(derive ? [] : enumeratorsOf(name, value, field))];
    if (forms.some((form) => isPrinted(form, text))) result.equal++;
    else if (typeof value !== "string" && /^[A-Za-z_]+(, |$|\.)/.test(text)) result.enumerators++;
    else result.different.push(`${fullName}=${text}: ${forms.join(" | ")}`);
  }
  return result;
}

function isPrinted(form: string, text: string): boolean {
  return text.endsWith("...") ? form.startsWith(text.slice(0, -3)) : form === text;
}

/** Names of a value in the words of PerfView. */
function enumeratorsOf(name: string, value: FieldValue, field: FieldLayout | undefined): string[] {
  if (typeof value !== "number") return [];
  if (name === "IrpFlags") return [irpFlags(value)];
  if (name === "ShareAccess") return [valueName(FILE_SHARE, value).replace("Read, Write", "ReadWrite")];
  if (name === "CompactMechanisms" && value !== 0) return [COMPACT_REASONS[31 - Math.clz32(value & -value)] ?? ""];
  if (name === "CompactMechanisms" || name === "ExpandMechanisms") return value === 0 ? ["not_specified"] : [];
  if (field?.map === undefined) return [];
  return value === 0 ? ["None"] : [RENAMED[valueName(field.map, value)] ?? ""];
}

/** PerfView has fewer flags, and another name for one of them. */
function irpFlags(value: number): string {
  const names = [value & 1 ? "Nocache" : "", value & 2 ? "MountCompletion" : ""].filter((each) => each !== "");
  return names.length === 0 ? "None" : names.join(", ");
}

/** A value in all the ways in which PerfView may print it. */
function formsOf(value: FieldValue, shown: string, volumes: readonly [string, string][]): string[] {
  if (typeof value === "boolean") return [value ? "True" : "False"];
  if (typeof value === "number" && !Number.isInteger(value)) return [shown];
  if (typeof value === "number" || typeof value === "bigint") return numberForms(BigInt(value), shown);
  if (typeof value === "string" && value.length === 1) return [value, String(value.charCodeAt(0))];
  const volume = volumes.find(([nt]) => nt !== "" && shown.startsWith(nt));
  const mapped = volume === undefined ? shown : volume[1] + shown.slice(volume[0].length);
  if (/^\d{4}(-\d\d){2}T/.test(shown)) return [shown.slice(2).replaceAll("-", "/").replace("T", " ")];
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
