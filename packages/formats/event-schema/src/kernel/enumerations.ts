import { bitMap, valueMap } from "../value-map.ts";

/** KTHREAD_STATE. */
export const THREAD_STATE = valueMap("ThreadState", [
  "Initialized",
  "Ready",
  "Running",
  "Standby",
  "Terminated",
  "Waiting",
  "Transition",
  "DeferredReady",
]);

/** KWAIT_REASON; those from 37 on are from later versions of Windows. */
export const WAIT_REASON = valueMap("WaitReason", [
  "Executive",
  "FreePage",
  "PageIn",
  "PoolAllocation",
  "DelayExecution",
  "Suspended",
  "UserRequest",
  "WrExecutive",
  "WrFreePage",
  "WrPageIn",
  "WrPoolAllocation",
  "WrDelayExecution",
  "WrSuspended",
  "WrUserRequest",
  "WrEventPair",
  "WrQueue",
  "WrLpcReceive",
  "WrLpcReply",
  "WrVirtualMemory",
  "WrPageOut",
  "WrRendezvous",
  "WrKeyedEvent",
  "WrTerminated",
  "WrProcessInSwap",
  "WrCpuRateControl",
  "WrCalloutStack",
  "WrKernel",
  "WrResource",
  "WrPushLock",
  "WrMutex",
  "WrQuantumEnd",
  "WrDispatchInt",
  "WrPreempted",
  "WrYieldExecution",
  "WrFastMutex",
  "WrGuardedMutex",
  "WrRundown",
  "WrAlertByThreadId",
  "WrDeferredPreempt",
  "WrPhysicalFault",
]);

export const WAIT_MODE = valueMap("WaitMode", ["KernelMode", "UserMode"]);

export const ADJUST_REASON = valueMap("AdjustReason", ["Ignore", "Apply", "Boost"]);

/** Of a ready thread. */
export const READY_FLAGS = bitMap("ReadyFlags", {
  1: "InDpc",
  2: "KernelStackSwapped",
  4: "ProcessSwapped",
  8: "DirectSwitch",
});

export const PROCESS_FLAGS = bitMap("ProcessFlags", { 1: "PackageId", 2: "Wow64", 4: "Protected", 8: "Packaged" });

/** IRP flags (wdm.h); bits 17 to 19 are the priority. */
export const IRP_FLAGS = bitMap("IrpFlags", {
  1: "Nocache",
  2: "PagingIo",
  4: "SynchronousApi",
  8: "AssociatedIrp",
  16: "BufferedIo",
  32: "DeallocateBuffer",
  // IRP_SYNCHRONOUS_PAGING_IO is the same bit.
  64: "InputOperation",
  128: "Create",
  256: "Read",
  512: "Write",
  1024: "Close",
  2048: "DeferIoCompletion",
  4096: "ObQueryName",
  8192: "HoldDeviceQueue",
});

/** IO_PRIORITY_HINT + 1; 0 is none given, which counts as normal. */
export const IO_PRIORITY = valueMap("IoPriority", ["NotSet", "VeryLow", "Low", "Normal", "High", "Critical"]);

/** Priority of a disk or file request, out of its IRP flags. */
export function ioPriority(irpFlags: number): number {
  return (irpFlags >>> 17) & 7;
}

export const FILE_SHARE = bitMap("ShareAccess", { 1: "Read", 2: "Write", 4: "Delete" });

/** MM allocation types of VirtualAlloc and VirtualFree. */
export const MEMORY_FLAGS = bitMap("MemoryFlags", {
  4096: "MEM_COMMIT",
  8192: "MEM_RESERVE",
  16384: "MEM_DECOMMIT",
  32768: "MEM_RELEASE",
});

export const DRIVE_TYPE = valueMap("DriveType", ["Unknown", "Partition", "Volume", "Extent"]);

/** PROCESSOR_ARCHITECTURE_*. */
export const PROCESSOR_ARCHITECTURE = {
  name: "ProcessorArchitecture",
  kind: "values",
  entries: new Map([
    [0, "x86"],
    [5, "ARM"],
    [6, "IA64"],
    [9, "x64"],
    [12, "ARM64"],
  ]),
} as const;

/** IRP_MJ_* (wdm.h). */
export const IRP_MAJOR_FUNCTION = valueMap("IrpMajorFunction", [
  "Create",
  "CreateNamedPipe",
  "Close",
  "Read",
  "Write",
  "QueryInformation",
  "SetInformation",
  "QueryEa",
  "SetEa",
  "FlushBuffers",
  "QueryVolumeInformation",
  "SetVolumeInformation",
  "DirectoryControl",
  "FileSystemControl",
  "DeviceControl",
  "InternalDeviceControl",
  "Shutdown",
  "LockControl",
  "Cleanup",
  "CreateMailslot",
  "QuerySecurity",
  "SetSecurity",
  "Power",
  "SystemControl",
  "DeviceChange",
  "QueryQuota",
  "SetQuota",
  "Pnp",
]);
