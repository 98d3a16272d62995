/** A keyword of the kernel's provider, as WPR's profiles name it. */
export interface SystemKeyword {
  readonly name: string;
  /** As the kernel's logger takes it: the upper three bits choose one of its eight masks. */
  readonly mask: number;
  /** What is recorded then. */
  readonly records: string;
}

/** `Name mask what`: names from WPR's documents, masks from the kernel's headers (EVENT_TRACE_FLAG_*, PERF_*). */
const KEYWORDS = `
ProcessThread 00000003 processes and threads that start and end
Loader 00000004 programs and libraries that are loaded, which stacks need to get names
ProcessCounter 00000008 memory counters of processes when they end
CSwitch 20000004 context switches: which thread ran where and when
CompactCSwitch 20000100 context switches in a short form
ReadyThread 20000200 which thread made which other one ready
Dispatcher 20000200 which thread made which other one ready
ThreadPriority 20002000 changes of the priorities of threads
DPC 20000080 deferred procedure calls and how long they took
DpcQueue 20040000 deferred procedure calls when they are queued
Interrupt 20004000 interrupt service routines and how long they took
InterProcessorInterrupt 40400000 interrupts of one processor by another
ClockInterrupt 40040000 interrupts of the clock
Timer 40020000 timers that are set and that expire
SystemCall 40000040 every call of the kernel: very many
SampledProfile 20000002 what each processor is at, a thousand times a second
PmcProfile 20000400 the same by the processors' counters
DiskIO 00000300 reads, writes and flushes of disks when they are done, with names of files
DiskIOInit 00000400 the same when they begin, for stacks and queues
OpticalIO 80000001 the same of optical drives
OpticalIOInit 80000002 the same when they begin
SplitIO 00200000 requests of mirrored and other split volumes
FileIO 02000000 operations on files when they are done
FileIOInit 04000000 operations on files when they begin, with their paths
Filename 00000200 names of files
HardFaults 00002000 pages that had to be read from disk
AllFaults 00001000 all page faults: very many
Memory 20000001 faults and lists of pages: very many
MemoryInfo 20080000 use of physical memory, twice a second
MemoryInfoWS 20800000 working sets of processes, twice a second
VirtualAllocation 20008000 virtual memory that is allocated and freed
VAMap 00008000 files that are mapped and unmapped
FootPrint 20000008 use of pages by processes
ReferenceSet 20000020 pages that are referenced
Session 20400000 sessions of memory
Pool 20000040 allocations of kernel pool
Registry 00020000 operations on the registry
RegHive 41000000 hives that are loaded and unloaded
RegNotify 42000000 notifications of changes in the registry
NetworkTrace 00010000 sends, receives and connections of TCP and UDP
ALPC 00100000 local procedure calls between processes
Drivers 00800000 calls of drivers and their completions
WDFDPC 81000000 deferred procedure calls of drivers by their framework
WDFInterrupt 82000000 interrupts of drivers by their framework
Power 80008000 states of power of processors and system
IdleStates 40008000 idle states of processors
CpuConfig 40010000 processors, their topology and frequencies
Handle 80000040 handles that are created, duplicated and closed
Object 80000080 kernel objects that are created and deleted
SynchronizationObjects 20020000 waits for kernel objects
SpinLock 20010000 spin locks that are held long
KernelQueue 21000000 queues of work in the kernel
WorkerThread 48000000 system worker threads
AntiStarvation 40000001 threads that get a higher priority because they waited long
ProcessFreeze 40000002 apps that are suspended and resumed
Debugger 80000800 debug events
CacheManager 80020000 the cache of files
`;

export const SYSTEM_KEYWORDS: ReadonlyMap<string, SystemKeyword> = new Map(
  KEYWORDS.trim()
    .split("\n")
    .map((line) => {
      const [, name = "", mask = "", records = ""] = /^(\S+) (\S+) (.*)$/.exec(line) ?? [];
      return [name, { name, mask: Number.parseInt(mask, 16), records }];
    }),
);

/** Which keywords record the events that a stack belongs to. */
const STACK_KEYWORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(Thread(Create|Delete|DCStart|DCEnd)|Process(Create|Delete))$/, ["ProcessThread"]],
  [/^Image(Load|Unload)$/, ["Loader"]],
  [/^CSwitch$/, ["CSwitch"]],
  [/^ReadyThread$/, ["ReadyThread", "Dispatcher"]],
  [/^(SampledProfile|ProfileSetInterval)$/, ["SampledProfile"]],
  [/^PmcInterrupt$/, ["PmcProfile"]],
  [/^Sys(tem)?call(Enter|Exit)$/i, ["SystemCall"]],
  [/^Disk(Read|Write|Flush)Init$/, ["DiskIOInit"]],
  [/^FileOpEnd$/, ["FileIO"]],
  [/^File(Create|Cleanup|Close|Read|Write|Set|Delete|Rename|Dir|Flush|Query|FSCTL)/, ["FileIOInit"]],
  [/^HardFault$/, ["HardFaults"]],
  [/^Page[Ff]ault/, ["AllFaults", "Memory", "HardFaults"]],
  [/^Virtual(Allocation|Free)$/, ["VirtualAllocation"]],
  [/^Un[Mm]apFile$|^MapFile$/, ["VAMap"]],
  [/^Pool(Allocation|Free)/, ["Pool"]],
  [/^RegHive/, ["RegHive"]],
  [/^Reg/, ["Registry"]],
  [/^Handle(Create|Close|Duplicate)$/, ["Handle"]],
  [/^Thread(Set)?(Base)?Priority/, ["ThreadPriority"]],
  [/^ALPC/i, ["ALPC"]],
  [/^SplitIO/, ["SplitIO"]],
  [/^KernelQueue/, ["KernelQueue"]],
  [/^Timer/, ["Timer"]],
  [/^(Mini[Ff]ilter|Heap|ThreadPool|Page|SynchronizationObject|SpinLock|WDF|Executive|Pmc|Session|CC)/, []],
];

/** @returns nothing for a stack that is not known; an empty list where the keyword is not */
export function keywordsOfStack(stack: string): readonly string[] | undefined {
  return STACK_KEYWORDS.find(([pattern]) => pattern.test(stack))?.[1];
}
