import type { FieldValues } from "./event-payload.ts";
import { providerEvent } from "./provider-event.ts";
import { SyntheticTrace, type SyntheticTraceOptions } from "./synthetic-trace.ts";

/** Processes and threads of the synthetic machine. */
export const BOOT = {
  services: 300,
  winlogon: 200,
  wininit: 150,
  csrss: 140,
  csrss0: 130,
  svchost: 320,
  userinit: 380,
  shell: 400,
  updater: 500,
  shellThread: 404,
  updaterThread: 504,
  diskThread: 508,
} as const;

export interface SyntheticBootOptions extends SyntheticTraceOptions {
  /** Events of these names are left out, as if they had been lost: `Winlogon/AuthenticateUser/Stop`. */
  readonly lost?: readonly string[];
  /** Processes whose starts are left out. */
  readonly lostStarts?: readonly string[];
}

/**
 * A synthetic boot, logon and shutdown whose truth is known: nothing of it was ever recorded. The boot goes from 0 to 18 s, the shutdown
 * from 40 s to 47 s; times are milliseconds.
 */
export class SyntheticBoot {
  readonly trace: SyntheticTrace;
  readonly #lost: readonly string[];
  readonly #lostStarts: readonly string[];

  constructor({ lost = [], lostStarts = [], ...options }: SyntheticBootOptions = {}) {
    this.#lost = lost;
    this.#lostStarts = lostStarts;
    const header = { processors: 1, cpuSpeedMhz: 2400, ...options.header };
    this.trace = new SyntheticTrace({ ...options, header });
  }

  #say(name: string, time: number, fields: FieldValues = {}, pid = 4, tid = pid + 1): this {
    if (!this.#lost.includes(name)) providerEvent(this.trace, name, time, fields, { pid, tid });
    return this;
  }

  #start(pid: number, name: string, session: number, start: number): this {
    if (!this.#lostStarts.includes(name)) this.trace.process(pid, name, { session, start });
    return this;
  }

