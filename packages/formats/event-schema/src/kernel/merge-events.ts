/**
 * Events that xperf and WPR put into a trace when they stop or merge it, and kernel events that are in none of the collected
 * tables, in the form of those.
 */
export interface EventTable {
  readonly provider: string;
  readonly task: string;
  readonly guid: string;
  /** Group of the hook ids. */
  readonly group?: number;
  readonly rows: readonly (readonly [opcode: number, name: string, layout: string])[];
}

const CODE_VIEW = "ImageBase:ptr ProcessId:u32 GuidSig:guid Age:u32 PdbFileName:astrz";

export const MERGE_EVENTS: readonly EventTable[] = [
  {
    provider: "KernelTraceControl",
    task: "ImageID",
    guid: "b3e675d7-2554-4f18-830b-2762732560de",
    rows: [
      [0, "Info", "ImageBase:ptr ImageSize:ptr ProcessId:u32 TimeDateStamp:u32 OriginalFileName:wstrz"],
      [32, "None", "ImageBase:ptr ProcessId:u32"],
      // Where the symbols are in a .dbg file; the third number is unknown.
      [34, "DbgID_DBG", "ImageBase:ptr ProcessId:u32 Reserved:u32 TimeDateStamp:u32 ImageSize:u32 DbgFileName:wstrz"],
      [36, "DbgID_RSDS", CODE_VIEW],
      [37, "DbgID_ILRSDS", CODE_VIEW],
      // A portable PDB; its name is that of the module.
      [39, "DbgID_PPDB", "ImageBase:ptr ProcessId:u32 MajorVersion:u16 MinorVersion:u16 GuidSig:guid Age:u32"],
      // The image could not be read.
      [41, "Error", "Message:wstrz"],
      [
        64,
        "FileVersion",
        "ImageSize:u32 TimeDateStamp:u32 OrigFileName:wstrz FileDescription:wstrz FileVersion:wstrz BinFileVersion:wstrz VerLanguage:wstrz ProductName:wstrz CompanyName:wstrz ProductVersion:wstrz FileId:wstrz ProgramId:wstrz",
      ],
    ],
  },
  {
    provider: "KernelTraceControl",
    task: "MetaData",
    guid: "bbccf6c1-6cd1-48c4-80ff-839482e37671",
    rows: [
      [32, "EventInfo", "TraceEventInfo:bytes"],
      [33, "EventMapInfo", "ProviderGuid:guid EventMapInfo:bytes"],
    ],
  },
  {
    provider: "Windows Kernel",
    task: "SysConfig",
    guid: "9b79ee91-b5fd-41c0-a243-4248e266e9d0",
    rows: [
      [32, "BuildInfo", "InstallDate:filetime BuildLab:wstrz ProductName:wstrz"],
      [33, "SystemPaths", "SystemDirectory:wstrz SystemWindowsDirectory:wstrz"],
      [34, "UnknownVolume", "Value:wstrz"],
      [35, "VolumeMapping", "NtPath:wstrz DosPath:wstrz"],
    ],
  },
  {
    provider: "Windows Kernel",
    task: "Memory",
    guid: "3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c",
    group: 2,
    rows: [
      // As in the manifest of Microsoft-Windows-Kernel-Memory, whose event 1 it is.
      [
        112,
        "MemInfo",
        "PriorityLevels:u8 ZeroPageCount:ptr FreePageCount:ptr ModifiedPageCount:ptr ModifiedNoWritePageCount:ptr BadPageCount:ptr StandbyPageCounts:ptr[PriorityLevels] RepurposedPageCounts:ptr[PriorityLevels] ModifiedPageCountPageFile:ptr PagedPoolPageCount:ptr NonPagedPoolPageCount:ptr MdlPageCount:ptr CommitPageCount:ptr",
      ],
    ],
  },
];
