import type { EventTable } from "./merge-events.ts";

const PROVIDER = "Windows Kernel";
const DRIVER_CALL = "MajorFunction:u32 MinorFunction:u32 RoutineAddr:ptr FileObject:ptr Irp:ptr UniqMatchId:u32";
const DRIVER_RETURN = "Irp:ptr UniqMatchId:u32";
/** Lists of physical pages (SYSTEM_MEMORY_LIST_INFORMATION): Windows 7, Windows 8, and with the memory of the system behind them. */
const PAGE_LISTS =
  "ZeroPageCount:ptr FreePageCount:ptr ModifiedPageCount:ptr ModifiedNoWritePageCount:ptr BadPageCount:ptr StandbyPageCounts:ptr[8] RepurposedPageCounts:ptr[8]";
const PAGE_LISTS_8 = `${PAGE_LISTS} ModifiedPageCountPageFile:ptr`;
const MEMORY_LISTS = [
  PAGE_LISTS,
  PAGE_LISTS_8,
  `${PAGE_LISTS_8} PagedPoolPageCount:ptr NonPagedPoolPageCount:ptr MdlPageCount:ptr CommitPageCount:ptr`,
];
const PROCESS_WORKING_SETS = "Count:u32 WSCommitInfo:workingset[Count]";
const SESSION_WORKING_SETS = "Count:u32 SessionWSCommitInfo:sessionworkingset[Count]";
const SESSION = "UniqueSessionId:ptr SessionId:u32";
const MAPPED_SECTION = "RangeBase:ptr RangeEnd:ptr CreatingProcessId:u32";
const JOB = "JobId:guid JobHandle:u32 Flags:u32 Status:u32";
const JOB_CLASS = "JobId:guid JobHandle:u32 JobObjectInformationClass:u32";
const WNF_SUBSCRIPTION = "StateName:u64 Subscription:ptr NameSub:ptr Callback:ptr RefCount:u32 DeliveryFlags:u32";
const CAN_NOT_WRITE = "FileObjectKey:ptr TotalDirtyPages:ptr DirtyPageThreshold:ptr BytesToWrite:u32";
const RESOURCE_CONFIG = "ReleaseSamplingRate:u32 ContentionSamplingRate:u32 NumberOfExcessiveTimeouts:u32";
const SET_TIMER = "ExpectedDueTime:u64 TimerAddress:ptr TargetProcessorGroup:u16 TargetProcessorIndex:u8 Flags:u8";
const PERFORMANCE_STATE = "Type:u32 NewState:u32 OldState:u32 Result:u32 Processors:u64";
const IDLE_ENTER = "State:u32 Properties:u16 ExpectedWakeReason:u8 Reserved:u8 ExpectedDuration:u64";
const STATE_SELECTION = "SelectedState:u32 VetoedStates:u32 VetoReasons:u32[VetoedStates]";
const CACHE_WORK = "WorkItemKey:ptr FileObjectKey:ptr QueueType:u8 WorkItemType:u8 Requeue:bool8 Reserved:u8";
const READ_AHEAD = "WorkItemKey:ptr FileOffset:u64 Size:u32 PagePriority:u32 DetectedPattern:u32 Reserved:u32";

/**
 * Kernel events that are in none of the collected tables. Their payloads are structures of the kernel: which belongs to which hook id,
 * and its members, are facts of `ntwmi.h` of phnt (https://github.com/winsiderss/systeminformer, MIT licence); those of working sets,
 * idle and performance states are the same in the types of the kernel's public symbols and in PerfView. `Pad` stands where a
 * structure has a gap. Names are those of PerfView where it has one. No real event of them was at hand, but for those of
 * `EventTrace` and `SystemConfig`, whose bytes in traces of Windows 10 and 11 fill these fields exactly.
 */
