import type { EventTable } from "./merge-events.ts";

const DRIVER_CALL = "MajorFunction:u32 MinorFunction:u32 RoutineAddr:ptr FileObject:ptr Irp:ptr UniqMatchId:u32";
const DRIVER_RETURN = "Irp:ptr UniqMatchId:u32";
/** Lists of physical pages (SYSTEM_MEMORY_LIST_INFORMATION): Windows 7, Windows 8, and with the memory of the system behind them. */
const PAGE_LISTS =
  "ZeroPageCount:ptr FreePageCount:ptr ModifiedPageCount:ptr ModifiedNoWritePageCount:ptr BadPageCount:ptr StandbyPageCounts:ptr[8] RepurposedPageCounts:ptr[8]";
const PAGE_LISTS_8 = `${PAGE_LISTS} ModifiedPageCountPageFile:ptr`;
const MEMORY_LISTS = `${PAGE_LISTS} | ${PAGE_LISTS_8} | ${PAGE_LISTS_8} PagedPoolPageCount:ptr NonPagedPoolPageCount:ptr MdlPageCount:ptr CommitPageCount:ptr`;
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
const HEAP_SNAPSHOT =
  "HeapHandle:ptr FreeSpace:ptr CommittedSpace:ptr ReservedSpace:ptr HeapFlags:u32 ProcessId:u32 LargeUCRSpace:ptr FreeListLength:u32 UCRLength:u32 AllocatedSpace:ptr";
const CONNECTION_6 = "PID:u32 size:u32 daddr:ipv6 saddr:ipv6 dport:port sport:port seqnum:u32 connid:u32";
const STACK = "EventTimeStamp:u64 StackProcess:u32 StackThread:u32 Stack:ptr[*]";
const SPIN_LOCK =
  "SpinLockAddress:ptr CallerAddress:ptr AcquireTime:u64 ReleaseTime:u64 WaitTimeInCycles:u32 SpinCount:u32 ThreadId:u32 InterruptCount:u32 Irql:u8 AcquireDepth:u8 Flag:u8 Reserved:u8[5]";
const LOGGED_STREAM =
  "FileObjectKey:ptr ReasonForFlush:u32 PagesToWrite:u32 DirtyLoggedPages:ptr DirtyLoggedPageThreshold:ptr";
const READ_AHEAD = "WorkItemKey:ptr FileOffset:u64 Size:u32 PagePriority:u32 DetectedPattern:u32 Reserved:u32";

/**
 * Kernel events that are in none of the collected tables. Their payloads are structures of the kernel: which belongs to which hook id,
 * and its members, are facts of `ntwmi.h` of phnt (https://github.com/winsiderss/systeminformer, MIT licence); working sets are the same
 * in PerfView, these and idle and performance states in the types of the kernel's public symbols. `Pad` stands where a structure has a
 * gap; where pointers of 8 bytes make one, there is a layout for these behind that for 4 bytes. Names are those of PerfView where it
 * has one. No real event of them was at hand, but for those of `EventTrace` and `SystemConfig`, whose bytes in traces of Windows 10 and
 * 11 fill these fields exactly.
 *
 * A line with a GUID begins a class, with its group; behind it stand its events: type, name, layout, or several of which the length of a
 * payload tells the one.
 */
