import type { FieldLayout, FieldType } from "../event-layout.ts";
import {
  ADJUST_REASON,
  DRIVE_TYPE,
  FILE_SHARE,
  IRP_FLAGS,
  IRP_MAJOR_FUNCTION,
  MEMORY_FLAGS,
  PROCESS_FLAGS,
  PROCESSOR_ARCHITECTURE,
  READY_FLAGS,
  THREAD_STATE,
  WAIT_MODE,
  WAIT_REASON,
} from "./enumerations.ts";

type Meaning = Pick<FieldLayout, "display" | "map">;

/** What kernel fields of a name always mean. */
const BY_NAME: Readonly<Record<string, Meaning>> = {
  OldThreadWaitReason: { map: WAIT_REASON },
  OldThreadWaitMode: { map: WAIT_MODE },
  OldThreadState: { map: THREAD_STATE },
  AdjustReason: { map: ADJUST_REASON },
  IrpFlags: { map: IRP_FLAGS },
  MajorFunction: { map: IRP_MAJOR_FUNCTION },
  ShareAccess: { map: FILE_SHARE },
  DriveType: { map: DRIVE_TYPE },
  ProcessorArchitecture: { map: PROCESSOR_ARCHITECTURE },
  ProcessId: { display: "pid" },
  ParentId: { display: "pid" },
  PID: { display: "pid" },
  StackProcess: { display: "pid" },
  ThreadId: { display: "tid" },
  TThreadId: { display: "tid" },
  TTID: { display: "tid" },
  NewThreadId: { display: "tid" },
  OldThreadId: { display: "tid" },
  IssuingThreadId: { display: "tid" },
  StackThread: { display: "tid" },
  SessionId: { display: "signed" },
  NtStatus: { display: "ntstatus" },
  SysCallNtStatus: { display: "ntstatus" },
  Status: { display: "ntstatus" },
};

/** What fields mean in the events of one class, by name and type. */
const BY_CLASS: Readonly<Record<string, Meaning>> = {
  "Process Flags uint32": { map: PROCESS_FLAGS },
  "PageFault Flags uint32": { map: MEMORY_FLAGS },
  // Of a ready thread; that of a spin lock is unsigned.
  "Thread Flag int8": { map: READY_FLAGS },
  "Power Result uint32": { display: "ntstatus" },
};

const HEXADECIMAL = /(Flags|Mask\d?|Affinity|Tag|Options|Attributes|FeatureSet|CodeIntegrityInfo)$/;
/** Pointers hold them, but they are counts. */
const PAGES = /(PageCounts?|Pages|PageThreshold)$/;
const INTEGER = /int/;

export function meaningOf(className: string, name: string, type: FieldType): Meaning {
  const known = BY_CLASS[`${className} ${name} ${type}`] ?? BY_NAME[name];
  if (type === "pointer" && PAGES.test(name)) return { display: "unsigned" };
  if (known !== undefined) return type === "pointer" ? {} : known;
  return INTEGER.test(type) && HEXADECIMAL.test(name) ? { display: "hex" } : {};
}