  /** Drivers, sessions and services up to the desktop, and the idle time behind it. */
  boot(): this {
    const { trace } = this;
    trace.process(4, "System", { session: 0 }).thread(8, 4);
    this.#say("Kernel-PnP/OsLoader", 1, { OSLoaderStart: 2_400_000_000n, OSLoaderEnd: 7_200_000_000n })
      .#say("Kernel-PnP/BootStart/Start", 10)
      .#say("Kernel-PnP/DriverInit/Start", 20, driver("\\Driver\\slow"))
      .#say("Kernel-PnP/DriverInit/Start", 25, driver("\\Driver\\quick"), 4, 99)
      .#say("Kernel-PnP/DriverInit/Stop", 30, driver("\\Driver\\quick"), 4, 99)
      .#say("Kernel-PnP/DriverInit/Stop", 320, driver("\\Driver\\slow"))
      .#say("Kernel-PnP/BootStart/Stop", 400)
      .#say("Kernel-PnP/SystemStart/Start", 410)
      .#say("Kernel-PnP/SystemStart/Stop", 905);
    this.#start(100, "smss.exe", 0, 1000)
      .#start(BOOT.csrss0, "csrss.exe", 0, 1500)
      .#start(BOOT.csrss, "csrss.exe", 1, 1600)
      .#start(BOOT.wininit, "wininit.exe", 0, 1700)
      .#start(BOOT.services, "services.exe", 0, 1800)
      .#start(BOOT.winlogon, "winlogon.exe", 1, 3000)
      .#start(BOOT.svchost, "svchost.exe", 0, 3050);
    const csrss = { SessionId: 0, ImageName: "csrss.exe", ImageNameLength: 9 };
    this.#say("Subsys-SMSS/LoadSubsystem/Start", 1200, csrss, 100).#say(
      "Subsys-SMSS/LoadSubsystem/Stop",
      1450,
      {},
      100,
    );
    this.#services();
    this.#start(BOOT.userinit, "userinit.exe", 1, 4600)
      .#start(BOOT.shell, "explorer.exe", 1, 5000)
      .#start(BOOT.updater, "updater.exe", 1, 7500);
    trace
      .thread(BOOT.shellThread, BOOT.shell, { start: 5000 })
      .thread(BOOT.updaterThread, BOOT.updater, { start: 7500 })
      .thread(BOOT.diskThread, BOOT.updater, { start: 7500 })
      .contextSwitch(5000, 0, 0, BOOT.shellThread, { NewThreadPriority: 9 })
      .contextSwitch(7000, 0, BOOT.shellThread, 0)
      .contextSwitch(8000, 0, 0, BOOT.updaterThread, { NewThreadPriority: 8 })
      .contextSwitch(9000, 0, BOOT.updaterThread, 0)
      .file(77, "C:\\Program Files\\updater.dll")
      .diskTransfer(5200, 5350, { thread: BOOT.shellThread, file: 78, size: 4096, irp: 1 })
      .diskTransfer(8000, 8600, { thread: BOOT.diskThread, file: 77, size: 65536, irp: 2 })
      .file(78, "C:\\Windows\\explorer.exe");
    return this;
  }

  #services(): void {
    const group = (name: string) => ({ GroupName: name });
    const state = (ServiceName: string, CurrentState: number, PID = 0) => ({
      ServiceName,
      CurrentState,
      StartType: 2,
      PID,
      ImageName: "svchost.exe",
    });
    const change = "Services/ServiceStatusChange";
    this.#say("Services/StartingGroup/Start", 3100, group("Network"), BOOT.services)
      .#say(change, 3110, state("Dhcp", 2), BOOT.services)
      .#say(change, 3120, state("Dhcp", 2), BOOT.services)
      .#say(change, 3150, state("Broken", 2), BOOT.services)
      .#say(change, 3160, state("Broken", 1), BOOT.services)
      .#say("Services/StartingGroup/Stop", 3200, group("Network"), BOOT.services)
      .#say(change, 3210, state("Spooler", 2), BOOT.services)
      .#say(change, 3250, state("Dhcp", 4, BOOT.svchost), BOOT.services)
      .#say(change, 3960, state("Spooler", 4, BOOT.svchost), BOOT.services);
    this.trace.event(
      "SystemConfig/Services",
      39_000,
      { ProcessId: BOOT.svchost, ServiceState: 4, SubProcessTag: 1, ServiceName: "Dhcp", DisplayName: "DHCP Client" },
      { pid: 4, tid: 8 },
    );
  }

  /** Winlogon, profile, group policy, userinit: within the boot. */
  logon(): this {
    const notification = (SubscriberName: string) => ({ Event: 1, SubscriberName });
    const { winlogon, svchost, shell } = BOOT;
    return this.#say("Winlogon/RequestCredentials/Start", 3300, {}, winlogon)
      .#say("Winlogon/RequestCredentials/Stop", 3900, {}, winlogon)
      .#say("Winlogon/AuthenticateUser/Start", 3905, {}, winlogon)
      .#say("Winlogon/AuthenticateUser/Stop", 4005, {}, winlogon)
      .#say("Winlogon/NotifyExecute/Start", 4010, { Event: 1 }, winlogon)
      .#say("Winlogon/NotifySubscriber/Start", 4015, notification("Profiles"), winlogon)
      .#say("User Profiles Service/UserLogonNotification/Start", 4016, { Session: 1 }, svchost)
      .#say("Winlogon/NotifySubscriber/Start", 4020, notification("GPClient"), winlogon, 77)
      .#say("GroupPolicy/UserLogonPolicy/Start", 4021, policy("CONTOSO\\ann"), svchost, 78)
      .#say("GroupPolicy/PolicyExtension/Start", 4030, extension("Registry"), svchost, 78)
      .#say("GroupPolicy/PolicyExtension/Stop", 4190, extension("Registry"), svchost, 78)
      .#say("User Profiles Service/UserLogonNotification/Stop", 4300, { Session: 1 }, svchost)
      .#say("Winlogon/NotifySubscriber/Stop", 4305, notification("Profiles"), winlogon, 79)
      .#say("GroupPolicy/UserLogonPolicy/Stop", 4500, { PrincipalSamName: "CONTOSO\\ann" }, svchost, 80)
      .#say("Winlogon/NotifySubscriber/Stop", 4505, notification("GPClient"), winlogon, 77)
      .#say("Winlogon/NotifyExecute/Stop", 4510, { Event: 1 }, winlogon)
      .#say("Shell-Core/Explorer_ExecutingFromRunKey/Start", 7600, { Command: "updater.exe" }, shell)
      .#say("Shell-Core/Explorer_ExecutingFromRunKey/Stop", 7650, { Command: "updater.exe" }, shell);
  }

  /** Firmware, boot manager, and of which kind the boot is. */
  beforeKernel(BootType = 0): this {
    return this.#say("Kernel-Boot/PreBoot", 2, { PreBootMgrTime: 4166n })
      .#say("Kernel-Boot/BootManager", 2, { BootmgrTime: 820n })
      .#say("Kernel-Boot/UserInputTime", 2, { BitlockerUserInputTime: 300n })
      .#say("Kernel-Boot/BootType", 2, { BootType });
  }

  /** How Windows waits for the idle time behind the boot, from 6300. */
  idleDetection(): this {
    return this.#say("Diagnostics-PerfTrack/IdleDetection_PostBoot", 6300, {}, BOOT.svchost).#say(
      "Diagnostics-PerfTrack/IdleDetection_Stop",
      19_000,
      {},
      BOOT.svchost,
    );
  }

  /** What tells that the desktop is ready, at 6200. */
  readyEvent(text = "DesktopReady", time = 6200): this {
    return this.#say("Shell-Core/Explorer_Startup_PhaseReached", time, { psz: text }, BOOT.shell);
  }

  readyMark(text = "ExplorerDesktopReady", time = 6100): this {
    this.trace.event("PerfInfo/Mark", time, { Message: text });
    return this;
  }

  shutdown(): this {
    const { winlogon, wininit, csrss, csrss0, services, shellThread, updaterThread } = BOOT;
    const stop = (ServiceName: string, CurrentState: number) => ({ ServiceName, CurrentState, StartType: 2, PID: 0 });
    const change = "Services/ServiceStatusChange";
    return this.#say("Wininit/ReceivedShutdownRequest", 40_000, { SessionId: 1 }, wininit)
      .#say("Winlogon/ReceivedLogoffRequest", 40_010, {}, winlogon)
      .#say("Winlogon/LogoffRequestToUserFeedback/Start", 40_020, {}, winlogon)
      .#say("Winsrv/ThreadShutdown/Start", 40_030, { ThreadId: shellThread }, csrss)
      .#say("Winsrv/ThreadShutdown/Stop", 40_130, {}, csrss)
      .#say("Winsrv/ThreadShutdown/Start", 40_130, { ThreadId: updaterThread }, csrss)
      .#say("Winsrv/ThreadShutdown/Stop", 43_330, {}, csrss)
      .#say("Winlogon/LogoffRequestToUserFeedback/Stop", 43_340, {}, winlogon)
      .#say("Wininit/PreShutdownNotification/Start", 43_500, {}, wininit)
      .#say(change, 43_510, stop("Spooler", 3), services)
      .#say(change, 43_900, stop("Spooler", 1), services)
      .#say(change, 43_910, stop("Dhcp", 3), services)
      .#say("Wininit/PreShutdownNotification/Stop", 44_000, {}, wininit)
      .#say(change, 44_900, stop("Dhcp", 1), services)
      .#say("Wininit/WaitForSystemProcesses/Start", 44_000, {}, csrss0)
      .#say("Wininit/WaitForSystemProcesses/Stop", 45_000, {}, csrss0)
      .#say("Wininit/NtShutdownSystem", 45_010, {}, wininit)
      .#say("Kernel-Power/GracefulShutdown/Start", 45_020)
      .#say("Kernel-Power/IoShutdownSystem/Start", 45_100)
      .#say("Kernel-Power/IoShutdownSystem/Stop", 46_900)
      .#say("Kernel-Power/GracefulShutdown/Stop", 47_000);
  }

  /** Goes to sleep at 20 s, sleeps from 22.5 to 30 s, is awake at 31 s. */
  suspend(): this {
    const app = { Pid: BOOT.updater, Name: "updater.exe", NameLength: 11 };
    const irp = (Irp: number, InstanceName: string) => ({
      Irp,
      InstanceName,
      InstanceNameLength: InstanceName.length,
    });
    return this.#say("Kernel-Power/Irp/Start", 19_000, irp(9, "PCI\\IDLE"))
      .#say("Kernel-Power/Irp/Stop", 19_100, { Irp: 9 })
      .#say("Kernel-Power/PowerTransition/Start", 20_000, { Reason: 4 })
      .#say("Kernel-Power/SuspendApps/Start", 20_010)
      .#say("Kernel-Power/SuspendAppsEach/Start", 20_020, app)
      .#say("Kernel-Power/SuspendAppsEach/Stop", 20_820, { Pid: BOOT.updater })
      .#say("Kernel-Power/SuspendApps/Stop", 20_830)
      .#say("Kernel-Power/SuspendDevices/Start", 21_000, { TargetState: 4 })
      .#say("Kernel-Power/Irp/Start", 21_010, irp(1, "PCI\\DISK"))
      .#say("Kernel-Power/Irp/Start", 21_020, irp(2, "PCI\\NET"))
      .#say("Kernel-Power/Driver/Start", 21_030, { Irp: 2, Device: 5, DriverName: "\\Driver\\net" }, 4, 12)
      .#say("Kernel-Power/Driver/Stop", 22_290, { Irp: 2, Device: 5 }, 4, 13)
      .#say("Kernel-Power/Irp/Stop", 21_110, { Irp: 1 })
      .#say("Kernel-Power/Irp/Stop", 22_300, { Irp: 2, Status: 0xc0000001 })
      .#say("Kernel-Power/SuspendDevices/Stop", 22_500)
      .#say("Kernel-Power/WakeDevices/Start", 30_000)
      .#say("Kernel-Power/WakeDevices/Stop", 30_700)
      .#say("Kernel-Power/PowerTransitionTimes", 30_900, { SleepTime: 1500, BiosInitTime: 480 })
      .#say("Kernel-Power/PowerTransition/Stop", 31_000, { Status: 0 })
      .#say("Diagnostics-PerfTrack/HybridBootTimes", 35_000, { MainPathHybridbootTimeMs: 9000 }, BOOT.svchost)
      .#say("Kernel-Power/ResumeTimes", 31_005, { POSTTime: 5500, DeviceResumeTime: 442, HiberHiberFileTime: 7 });
  }

  /** Says nothing more until a time. */
  until(time: number): SyntheticTrace {
    return this.trace.process(900, "last.exe", { start: time });
  }
}

function driver(name: string): FieldValues {
  return { DriverName: name, DriverNameLength: name.length };
}

function policy(name: string): FieldValues {
  return { PrincipalSamName: name, IsDomainJoined: 1 };
}

function extension(name: string): FieldValues {
  return { CSEExtensionName: name, CSEExtensionId: "35378eac-683f-11d2-a89a-00c04fbbcfa2" };
}
