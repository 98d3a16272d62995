import type { Guid } from "@adk/core";
import { type EventLayout, knownProviderName, parseLayoutText } from "@adk/event-schema";

/** Where an event stands in what it tells of; empty for one that tells of an instant. */
export type TaskOpcode = "Start" | "Stop" | "";

/** A kind of event that tells of a boot, a logon, a shutdown or a sleep. */
export interface TaskEvent {
  readonly provider: string;
  readonly task: string;
  readonly opcode: TaskOpcode;
  /** The end is told on the thread of the begin, and nothing else ties them together. */
  readonly byThread: boolean;
  /** For events that the trace itself does not describe. */
  readonly layout: EventLayout;
}

/**
 * `id opcode fields`; `v` behind the id is the first version that has these fields. The last of them may be of a later version: events
 * end where theirs do. Ids, tasks and fields are those of the manifests of
 * Windows 7 to 10 as public lists of providers have them; what a manifest leaves without a name has ours.
 */
type TaskRow = readonly [task: string, ...events: string[]];

const SUBSCRIBER = "Event:u32 SubscriberName:wstrz";
const DRIVER = "DriverNameLength:u16 DriverName:wchar[DriverNameLength]";
const DRIVER_STATUS = `${DRIVER} Status:u32`;
const APP = "Pid:u32 NameLength:u16 Name:wchar[NameLength]";
const SERVICE = "NameLength:u16 Name:wchar[NameLength]";
const POLICY_START =
  "PolicyActivityId:guid PrincipalSamName:wstrz IsMachine:u32 IsDomainJoined:u32 IsBackgroundProcessing:u32 IsAsyncProcessing:u32";
const POLICY_STOP = "PolicyElaspedTimeInSeconds:u32 ErrorCode:u32 PrincipalSamName:wstrz IsMachine:u32";
const EXTENSION_STOP = "CSEElaspedTimeInMilliSeconds:u32 ErrorCode:u32 CSEExtensionName:wstrz CSEExtensionId:guid";
const SCRIPT_STOP = "ScriptElaspedTimeInSeconds:u32 ErrorCode:u32 PrincipalSamName:wstrz ScriptType:u32";

const RESUME_TIMES = [
  "TotalResumeTime POSTTime ResumeBootMgrTime ResumeAppTime ResumeAppStartTime ResumeLibraryInitTime ResumeInitTime",
  "ResumeHiberFileTime ResumeRestoreImageStartTimestamp ResumeIoTime ResumeDecompressTime ResumeMapTime ResumeUnmapTime",
  "ResumeUserInOutTime ResumeAllocateTime ResumeKernelSwitchTimestamp KernelReturnFromHandlerTimestamp",
  "SleeperThreadEndTimestamp TimeStampCounterAtSwitchTime KernelReturnSystemPowerStateTimestamp HiberHiberFileTime InitTime",
  "HiberSharedBufferTime TotalHibernateTime KernelResumeHiberFileTime KernelResumeInitTime KernelResumeSharedBufferTime",
  "DeviceResumeTime KernelAnimationTime",
]
  .join(" ")
  .replaceAll(/\w+/g, "$&:u32");

/** Tasks whose ends are told on the thread of their begins. */
const BY_THREAD: ReadonlySet<string> = new Set(["DriverLoad", "ExecuteImage"]);

