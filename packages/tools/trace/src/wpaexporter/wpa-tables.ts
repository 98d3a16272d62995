import type { Guid } from "@adk/core";

/** What a kind of tables of WPA is here. */
export interface WpaTable {
  /** Of our table; `generic events`, `thread lifetimes` and `regions` are made for an export only. */
  readonly name: string;
  /** What files of it are called, as far as exports of others show. */
  readonly title: string;
  /** Its GUID in profiles of the second form: facts of public profiles. */
  readonly guid: Guid | undefined;
  /** Names of classes in profiles of the first form, in small letters. */
  readonly classes: readonly string[];
  /** Our columns by WPA's names, in small letters, where these are not the labels. */
  readonly columns: Readonly<Record<string, string>>;
  /** A row is an event or a thing: WPA counts it with a column Count. */
  readonly counted: boolean;
  /** Durations are seconds there where a profile does not say otherwise. */
  readonly inSeconds: readonly string[];
}

/** A process, and what it is called without its identifier. */
const PROCESS = { "process (name)": "process" };

function wpaTable(name: string, title: string, guid: Guid | undefined, more: Partial<WpaTable> = {}): WpaTable {
  const { classes = [], columns = {}, counted = true, inSeconds = [] } = more;
  return { name, title, guid, classes, columns: { ...PROCESS, ...columns }, counted, inSeconds };
}

export const GENERIC_EVENTS = "generic events";
export const REGIONS = "regions";
export const THREADS = "thread lifetimes";

const WPA_TABLES: readonly WpaTable[] = [
  wpaTable("cpu", "CPU Usage (Sampled)", "b855361e-7be0-4bc8-a754-3e8507715ca5", {
    classes: ["cpusampling"],
    columns: { "weight (in view)": "weight", timestamp: "time" },
  }),
  wpaTable("cswitch", "CPU Usage (Precise)", "c58f5fea-0319-4046-932d-e695ebe20b47", {
    classes: ["cpuscheduling", "contextswitch"],
    columns: { "cpu usage (in view)": "cpuUsage", "new process (name)": "newProcess" },
  }),
  wpaTable("dpc", "DPC/ISR Duration", "79926001-a767-4658-9d56-cdbfc8140de9", {
    classes: ["dpcisr"],
    columns: {
      "dpc/isr enter time": "enter",
      "dpc/isr exit time": "exit",
      duration: "inclusive",
      "count (dpcs/isrs)": "count",
    },
  }),
  wpaTable("disk", "Disk Usage", "12c5387c-58ca-45d4-a5c6-450475c30e06", {
    classes: ["diskio"],
    columns: {
      "min offset": "offset",
      "max offset": "offset",
      "qd/i - queue depth at init time": "queueDepthInit",
      "qd/c - queue depth at complete time": "queueDepthComplete",
    },
  }),
  wpaTable("fileio", "File I/O", "e2a7d340-0dbd-4f24-8b26-e5388eeaf562", {
    classes: ["fileio"],
    columns: { thread: "thread", result: "status", "start time": "start", "end time": "end" },
  }),
  wpaTable("hardfault", "Hard Faults", "7c60aeff-a47f-4ba8-942c-d2b154087ab9", {
    classes: ["hardfault"],
    columns: {
      "file name": "path",
      "max io time": "ioTime",
      "avg io time": "ioTime",
      "min io time": "ioTime",
      bytecount: "size",
      "file offset": "offset",
      "log time": "completeTime",
    },
  }),
  wpaTable("registry", "Registry", "e97b189d-b977-4e41-9448-8c214c166f84", {
    classes: ["registry"],
    columns: { "entire key (base+remainder)": "path", "operation time": "time" },
  }),
  wpaTable("process", "Processes", "b186f02d-8d06-4bbb-9ad1-abf7985fb61a", {
    classes: ["processes", "processlifetime"],
    columns: {
      "session id": "session",
      "package full name": "package",
      "max duration": "duration",
      "avg duration": "duration",
      "min duration": "duration",
    },
    inSeconds: ["duration"],
  }),
  wpaTable(THREADS, "Thread Lifetimes", "a20f1ccd-d67f-4cdf-a186-0fd3f6535f18", {
    classes: ["threads", "threadlifetime", "threadlifetimes"],
    columns: { "thread id": "thread" },
    inSeconds: ["duration"],
  }),
  wpaTable("image", "Images", "a1df89f9-5b2a-449e-aaab-1bcc3fd25c84", {
    classes: ["images"],
    columns: {
      "image name": "image",
      "image path": "path",
      imagesize: "size",
      "start address": "base",
      "start time": "load",
      "end time": "unload",
    },
  }),
  wpaTable("network", "TCP/IP", "21214383-88f8-4603-9eac-2a6422756b11", {
    columns: {
      "local address": "local",
      "remote address": "remote",
      "bytes sent": "sent",
      "bytes received": "received",
      "connection start time": "connect",
      "connection end time": "disconnect",
    },
    counted: false,
  }),
  wpaTable("workingset", "Virtual Memory Snapshots", "3dd69094-4675-4607-9fb4-0042b9e1a610", { counted: false }),
  wpaTable("marks", "Marks", "ec60ccb2-4409-444e-98fa-792c5b3c36da", {
    classes: ["marks"],
    columns: { mark: "text", threadid: "thread" },
  }),
  wpaTable("focus", "Window in Focus", "3c18eb9c-2211-4988-bf94-bb029e4ce96e", {
    columns: { duration: "duration" },
    inSeconds: ["duration"],
  }),
  wpaTable(GENERIC_EVENTS, "Generic Events", "04f69f98-176e-4d1c-b44e-97f734996ab8", {
    classes: ["genericevents", "genericevent"],
  }),
  wpaTable(REGIONS, "Regions of Interest", "1ce7fd53-2344-4ea8-acd6-1a0722a51427", {
    classes: ["regions", "regionsofinterest"],
    columns: { "start process name": "startProcess", "stop process name": "stopProcess", "metadata 1": "metadata" },
    inSeconds: ["duration"],
  }),
];

/** What a profile means by a class or a GUID, in small letters. */
export function wpaTableOf(kind: string): WpaTable | undefined {
  return WPA_TABLES.find(({ guid, classes }) => guid === kind || classes.includes(kind));
}

/** That of one of our tables; of one that WPA does not have, one that is like it. */
export function wpaTableFor(name: string, title: string): WpaTable {
  return WPA_TABLES.find((table) => table.name === name) ?? wpaTable(name, title, undefined, { counted: false });
}
