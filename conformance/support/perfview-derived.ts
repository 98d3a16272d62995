import type { TraceClock } from "@adk/etl";
import { type FieldValue, IO_PRIORITY, ioPriority, valueName } from "@adk/event-schema";
import type { NamedEvent } from "./event-decoder.ts";

type Values = Readonly<Record<string, FieldValue>>;
/** The value that is printed; undefined if the events before it do not tell. */
type Derive = (event: NamedEvent, known: KnownFromOthers) => FieldValue | undefined;

/** What PerfView prints as a field and works out from others, from other events or from the header. */
const DERIVED: readonly (readonly [name: RegExp, derive: Derive])[] = [
  // Minutes to add to the local time.
  [
    /EventTrace UtcOffsetMinutes$/,
    ({ decoded: { values } }) => (values["TimeZoneInformation"] as Values | undefined)?.["Bias"],
  ],
  [/ BuildTime$/, ({ decoded: { values } }) => dateOf(values["TimeDateStamp"])],
  [/PerfInfo\/Sample ProcessorNumber$/, ({ event }) => event.processor],
  // Two flags, and from the fourth bit on a priority.
  [/PerfInfo\/Sample ExecutingDPC$/, ({ decoded: { values } }) => (Number(values["Reserved"]) & 1) !== 0],
  [/PerfInfo\/Sample ExecutingISR$/, ({ decoded: { values } }) => (Number(values["Reserved"]) & 2) !== 0],
  [/PerfInfo\/Sample Priority$/, ({ decoded: { values } }) => (Number(values["Reserved"]) >>> 3) & 31],
  // Read out of the high half of the size of the image; the header of the event has the process.
  [/KernelTraceControl\/ImageID ProcessID$/, ({ event }) => Buffer.from(event.payload).readUInt32LE(12)],
  // That of the process of the service in place of the field.
  [/Services ProcessName$/, ({ decoded: { values } }, known) => known.processNames.get(Number(values["ProcessId"]))],
  // Who starts a thread logs that it did.
  [/Kernel\/Thread\/Start ParentThreadID$/, ({ event }) => event.threadId],
  [/Kernel\/Thread\/Start ParentProcessID$/, ({ event }) => event.processId],
  [/Kernel\/Thread\/\w+ Parent(Thread|Process)ID$/, () => -1],
  // One number of NtCreateFile.
  [/File\/Create CreateOptions$/, ({ decoded: { values } }) => Number(values["CreateOptions"]) & 0xff_ffff],
  [/File\/Create CreateDisposition$/, ({ decoded: { values } }) => DISPOSITIONS[dispositionOf(values)]],
  [/File\/Create FileAttributes$/, ({ decoded: { values } }) => values["CreateAttributes"]],
  // Taken for an older version, which began with an address and ended with a 16-bit size.
  [/UdpIp\/\w+ context$/, ({ event }) => Buffer.from(event.payload).readBigUInt64LE(0)],
  [/UdpIp\/\w+ dsize$/, ({ event }) => Buffer.from(event.payload).readUInt16LE(22)],
  [/DiskIO\/\w+ Priority$/, ({ decoded: { values } }) => priorityOf(Number(values["IrpFlags"]))],
  [/DiskIO\/\w+ ElapsedTimeMSec$/, (event, known) => rounded(known.elapsed(event))],
  [/DiskIO\/\w+ DiskServiceTimeMSec$/, (event, known) => rounded(known.serviceTimes.get(event))],
  [/(DiskIO|Memory)\/\w+ FileName$/, ({ decoded: { values } }, known) => known.fileNames.get(values["FileObject"])],
  [/HardFault ElapsedTimeMSec$/, (event, known) => rounded(known.sinceInitialTime(event))],
  [/ ModuleILFileName$/, ({ decoded: { values } }) => /[^\\]*$/.exec(String(values["ModuleILPath"]))?.[0]],
  [/HeapStats TotalHeapSize$/, ({ decoded: { values } }) => sumOf(values, "GenerationSize")],
  [/HeapStats TotalPromoted$/, ({ decoded: { values } }) => sumOf(values, "TotalPromotedSize")],
  [/HeapStats Depth$/, (event, known) => known.depths.get(event)],
  [/FinalizeObject TypeName$/, ({ event, decoded: { values } }, known) => known.typeName(event, values["TypeID"])],
  [/BulkType TypeID_0$/, ({ decoded: { values } }) => firstOf(values)["TypeID"]],
  [/BulkType TypeName_0$/, ({ decoded: { values } }) => firstOf(values)["Name"]],
  [/ManifestData PayloadLength$/, ({ event }) => event.payload.length],
];