const TASKS: Readonly<Record<Guid, readonly TaskRow[]>> = {
  // Microsoft-Windows-Winlogon
  "dbe9b383-7cf3-4331-91cc-a3cb16a3b538": [
    ["AuthenticateUser", "1 Start", "2 Stop Win32Status:u32"],
    ["UpdatePerUserSystemParameters", "3 Start", "4 Stop"],
    ["CheckWindowsLicenseStatus", "5 Start", "6 Stop"],
    ["RestoringNetConnections", "7 Start", "8 Stop"],
    ["ExecuteShellCommandList", "9 Start CommandList:wstrz", "10 Stop"],
    ["ThemesOnLogonPre", "11 Start", "12 Stop"],
    ["ThemesOnLogonPost", "13 Start", "14 Stop"],
    ["ThemesOnLogoff", "51 Start", "52 Stop"],
    ["CreatePrimaryTerminal", "101 Start", "102 Stop"],
    ["StartLogonUI", "103 Start", "104 Stop"],
    ["WaitForLSM", "107 Start", "108 Stop"],
    ["DisplayWelcomeScreen", "201 Start", "202 Stop"],
    ["RequestCredentials", "203 Start", "204 Stop"],
    ["ThemesOnCreateSession", "205 Start", "206 Stop"],
    ["ThemesOnTerminateSession", "207 Start", "208 Stop"],
    ["ReceivedLogoffRequest", "301 - Flags:u32"],
    ["ShutdownWindows", "401 Start Flags:u32", "402 Stop Win32Status:u32"],
    ["InitiateShutdown", "403 Start Flags:u32", "404 Stop Win32Status:u32"],
    ["NotifyExecute", "801 Start Event:u32", "802 Stop Event:u32"],
    ["NotifySubscriber", `805 Start ${SUBSCRIBER}`, `806 Stop ${SUBSCRIBER}`],
    ["UserBoot", "5001 Start SessionId:u32", "5002 Stop"],
    ["UserShellLaunch", "5005 -"],
    ["SystemBoot", "5007 Stop SessionId:u32"],
    ["LogoffRequestToUserFeedback", "6101 Start LogoffFlags:u32", "6102 Stop Flags:u32"],
    ["LogoffAppsTerminationToSessionEnd", "6103 Start LogoffFlags:u32", "6104 Stop LogoffFlags:u32"],
    ["Logon", "6108 Start", "6109 Stop Status:u32", "6110 Stop", "6111 Stop", "6112 Stop"],
  ],
  // Microsoft-Windows-Wininit
  "206f6dea-d3c5-4d10-bc72-989f03c8b84b": [
    ["WaitForWinstationShutdown", "1 Start", "2 Stop"],
    ["PreShutdownNotification", "3 Start", "4 Stop"],
    ["WaitForSystemProcesses", "5 Start", "6 Stop"],
    ["ShutdownSystemRestore", "7 Start", "8 Stop"],
    ["ShutdownWindows", "9 Start Flags:u32", "10 Stop Win32Status:u32"],
    ["NtShutdownSystem", "51 -"],
    ["SentLogoffRequest", "53 - SessionId:u32 Flags:u32"],
    ["ReceivedShutdownRequest", "55 - SessionId:u32 IsRemote:u32 GracePeriod:u32 Flags:u32 Reason:u32"],
  ],
  // Microsoft-Windows-Winsrv: in the csrss.exe of each session
  "9d55b53d-449b-4824-a637-24f9d69aa02f": [
    ["ThreadShutdown", "12001 Start ThreadId:u32 Flags:u32 ProcessId:u32", "12002 Stop Command:u32"],
    ["TerminateProcess", "12005 Start", "12006 Stop"],
    ["WaitForProcess", "12007 Start", "12008 Stop WaitStatus:u32"],
  ],
  // Microsoft-Windows-Services
  "0063715b-eeda-4007-9429-ad526f62696e": [
    ["Autostart", "101 Start", "102 Stop"],
    ["StartingGroup", "103 Start GroupName:wstrz", "104 Stop GroupName:wstrz"],
    [
      "ServiceStatusChange",
      "105 - ExecutionPhase:u32 CurrentState:u32 StartType:u32 PID:u32 ServiceName:wstrz ImageName:wstrz",
    ],
    ["PerfCriticalAutostart", "106 Start", "107 Stop"],
    ["WaitForLsa", "108 Start", "109 Stop"],
  ],
  // Microsoft-Windows-Subsys-SMSS
  "43e63da5-41d1-4fbf-aded-1bbed98fdd1d": [
    ["ExecuteImage", "1 Start Flags:u32 ImageNameLength:u16 ImageName:wchar[ImageNameLength]", "2 Stop ProcessId:u32"],
    ["InitializeRegistry", "3 Start", "4 Stop"],
    ["SetupExecuteList", "5 Start", "6 Stop"],
    ["BootExecuteList", "7 Start", "8 Stop"],
    ["ProcessFileRenames", "9 Start", "10 Stop"],
    ["LoadSubsystem", "23 Start SessionId:u32 ImageNameLength:u16 ImageName:wchar[ImageNameLength]", "24 Stop"],
    ["InitializeKnownDlls", "25 Start", "26 Stop"],
  ],
  // Microsoft-Windows-User Profiles Service; its tasks have no names. 1 to 4: notifications of logon and logoff.
  "89b1e9f0-5aff-44a6-9b44-0a07a7ce5845": [
    ["UserLogonNotification", "1 Start Session:u32", "2 Stop Session:u32"],
    ["UserLogoffNotification", "3 Start Session:u32", "4 Stop Session:u32"],
    ["HiveLoaded", "5 - File:wstrz Key:wstrz"],
    ["CreateNewProfile", "1001 Start", "1002 Stop"],
  ],
  // Microsoft-Windows-GroupPolicy; its tasks have no names. 6xxx ended with warnings, 7xxx failed.
  "aea1b4fa-97d1-45f2-a64c-4d69fffd92c9": [
    ["ComputerStartupPolicy", ...policyEvents(0)],
    ["UserLogonPolicy", ...policyEvents(1)],
    ["ComputerNetworkChangePolicy", ...policyEvents(2)],
    ["UserNetworkChangePolicy", ...policyEvents(3)],
    ["ComputerManualPolicy", ...policyEvents(4)],
    ["UserManualPolicy", ...policyEvents(5)],
    ["ComputerPeriodicPolicy", ...policyEvents(6)],
    ["UserPeriodicPolicy", ...policyEvents(7)],
    [
      "PolicyExtension",
      "4016 Start CSEExtensionId:guid CSEExtensionName:wstrz",
      `5016 Stop ${EXTENSION_STOP}`,
      `6016 Stop ${EXTENSION_STOP}`,
      `7016 Stop ${EXTENSION_STOP}`,
    ],
    ["PolicyScript", "4018 Start PrincipalSamName:wstrz ScriptType:u32", `5018 Stop ${SCRIPT_STOP}`, "7018 Stop"],
  ],
  // Microsoft-Windows-Shell-Core: starts of explorer.exe
  "30336ed4-e327-447c-9de0-51b652c86108": [
    ["Explorer_InitInstrumentation", "9613 -"],
    ["Explorer_Start", "9617 -"],
    ["Explorer_Startup_PhaseReached", "9647 - psz:wstrz"],
    ["Explorer_Startup_Step", "9648 Start psz:wstrz", "9649 Stop"],
    ["Explorer_Startup_ParallelStep", "9652 Start", "9653 Stop"],
    ["Explorer_EnumeratingRunKey", "9705 Start KeyName:wstrz", "9706 Stop"],
    ["Explorer_ExecutingFromRunKey", "9707 Start Command:wstrz", "9708 Stop Command:wstrz"],
    ["Explorer_ExecutingFromStartupMenu", "9711 Start", "9712 Stop"],
    ["ActiveSetup", "60753 Start", "60754 Stop"],
  ],
  // Microsoft-Windows-Diagnostics-PerfTrack: how Windows itself waits for the idle time behind a boot; `HybridBootTimes` is ours.
  "030f2f57-abd0-4427-bcf1-3a3587d7dc7d": [
    ["IdleDetection_PostBoot", "1100 -"],
    ["IdleDetection_Stop", "1103 -"],
    ["IdleDetection_Cancel", "1104 -"],
    ["IdleDetection_PostResumeFromHybridboot", "1111 -"],
    ["HybridBootTimes", "1500 - MainPathHybridbootTimeMs:u32 PostTimeMs:u32 ResumeTimeMs:u32"],
  ],
  // Microsoft-Windows-Kernel-Boot: what happened before the kernel, in milliseconds by the texts of the messages
  "15ca44ff-4d7a-4baa-bba5-0998955e531e": [
    ["BootManager", "7 - BootmgrTime:u64"],
    ["PreBoot", "11 - PreBootMgrTime:u64"],
    ["BootType", "27 - BootType:u32"],
    ["UserInputTime", "32 - BitlockerUserInputTime:u64"],
  ],
  // Microsoft-Windows-Kernel-PnP
  "9c205a39-1250-487d-abd7-e831c6290539": [
    ["BootStart", "200 Start", "201 Stop"],
    ["SystemStart", "202 Start", "203 Stop"],
    ["OsLoader", "204 - OSLoaderStart:u64 OSLoaderEnd:u64"],
    ["BootInit", `210 Start ${DRIVER}`, `211 Stop ${DRIVER_STATUS}`],
    ["DriverLoad", `212 Start ${DRIVER}`, "213 Stop"],
    ["DeviceStart", `216 Start ${DRIVER}`, `218 Stop ${DRIVER_STATUS}`],
    ["DeviceEnum", `220 Start ${DRIVER}`, `222 Stop ${DRIVER}`],
    ["DriverInit", `226 Start ${DRIVER}`, `227 Stop ${DRIVER_STATUS}`],
    ["SystemStartPnPEnum", "260 Start", "261 Stop"],
    ["SystemStartLegacyEnum", "262 Start", "263 Stop"],
    ["BootDriverReinit", "264 Start", "265 Stop"],
    ["SystemStartDriverReinit", "266 Start", "267 Stop"],
  ],
  // Microsoft-Windows-Kernel-Power; where a task has events of the whole phase and of each part, `Each` is ours, as are `Veto`, an opcode of
  // Windows, and `ResumeTimes`.
  "331c3b3a-2005-44c2-ac5e-77220c37d6b4": [
    ["PowerTransition", "1 Start Reason:u32 Flags:u32 Time:filetime", "2 Stop Status:u32 Time:filetime"],
    ["QueryApps", "3 Start", "4 Stop"],
    ["QueryServices", "5 Start", "6 Stop"],
    [
      "Irp",
      "7 Start Irp:ptr PowerStateType:u32 MinorFunction:u8 TargetDevice:ptr InstanceNameLength:u16 InstanceName:wchar[InstanceNameLength] PowerState:u8",
      "8 Stop Irp:ptr Status:u32 FailedDriver:wstrz",
    ],
    ["QueryAppsVeto", "9 - Pid:u32 Window:ptr AppNameLength:u16 AppName:wchar[AppNameLength]"],
    ["QueryServicesVeto", "10 - Pid:u32 ServiceNameLength:u16 ServiceName:wchar[ServiceNameLength]"],
    ["QueryDriversVeto", `40 - ${DRIVER} InstanceNameLength:u16 InstanceName:wchar[InstanceNameLength]`],
    ["QueryAppsEach", `12 Start ${APP}`, "13 Stop Pid:u32"],
    ["QueryServicesEach", `14 Start ${SERVICE}`, `15 Stop ${SERVICE}`],
    ["SuspendAppsEach", `16 Start ${APP}`, "17 Stop Pid:u32"],
    ["SuspendServicesEach", `18 Start ${SERVICE}`, `19 Stop ${SERVICE}`],
    ["Driver", "20 Start Irp:ptr Device:ptr DriverName:wstrz", "21 Stop Irp:ptr Device:ptr"],
    ["SuspendApps", "22 Start", "23 Stop"],
    ["SuspendServices", "24 Start", "25 Stop"],
    ["ResumeApps", "26 -"],
    ["ResumeServices", "27 -"],
    ["SuspendDevices", "35 Start Query:u32 TargetState:u32 EffectiveState:u32", "36 Stop"],
    ["WakeDevices", "37 Start", "38 Stop"],
    [
      "PowerTransitionTimes",
      "39 - SleepTime:u32 ResumeTime:u32 DriverWakeTime:u32 HiberWriteTime:u32 HiberReadTime:u32 HiberPagesWritten:u32 BiosInitTime:u32 CheckpointTime:u32",
    ],
    ["PreSleepNotification", "42 -"],
    ["ZeroHiberFile", "43 Start", "44 Stop"],
    ["FlushVolumes", "45 Start", "46 Stop"],
    ["GracefulShutdown", "47 Start", "48 Stop"],
    ["ZeroPageFile", "49 Start", "50 Stop"],
    ["IoShutdownSystem", "51 Start", "52 Stop"],
    ["WaitForProcesses", "53 Start", "54 Stop"],
    ["CmShutdownSystem", "55 Start", "56 Stop"],
    ["ShowUI", "57 Start", "58 Stop"],
    ["Superfetch", "64 Start", "65 Stop"],
    ["Winlogon", "66 Start", "67 Stop"],
    ["PreSleepCallbacks", "68 Start", "69 Stop"],
    ["HideUI", "70 Start", "71 Stop"],
    ["FlushAllPages", "100 Start", "101 Stop"],
    ["BuildNotifyList", "102 Start", "103 Stop"],
    ["PostSleepNotification", "107 -"],
    ["ShutdownAction", "109 -"],
    ["ResumeTimes", `117 - ${RESUME_TIMES}`],
  ],
  // Microsoft-Windows-Kernel-General
  "a68ca8b7-004f-d7b6-a698-07e2de0f1f5d": [
    ["SystemStart", "12 -"],
    ["SystemStop", "13 -"],
  ],
};