const EVENTS = `
EventTrace 68fdd900-4a3e-11d1-84f4-0000f80464e3 00
52 LastDroppedTimes TimeStampCount:u32 Reserved:u32 TimeStamps:u64[TimeStampCount]
SystemConfig 01853a65-418f-4f36-aefc-dc0f1d2fd235 0b
24 Virtualization VbsEnabled:bool8 HvciEnabled:bool8 HyperVisorEnabled:bool8 Reserved:u8
25 Boot BootFlags:u64 FirmwareType:u32 SecureBootEnabled:bool8 SecureBootCapable:bool8 Reserved1:u8 Reserved2:u8
DiskIo 3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c 01
10 RedirectedInit Irp:ptr FileKey:ptr
24 DrvComplRoutCall Routine:ptr IrpPtr:ptr UniqMatchId:u32
26 DrvAddDeviceCall ${DRIVER_CALL}
27 DrvAddDeviceRet ${DRIVER_RETURN}
28 DrvStartIoCall ${DRIVER_CALL}
29 DrvStartIoRet ${DRIVER_RETURN}
36 BootPrefetchInformation Action:i32 Status:u32 Pages:i32
PageFault 3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c 02
3c WSInfoProcess ${PROCESS_WORKING_SETS}
46 TrimSession ${SESSION}
47 MemorySnapLite ${MEMORY_LISTS}
48 PFMappedSectionRundown ${MAPPED_SECTION}
49 PFMappedSectionCreate ${MAPPED_SECTION}
4a WSInfoSession ${SESSION_WORKING_SETS}
4b SessionCreate ${SESSION}
4c SessionDCStop ${SESSION}
4d SessionDCStart ${SESSION}
4e SessionDelete ${SESSION}
4f PFMappedSectionDelete ${MAPPED_SECTION}
70 SystemMemInfo ${MEMORY_LISTS}
71 ContMemGenerate ThreadId:u64 NumberOfBytes:u64
7a Combine StatType:u32 PagesScanned:u32 PagesCombined:u32
7b KernelMemUsage UsageType:u32 VirtualAddress:ptr PageCount:ptr | UsageType:u32 Pad:u32 VirtualAddress:ptr PageCount:ptr
7d ProcessMemInfo ${PROCESS_WORKING_SETS}
7e MemInfoSessionWS ${SESSION_WORKING_SETS}
87 PFMappedSectionObjectCreate SectionObject:ptr RangeBase:ptr
88 PFMappedSectionObjectDelete SectionObject:ptr RangeBase:ptr
Process 3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c 03
26 BootPhaseStart Phase:i32
70 DebugEvent ProcessId:u32 ThreadId:u32 Reason:u32
FileIo 90cbdc39-4a3e-11d1-84f4-0000f80464e3 04
21 FileSame OldFile:ptr NewFile:ptr
Thread 3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c 05
2a QueueWait Queue:ptr ThreadId:u32 Action:u8
2b Resource AcquireTime:u64 HoldTime:u64 WaitTime:u64 MaxRecursionDepth:u32 ThreadId:u32 Resource:ptr Action:u32 ContentionDelta:u32
2c PushLockWait PushLock:ptr ThreadId:u32 Action:u8
2d WaitSingle ThreadId:u32 Object:ptr ObjectType:u8 | ThreadId:u32 Pad:u32 Object:ptr ObjectType:u8
2f DelayExecution ThreadId:u32 Pad:u32 Delta:u64
3a DfssStartNewInterval CurrentGeneration:u32 SessionCount:u32 TotalCycleCredit:u64 TotalCyclesAccumulated:u64 Sessions:sessionquota[SessionCount]
3b DfssReleaseThreadOnIdle CurrentGeneration:u32 SessionSelectedToRun:u32 CycleBaseAllowance:u64 CyclesRemaining:i64
TcpIp 9a280ac0-c8e0-11d1-84e2-00c04fb998a2 06
21 FailIPV6 Proto:u16 FailureCode:u16
23 ARPCopyIPV6 ${CONNECTION_6}
24 FullACKIPV6 ${CONNECTION_6}
25 PartACKIPV6 ${CONNECTION_6}
26 DupACKIPV6 ${CONNECTION_6}
Job 3282fc76-feed-498e-8aa7-e70f459d430e 07
20 Create ${JOB}
21 Terminate ${JOB}
22 Open ${JOB}
23 AssignProcess JobId:guid JobHandle:u32 ProcessId:u32 Status:u32
24 RemoveProcess JobId:guid ProcessId:u32 RemovalFlags:u32 ExitStatus:u32
25 Set ${JOB_CLASS}
26 Query ${JOB_CLASS}
27 SetFailed ${JOB_CLASS}
28 QueryFailed ${JOB_CLASS}
2a SendNotification JobId:guid NotificationId:u32
Registry ae53722e-c863-11d2-8659-00c04fa321a1 09
31 ChangeNotifyDeliver Notification:ptr Kcb:ptr Type:u8 WatchTree:bool8 Primary:bool8
DebugPrint 13976d09-a327-438c-950b-7f03192815c7 0a
20 Print Component:u32 Level:u32 Message:astrz
Wnf 42695762-ea50-497a-9068-5cbbb35e0b95 0d
20 Subscribe ${WNF_SUBSCRIPTION}
21 Unsubscribe ${WNF_SUBSCRIPTION}
22 Callback StateName:u64 Subscription:ptr NameSub:ptr Callback:ptr ChangeStamp:u32 DeliveryFlags:u32 Return:u32
23 Publish StateName:u64 DataLength:u32
24 NameSubRundown StateName:u64 NameSub:ptr
PerfInfo ce1dbfb4-137e-4da6-87b0-3f59aa102cbc 0f
24 AsyncMark Message:astrz
26 ImageName ImageName:wstrz
27 CanIWriteDelay ${CAN_NOT_WRITE}
35 Backtrace ${STACK}
36 BacktraceUser ${STACK}
38 ExceptionStack ${STACK}
47 SampleNmi InstructionPointer:ptr ThreadId:u32 Count:u16 Flags:u8 Rank:u8
4d ResourceConfigDCStart ${RESOURCE_CONFIG}
4e ResourceConfigDCEnd ${RESOURCE_CONFIG}
4f ClockInterrupt InterruptTime:u64 Flags:u16
50 TimerExpirationStart InterruptTime:u64
51 TimerExpiration ExpectedDueTime:u64 TimerAddress:ptr DeferredRoutine:ptr EncodedDelay:u8
52 TimerSetPeriodic ${SET_TIMER} Period:u32
53 TimerSetOneShot ${SET_TIMER}
54 TimerSetThread ${SET_TIMER}
55 TimerCancel TimerAddress:ptr
58 ClockTimeUpdate InterruptTime:u64 ClockOwner:u32
59 DynamicTickVeto Reason:u32
5a ClockConfiguration KnownType:u32 Capabilities:u32 DisableReason:u32
5b Ipi Routine:ptr RequestType:u32
63 CacheFlush Address:ptr Bytes:ptr Clean:bool8 FullFlush:bool8 Rectangle:bool8 Reserved0:u8 Reserved1:u32
64 DpcEnqueue Key:ptr DpcQueueDepth:i32 DpcCount:u32 TargetProcessorIndex:u32 Importance:u8
65 DpcExecution Routine:ptr Key:ptr
86 SpinLockAcquire ${SPIN_LOCK}
87 SpinLockRelease ${SPIN_LOCK}
88 CapComment Message:astrz
6d ShouldYieldProcessor YieldReason:u32 DpcWatchdogCount:u32 DpcTimeCount:u32
HeapTrace 222962ab-6180-4b88-a825-346b75f2a24a 10
27 CreateSnapShot ${HEAP_SNAPSHOT}
28 DestroySnapShot ${HEAP_SNAPSHOT}
29 ExtendSnapShot ${HEAP_SNAPSHOT}
Power e43445e0-0903-48c3-b878-ff0fccebdd04 12
20 BatteryLifeInfo RemainingCapacity:u32 Rate:u32
21 IdleStateChange State:u32 Throttle:u32 Direction:u32
22 SetPowerAction Trigger:ptr PowerAction:u32 LightestState:u32
23 SetPowerActionRet Trigger:ptr Status:u32
24 SetDevicesState SystemState:u32 Waking:bool8 Shutdown:bool8 IrpMinor:u8
25 SetDevicesStateRet Status:u32
26 NotifyDevice Irp:ptr DriverStart:ptr OrderLevel:u8 MajorFunction:u8 MinorFunction:u8 Pad:u8 Type:u32 State:u32 DeviceNameLength:u32 DeviceName:wstrz
27 NotifyDeviceComplete Irp:ptr Status:u32
28 SessionCallout SystemAction:u32 MinSystemState:u32 Flags:u32 PowerStateTask:u32
29 SessionCalloutRet Status:u32
30 PreSleep PerformanceCounter:u64 PerformanceFrequency:u64
31 PostSleep PerformanceCounter:u64
32 CalibratedPerfCounter PerformanceCounter:u64
33 PerfStateChange ${PERFORMANCE_STATE}
34 ThrottleStateChange ${PERFORMANCE_STATE}
35 ProcessorIdleStateChange NewState:u32 OldState:u32 Processors:u64
36 ThermalConstraint Constraint:u32 Pad:u32 Processors:u64
37 SignalResumeUI
38 SignalVideoOn
39 IdleStateEnter ${IDLE_ENTER}
3a IdleStateExit State:u32 Status:u32
3b PlatformIdleStateEnter ${IDLE_ENTER}
3d IdleProcessorSelection ${STATE_SELECTION}
3e IdlePlatformSelection ${STATE_SELECTION}
3f CoordinatedIdleEnter ${IDLE_ENTER}
40 CoordinatedIdleExit State:u32 Status:u32
CC 7687a439-f752-45b8-b741-321aec0f8df9 16
00 WorkItemEnqueue ${CACHE_WORK}
01 WorkItemDequeue WorkItemKey:ptr
02 WorkItemComplete WorkItemKey:ptr
03 ReadAhead ${READ_AHEAD}
04 WriteBehind ${CACHE_WORK}
05 LazyWriteScan WorkItemKey:ptr ReasonForFlush:u32 PagesToWrite:u32 TotalDirtyPages:ptr AvailablePages:ptr DirtyPageThreshold:ptr NumberOfMappedVacbs:ptr TopDirtyPageThreshold:ptr BottomDirtyPageThreshold:ptr AverageAvailablePages:ptr AverageDirtyPages:ptr ConsecutiveWorklessLazywriteScans:ptr
06 CanIWriteFail ${CAN_NOT_WRITE}
09 FlushCache WorkItemKey:ptr FileObjectKey:ptr Offset:u64 Length:u32 SharedCacheMapFlags:u32 Flags:u32 Reserved:u32
0a FlushSection WorkItemKey:ptr FileObjectKey:ptr Offset:u64 Length:u32 MmFlushFlags:u32
0b ReadAheadPrefetch ${READ_AHEAD}
0c ScheduleReadAhead WorkItemKey:ptr FileObjectKey:ptr FileOffset:u64 Length:u32 ReadAheadUnit:u32 ReadAheadLength:u32 Pad:u32 ReadAheadOffset:u64 ReadAheadBeyondLastByte:u64 ReadPattern:u8 Reserved:u8[3] SequentialReadCount:u32 SharedCacheMapFlags:u32 Flags:u32
0d LoggedStreamInfo ${LOGGED_STREAM} LargestLsnForLWS:i64 | ${LOGGED_STREAM} Pad:u32 LargestLsnForLWS:i64
0e ExtraWriteBehindThread ThreadAction:u32 ActiveExtraWBThreads:u32 TotalDirtyPages:ptr DirtyPageThreshold:ptr AvailablePages:ptr
CritSec 3ac66736-cc59-4cff-8115-8df50e39816b 17
20 Enter
21 Leave
ALPC 45d8cccd-539f-4b72-a8b7-5c683142609a 1a
26 ConnectRequest
27 ConnectSuccess
28 ConnectFail
29 ClosePort
ThreadPool c861d0e2-a2c1-4d36-9f9c-970bab943a12 1c
29 WorkerNumaNodeSwitch PoolId:ptr CurrentNode:u32 NextNode:u32 CurrentGroup:u16 NextGroup:u16 CurrentWorkerCount:u32 NextWorkerCount:u32
2a TimerSet DueTime:i64 SubQueue:ptr Timer:ptr Period:u32 WindowLength:u32 Absolute:u32
2b TimerCancelled SubQueue:ptr Timer:ptr
2c TimerSetNTTimer DueTime:i64 SubQueue:ptr TolerableDelay:u32
2d TimerCancelNTTimer SubQueue:ptr
2e TimerExpirationBegin SubQueue:ptr
2f TimerExpirationEnd SubQueue:ptr
30 TimerExpiration DueTime:i64 SubQueue:ptr Timer:ptr Period:u32 WindowLength:u32
`;

export const STRUCTURE_EVENTS: readonly EventTable[] = EVENTS.trim()
  .split(/\n(?=\w+ [\da-f]{8}-)/)
  .map((lines) => {
    const [head = "", ...events] = lines.split("\n");
    const [task = "", guid = "", group = ""] = head.split(" ");
    const rows = events.map((line) => {
      const [, type = "", name = "", layouts = ""] = /^(\S+) (\S+) ?(.*)$/.exec(line) ?? [];
      return [Number.parseInt(type, 16), name, layouts.split(" | ")] as const;
    });
    return { provider: "Windows Kernel", task, guid, group: Number.parseInt(group, 16), rows };
  });
