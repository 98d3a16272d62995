import type { Guid } from "@adk/core";

/** An event of a manifest; versions of one ascend. */
export type ProviderEventRow = readonly [id: number, version: number, task: string, layout: string];

const PROCESSOR = "Group:u16 Number:u8";
const PERFORMANCE = "State:u32 Speed:u32 Group:u16 Number:u8";
const PERFORMANCE_2 = `${PERFORMANCE} Performance:u32 TolerancePercent:u32`;
const PERFORMANCE_3 = `${PERFORMANCE_2} MinPercent:u32 MaxPercent:u32 EppPercent:u32 ActivityWindow:u32 Autonomous:u32 Initiated:u32`;
const RUNDOWN = `${PROCESSOR} Parked:u32 BiosCap:u32 ThermalCap:u32 DesiredPerformance:u32 NominalFrequency:u32`;
const RUNDOWN_1 = `${RUNDOWN} MinPercent:u32 MaxPercent:u32 TolerancePercent:u32 DeliveredPerformance:u32`;
const SWAP = "ProcessId:u32 Status:u32 PagesProcessed";

/**
 * Events of the kernel's providers with manifests that tables are made of, for traces that were not merged, which do not have their
 * schemas. Fields are facts of the manifests of Windows 10, as Windows lists them; of working sets as PerfView reads them. Events of
 * which members of structures are not known are left out.
 */
export const SYSTEM_PROVIDER_EVENTS: Readonly<Record<Guid, readonly ProviderEventRow[]>> = {
  // Microsoft-Windows-Kernel-Memory
  "d1d93ef7-e1f2-4f45-9943-03d245fe6c00": [
    [
      1,
      1,
      "MemInfo",
      "PriorityLevels:u8 ZeroPageCount:ptr FreePageCount:ptr ModifiedPageCount:ptr ModifiedNoWritePageCount:ptr BadPageCount:ptr StandbyPageCounts:ptr[PriorityLevels] RepurposedPageCounts:ptr[PriorityLevels] ModifiedPageCountPageFile:ptr PagedPoolPageCount:ptr NonPagedPoolPageCount:ptr MdlPageCount:ptr CommitPageCount:ptr",
    ],
    [2, 0, "MemInfoWS", "Count:u32 WSCommitInfo:workingset7[Count]"],
    [2, 2, "MemInfoWS", "Count:u32 WSCommitInfo:workingset[Count]"],
    [3, 2, "MemInfoSessionWS", "Count:u32 SessionWSCommitInfo:sessionworkingset[Count]"],
    [4, 0, "WorkingSetOutSwap/Start", "ProcessId:u32"],
    [4, 1, "WorkingSetOutSwap/Start", "ProcessId:u32 Flags:u32"],
    [5, 0, "WorkingSetOutSwap/Stop", `${SWAP}:u32`],
    [
      5,
      1,
      "WorkingSetOutSwap/Stop",
      `${SWAP}:ptr WriteCombinePagesProcessed:ptr UncachedPagesProcessed:ptr CleanPagesProcessed:ptr`,
    ],
    [6, 0, "WorkingSetInSwap/Start", "ProcessId:u32"],
    [6, 1, "WorkingSetInSwap/Start", "ProcessId:u32 Flags:u32"],
    [7, 0, "WorkingSetInSwap/Stop", "ProcessId:u32 Status:u32"],
    [8, 0, "Acg", "AcgFlag:u32"],
    [9, 0, "WorkingSetInSwap", "ProcessId:u32 Status:u32"],
  ],
  // Microsoft-Windows-Kernel-Processor-Power
  "0f67e49f-fe51-4e9f-b490-6f2948cc6027": [
    [10, 0, "ProcessorPerfStateChange", PERFORMANCE],
    [10, 2, "ProcessorPerfStateChange", PERFORMANCE_2],
    [10, 3, "ProcessorPerfStateChange", `${PERFORMANCE_3} VirtualLittle:u32`],
    [10, 4, "ProcessorPerfStateChange", `${PERFORMANCE_3} QosClass:u32`],
    [14, 0, "ParkCore", `PpmCheckTime:u64 ${PROCESSOR}`],
    [15, 0, "UnparkCore", `PpmCheckTime:u64 ${PROCESSOR}`],
    [18, 0, "ProcessorPerfStateChange", PERFORMANCE],
    [18, 2, "ProcessorPerfStateChange", PERFORMANCE_2],
    [64, 0, "ProcessorPerformanceRundown", RUNDOWN],
    [64, 1, "ProcessorPerformanceRundown", RUNDOWN_1],
  ],
};