/** Group policy numbers its starts 4000 to 4007, and their ends 8000, 6000 and 7000 in the same way. */
function policyEvents(number: number): string[] {
  return [
    `${4000 + number}v1 Start ${POLICY_START}`,
    `${8000 + number}v1 Stop ${POLICY_STOP}`,
    `${7000 + number}v1 Stop ${POLICY_STOP}`,
    `${6000 + number} Stop`,
  ];
}

let known: readonly TaskEvent[] | undefined;
let byId: ReadonlyMap<string, TaskEvent> | undefined;

/** All that are known. */
export function taskEvents(): readonly TaskEvent[] {
  known ??= Object.entries(TASKS).flatMap(([guid, rows]) => {
    const provider = { guid, name: knownProviderName(guid) ?? guid };
    return rows.flatMap(([task, ...events]) => events.map((text) => parseRow(provider, task, text)));
  });
  return known;
}

/** What an event tells of; undefined if it is none of these. */
export function taskEvent(provider: Guid, id: number): TaskEvent | undefined {
  byId ??= new Map(taskEvents().map((event) => [`${event.layout.provider.guid} ${event.layout.id}`, event]));
  return byId.get(`${provider} ${id}`);
}

function parseRow(provider: EventLayout["provider"], task: string, text: string): TaskEvent {
  const [number = "", opcodeText = "", ...fields] = text.split(" ");
  const [id = 0, version = 0] = number.split("v").map(Number);
  const opcode = opcodeText === "-" ? "" : (opcodeText as TaskOpcode);
  const layout = {
    provider,
    name: [provider.name, task, opcode].filter((part) => part !== "").join("/"),
    task,
    opcode,
    id,
    version,
    fields: parseLayoutText(fields.join(" ")),
  };
  return { provider: provider.name, task, opcode, byThread: BY_THREAD.has(task), layout };
}