export const STRUCTURE_EVENTS: readonly EventTable[] = [
  {
    provider: PROVIDER,
    task: "EventTrace",
    guid: "68fdd900-4a3e-11d1-84f4-0000f80464e3",
    group: 0x00,
    rows: [
      // When each processor last lost an event.
      [0x52, "LastDroppedTimes", "TimeStampCount:u32 Reserved:u32 TimeStamps:u64[TimeStampCount]"],
    ],
  },
  {
    provider: PROVIDER,
    task: "SystemConfig",
    guid: "01853a65-418f-4f36-aefc-dc0f1d2fd235",
    group: 0x0b,
    rows: [
      [0x24, "Virtualization", "VbsEnabled:bool8 HvciEnabled:bool8 HyperVisorEnabled:bool8 Reserved:u8"],
      [
        0x25,
        "Boot",
        "BootFlags:u64 FirmwareType:u32 SecureBootEnabled:bool8 SecureBootCapable:bool8 Reserved1:u8 Reserved2:u8",
      ],
    ],
  },
  {
    provider: PROVIDER,
    task: "DiskIo",
    guid: "3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c",
    group: 0x01,
    rows: [
      [0x10, "RedirectedInit", "Irp:ptr FileKey:ptr"],
      [0x24, "DrvComplRoutCall", "Routine:ptr IrpPtr:ptr UniqMatchId:u32"],
      [0x26, "DrvAddDeviceCall", DRIVER_CALL],
      [0x27, "DrvAddDeviceRet", DRIVER_RETURN],
      [0x28, "DrvStartIoCall", DRIVER_CALL],
      [0x29, "DrvStartIoRet", DRIVER_RETURN],
      [0x36, "BootPrefetchInformation", "Action:i32 Status:u32 Pages:i32"],
    ],
  },
  {
    provider: PROVIDER,
    task: "PageFault",
    guid: "3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c",
    group: 0x02,
    rows: [
      [0x3c, "WSInfoProcess", PROCESS_WORKING_SETS],
      [0x46, "TrimSession", SESSION],
      [0x47, "MemorySnapLite", MEMORY_LISTS],
      [0x48, "PFMappedSectionRundown", MAPPED_SECTION],
      [0x49, "PFMappedSectionCreate", MAPPED_SECTION],
      [0x4a, "WSInfoSession", SESSION_WORKING_SETS],
      [0x4b, "SessionCreate", SESSION],
      [0x4c, "SessionDCStop", SESSION],
      [0x4d, "SessionDCStart", SESSION],
      [0x4e, "SessionDelete", SESSION],
      [0x4f, "PFMappedSectionDelete", MAPPED_SECTION],
      [0x70, "SystemMemInfo", MEMORY_LISTS],
      [0x71, "ContMemGenerate", "ThreadId:u64 NumberOfBytes:u64"],
      [0x7a, "Combine", "StatType:u32 PagesScanned:u32 PagesCombined:u32"],
      [0x7d, "ProcessMemInfo", PROCESS_WORKING_SETS],
      [0x7e, "MemInfoSessionWS", SESSION_WORKING_SETS],
      [0x87, "PFMappedSectionObjectCreate", "SectionObject:ptr RangeBase:ptr"],
      [0x88, "PFMappedSectionObjectDelete", "SectionObject:ptr RangeBase:ptr"],
    ],
  },
  {
    provider: PROVIDER,
    task: "Process",
    guid: "3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c",
    group: 0x03,
    rows: [
      [0x26, "BootPhaseStart", "Phase:i32"],
      [0x70, "DebugEvent", "ProcessId:u32 ThreadId:u32 Reason:u32"],
    ],
  },
  {
    provider: PROVIDER,
    task: "FileIo",
    guid: "90cbdc39-4a3e-11d1-84f4-0000f80464e3",
    group: 0x04,
    rows: [[0x21, "FileSame", "OldFile:ptr NewFile:ptr"]],
  },
  {
    provider: PROVIDER,
    task: "Thread",
    guid: "3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c",
    group: 0x05,
    rows: [
      [0x2a, "QueueWait", "Queue:ptr ThreadId:u32 Action:u8"],
      [
        0x2b,
        "Resource",
        "AcquireTime:u64 HoldTime:u64 WaitTime:u64 MaxRecursionDepth:u32 ThreadId:u32 Resource:ptr Action:u32 ContentionDelta:u32",
      ],
      [0x2c, "PushLockWait", "PushLock:ptr ThreadId:u32 Action:u8"],
      [0x2f, "DelayExecution", "ThreadId:u32 Pad:u32 Delta:u64"],
      [
        0x3a,
        "DfssStartNewInterval",
        "CurrentGeneration:u32 SessionCount:u32 TotalCycleCredit:u64 TotalCyclesAccumulated:u64 Sessions:sessionquota[SessionCount]",
      ],
      [
        0x3b,
        "DfssReleaseThreadOnIdle",
        "CurrentGeneration:u32 SessionSelectedToRun:u32 CycleBaseAllowance:u64 CyclesRemaining:i64",
      ],
    ],
  },
  {
    provider: PROVIDER,
    task: "Job",
    guid: "3282fc76-feed-498e-8aa7-e70f459d430e",
    group: 0x07,
    rows: [
      [0x20, "Create", JOB],
      [0x21, "Terminate", JOB],
      [0x22, "Open", JOB],
      [0x23, "AssignProcess", "JobId:guid JobHandle:u32 ProcessId:u32 Status:u32"],
      [0x24, "RemoveProcess", "JobId:guid ProcessId:u32 RemovalFlags:u32 ExitStatus:u32"],
      [0x25, "Set", JOB_CLASS],
      [0x26, "Query", JOB_CLASS],
      [0x27, "SetFailed", JOB_CLASS],
      [0x28, "QueryFailed", JOB_CLASS],
      [0x2a, "SendNotification", "JobId:guid NotificationId:u32"],
    ],
  },
  {
    provider: PROVIDER,
    task: "Registry",
    guid: "ae53722e-c863-11d2-8659-00c04fa321a1",
    group: 0x09,
    rows: [[0x31, "ChangeNotifyDeliver", "Notification:ptr Kcb:ptr Type:u8 WatchTree:bool8 Primary:bool8"]],
  },
  {
    provider: PROVIDER,
    task: "DebugPrint",
    guid: "13976d09-a327-438c-950b-7f03192815c7",
    group: 0x0a,
    rows: [[0x20, "Print", "Component:u32 Level:u32 Message:astrz"]],
  },
  {
    provider: PROVIDER,
    task: "Wnf",
    guid: "42695762-ea50-497a-9068-5cbbb35e0b95",
    group: 0x0d,
    rows: [
      [0x20, "Subscribe", WNF_SUBSCRIPTION],
      [0x21, "Unsubscribe", WNF_SUBSCRIPTION],
      [
        0x22,
        "Callback",
        "StateName:u64 Subscription:ptr NameSub:ptr Callback:ptr ChangeStamp:u32 DeliveryFlags:u32 Return:u32",
      ],
      [0x23, "Publish", "StateName:u64 DataLength:u32"],
      [0x24, "NameSubRundown", "StateName:u64 NameSub:ptr"],
    ],
  },
  {
    provider: PROVIDER,
    task: "PerfInfo",
    guid: "ce1dbfb4-137e-4da6-87b0-3f59aa102cbc",
    group: 0x0f,
    rows: [
      [0x26, "ImageName", "ImageName:wstrz"],
      [0x27, "CanIWriteDelay", CAN_NOT_WRITE],
      [0x4d, "ResourceConfigDCStart", RESOURCE_CONFIG],
      [0x4e, "ResourceConfigDCEnd", RESOURCE_CONFIG],
      [0x4f, "ClockInterrupt", "InterruptTime:u64 Flags:u16"],
      [0x50, "TimerExpirationStart", "InterruptTime:u64"],
      [0x51, "TimerExpiration", "ExpectedDueTime:u64 TimerAddress:ptr DeferredRoutine:ptr EncodedDelay:u8"],
      [0x52, "TimerSetPeriodic", `${SET_TIMER} Period:u32`],
      [0x53, "TimerSetOneShot", SET_TIMER],
      [0x54, "TimerSetThread", SET_TIMER],
      [0x55, "TimerCancel", "TimerAddress:ptr"],
      [0x58, "ClockTimeUpdate", "InterruptTime:u64 ClockOwner:u32"],
      [0x59, "DynamicTickVeto", "Reason:u32"],
      [0x5a, "ClockConfiguration", "KnownType:u32 Capabilities:u32 DisableReason:u32"],
      [0x5b, "Ipi", "Routine:ptr RequestType:u32"],
      [
        0x63,
        "CacheFlush",
        "Address:ptr Bytes:ptr Clean:bool8 FullFlush:bool8 Rectangle:bool8 Reserved0:u8 Reserved1:u32",
      ],
      [0x64, "DpcEnqueue", "Key:ptr DpcQueueDepth:i32 DpcCount:u32 TargetProcessorIndex:u32 Importance:u8"],
      [0x65, "DpcExecution", "Routine:ptr Key:ptr"],
      [0x6d, "ShouldYieldProcessor", "YieldReason:u32 DpcWatchdogCount:u32 DpcTimeCount:u32"],
    ],
  },
  {
    provider: PROVIDER,
    task: "Power",
    guid: "e43445e0-0903-48c3-b878-ff0fccebdd04",
    group: 0x12,
    rows: [
      [0x20, "BatteryLifeInfo", "RemainingCapacity:u32 Rate:u32"],
      [0x21, "IdleStateChange", "State:u32 Throttle:u32 Direction:u32"],
      [0x22, "SetPowerAction", "Trigger:ptr PowerAction:u32 LightestState:u32"],
      [0x23, "SetPowerActionRet", "Trigger:ptr Status:u32"],
      [0x24, "SetDevicesState", "SystemState:u32 Waking:bool8 Shutdown:bool8 IrpMinor:u8"],
      [0x25, "SetDevicesStateRet", "Status:u32"],
      [
        0x26,
        "NotifyDevice",
        "Irp:ptr DriverStart:ptr OrderLevel:u8 MajorFunction:u8 MinorFunction:u8 Pad:u8 Type:u32 State:u32 DeviceNameLength:u32 DeviceName:wstrz",
      ],
      [0x27, "NotifyDeviceComplete", "Irp:ptr Status:u32"],
      [0x28, "SessionCallout", "SystemAction:u32 MinSystemState:u32 Flags:u32 PowerStateTask:u32"],
      [0x29, "SessionCalloutRet", "Status:u32"],
      [0x30, "PreSleep", "PerformanceCounter:u64 PerformanceFrequency:u64"],
      [0x31, "PostSleep", "PerformanceCounter:u64"],
      [0x32, "CalibratedPerfCounter", "PerformanceCounter:u64"],
      [0x33, "PerfStateChange", PERFORMANCE_STATE],
      [0x34, "ThrottleStateChange", PERFORMANCE_STATE],
      [0x35, "ProcessorIdleStateChange", "NewState:u32 OldState:u32 Processors:u64"],
      [0x36, "ThermalConstraint", "Constraint:u32 Pad:u32 Processors:u64"],
      [0x37, "SignalResumeUI", ""],
      [0x38, "SignalVideoOn", ""],
      [0x39, "IdleStateEnter", IDLE_ENTER],
      [0x3a, "IdleStateExit", "State:u32 Status:u32"],
      [0x3b, "PlatformIdleStateEnter", IDLE_ENTER],
      [0x3d, "IdleProcessorSelection", STATE_SELECTION],
      [0x3e, "IdlePlatformSelection", STATE_SELECTION],
      [0x3f, "CoordinatedIdleEnter", IDLE_ENTER],
      [0x40, "CoordinatedIdleExit", "State:u32 Status:u32"],
    ],
  },
  {
    provider: PROVIDER,
    task: "CC",
    guid: "7687a439-f752-45b8-b741-321aec0f8df9",
    group: 0x16,
    rows: [
      [0x00, "WorkItemEnqueue", CACHE_WORK],
      [0x01, "WorkItemDequeue", "WorkItemKey:ptr"],
      [0x02, "WorkItemComplete", "WorkItemKey:ptr"],
      [0x03, "ReadAhead", READ_AHEAD],
      [0x04, "WriteBehind", CACHE_WORK],
      [
        0x05,
        "LazyWriteScan",
        "WorkItemKey:ptr ReasonForFlush:u32 PagesToWrite:u32 TotalDirtyPages:ptr AvailablePages:ptr DirtyPageThreshold:ptr NumberOfMappedVacbs:ptr TopDirtyPageThreshold:ptr BottomDirtyPageThreshold:ptr AverageAvailablePages:ptr AverageDirtyPages:ptr ConsecutiveWorklessLazywriteScans:ptr",
      ],
      [0x06, "CanIWriteFail", CAN_NOT_WRITE],
      [
        0x09,
        "FlushCache",
        "WorkItemKey:ptr FileObjectKey:ptr Offset:u64 Length:u32 SharedCacheMapFlags:u32 Flags:u32 Reserved:u32",
      ],
      [0x0a, "FlushSection", "WorkItemKey:ptr FileObjectKey:ptr Offset:u64 Length:u32 MmFlushFlags:u32"],
      [0x0b, "ReadAheadPrefetch", READ_AHEAD],
      [
        0x0c,
        "ScheduleReadAhead",
        "WorkItemKey:ptr FileObjectKey:ptr FileOffset:u64 Length:u32 ReadAheadUnit:u32 ReadAheadLength:u32 Pad:u32 ReadAheadOffset:u64 ReadAheadBeyondLastByte:u64 ReadPattern:u8 Reserved:u8[3] SequentialReadCount:u32 SharedCacheMapFlags:u32 Flags:u32",
      ],
      [
        0x0e,
        "ExtraWriteBehindThread",
        "ThreadAction:u32 ActiveExtraWBThreads:u32 TotalDirtyPages:ptr DirtyPageThreshold:ptr AvailablePages:ptr",
      ],
    ],
  },
  {
    provider: PROVIDER,
    task: "CritSec",
    guid: "3ac66736-cc59-4cff-8115-8df50e39816b",
    group: 0x17,
    rows: [
      [0x20, "Enter", ""],
      [0x21, "Leave", ""],
    ],
  },
  {
    provider: PROVIDER,
    task: "ALPC",
    guid: "45d8cccd-539f-4b72-a8b7-5c683142609a",
    group: 0x1a,
    rows: [
      [0x26, "ConnectRequest", ""],
      [0x27, "ConnectSuccess", ""],
      [0x28, "ConnectFail", ""],
      [0x29, "ClosePort", ""],
    ],
  },
  {
    provider: PROVIDER,
    task: "ThreadPool",
    guid: "c861d0e2-a2c1-4d36-9f9c-970bab943a12",
    group: 0x1c,
    rows: [
      [
        0x29,
        "WorkerNumaNodeSwitch",
        "PoolId:ptr CurrentNode:u32 NextNode:u32 CurrentGroup:u16 NextGroup:u16 CurrentWorkerCount:u32 NextWorkerCount:u32",
      ],
      [0x2a, "TimerSet", "DueTime:i64 SubQueue:ptr Timer:ptr Period:u32 WindowLength:u32 Absolute:u32"],
      [0x2b, "TimerCancelled", "SubQueue:ptr Timer:ptr"],
      [0x2c, "TimerSetNTTimer", "DueTime:i64 SubQueue:ptr TolerableDelay:u32"],
      [0x2d, "TimerCancelNTTimer", "SubQueue:ptr"],
      [0x2e, "TimerExpirationBegin", "SubQueue:ptr"],
      [0x2f, "TimerExpirationEnd", "SubQueue:ptr"],
      [0x30, "TimerExpiration", "DueTime:i64 SubQueue:ptr Timer:ptr Period:u32 WindowLength:u32"],
    ],
  },
];