const DISPOSITIONS = ["SUPERSEDE", "OPEN_EXISTING", "CREATE_NEW", "OPEN_ALWAYS", "TRUNCATE_EXISTING", "CREATE_ALWAYS"];

/** What other events say of one. They are told in their order. */
export class KnownFromOthers {
  readonly #clock: TraceClock;
  readonly #lastOfDisk = new Map<FieldValue | undefined, number>();
  readonly #types = new Map<string, string>();
  readonly fileNames = new Map<FieldValue | undefined, string>();
  readonly processNames = new Map([[0, "Idle"]]);
  readonly serviceTimes = new Map<NamedEvent, number>();
  /** The generation of the collection that began before. */
  readonly depths = new Map<NamedEvent, FieldValue | undefined>();
  readonly #lastDepths = new Map<number | undefined, FieldValue | undefined>();

  constructor(clock: TraceClock) {
    this.#clock = clock;
  }

  add(named: NamedEvent): void {
    const { event, layout, decoded } = named;
    const { values } = decoded;
    if (layout.task === "FileIO" && "FileName" in values && !this.fileNames.has(values["FileObject"])) {
      this.fileNames.set(values["FileObject"], String(values["FileName"]));
    }
    if (layout.task === "GarbageCollection") {
      if (layout.opcode === "Start") this.#lastDepths.set(event.processId, values["Depth"]);
      if (layout.opcode === "GCHeapStats") this.depths.set(named, this.#lastDepths.get(event.processId));
    }
    if (layout.opcode === "BulkType") {
      for (const type of values["Values"] as unknown as Values[]) {
        this.#types.set(`${event.processId}/${type["TypeID"]}`, String(type["Name"]));
      }
    }
    if (layout.task === "Process" && "ImageFileName" in values && Number(values["ProcessId"]) !== 0) {
      this.processNames.set(Number(values["ProcessId"]), String(values["ImageFileName"]).replace(/\.exe$/i, ""));
    }
    if (layout.task === "DiskIO" && "DiskNumber" in values && "TransferSize" in values) {
      const last = this.#lastOfDisk.get(values["DiskNumber"]) ?? Number.NEGATIVE_INFINITY;
      this.serviceTimes.set(named, Math.min(this.elapsed(named), event.milliseconds - last));
      this.#lastOfDisk.set(values["DiskNumber"], event.milliseconds);
    }
  }

  /** Milliseconds that a disk request took. */
  elapsed({ decoded: { values } }: NamedEvent): number {
    return this.#clock.toMilliseconds(Number(values["HighResResponseTime"]));
  }

  sinceInitialTime({ event, decoded: { values } }: NamedEvent): number {
    const ticks = BigInt(values["InitialTime"] as bigint) - this.#clock.origin;
    return event.milliseconds - this.#clock.toMilliseconds(Number(ticks));
  }

  typeName({ processId }: NamedEvent["event"], type: FieldValue | undefined): string | undefined {
    return this.#types.get(`${processId}/${type}`);
  }
}

/** Undefined for fields that are not derived. */
export function derivedField(name: string): Derive | undefined {
  return DERIVED.find(([pattern]) => pattern.test(name))?.[1];
}

/** `12/07/26 02:42:02.00`: the year has two digits. */
function dateOf(seconds: FieldValue | undefined): string | undefined {
  if (typeof seconds !== "number") return undefined;
  return new Date(seconds * 1000).toISOString().slice(2, 22).replaceAll("-", "/").replace("T", " ");
}

/** To three digits, halves upwards. */
function rounded(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : (Math.round(milliseconds * 1000) / 1000).toFixed(3);
}

function dispositionOf(values: Values): number {
  return Number(values["CreateOptions"]) >>> 24;
}

function priorityOf(irpFlags: number): string {
  const name = valueName(IO_PRIORITY, ioPriority(irpFlags));
  return name === "VeryLow" ? "Verylow" : name;
}

function sumOf(values: Values, name: string): bigint {
  return [0, 1, 2, 3, 4].reduce((sum, generation) => sum + BigInt(Number(values[`${name}${generation}`] ?? 0)), 0n);
}

function firstOf(values: Values): Values {
  return (values["Values"] as unknown as Values[] | undefined)?.[0] ?? {};
}
