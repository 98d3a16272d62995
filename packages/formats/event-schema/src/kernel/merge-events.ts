/** Events of a class. */
export interface EventTable {
  readonly provider: string;
  /** The class: of kernel events as the MOF calls it. */
  readonly task: string;
  readonly guid: string;
  /** Group of the hook ids. */
  readonly group?: number;
  /** Several layouts if only the length of a payload tells them apart, the shortest first. */
  readonly rows: readonly (readonly [opcode: number, name: string, layout: string | readonly string[]])[];
}

const WINSAT = "State:u32 UncompressedLength:u32 Data:bytes";
const CODE_VIEW = "ImageBase:ptr ProcessId:u32 GuidSig:guid Age:u32 PdbFileName:astrz";

const NETWORK_INTERFACE =
  "InterfaceLuid:u64 InterfaceIndex:u32 InterfaceGuid:guid Alias:wchar[257] Description:wchar[257] PhysicalAddressLength:u32 PhysicalAddress:bytes[32] PermanentPhysicalAddress:bytes[32] Mtu:u32 Type:u32 TunnelType:u32 MediaType:u32 PhysicalMediumType:u32 AccessType:u32 DirectionType:u32 InterfaceAndOperStatusFlags:u8 Pad1:bytes[3] OperStatus:u32 AdminStatus:u32 MediaConnectState:u32 NetworkGuid:guid ConnectionType:u32 Pad2:u32 TransmitLinkSpeed:u64 ReceiveLinkSpeed:u64 InOctets:u64 InUcastPkts:u64 InNUcastPkts:u64 InDiscards:u64 InErrors:u64 InUnknownProtos:u64 InUcastOctets:u64 InMulticastOctets:u64 InBroadcastOctets:u64 OutOctets:u64 OutUcastPkts:u64 OutNUcastPkts:u64 OutDiscards:u64 OutErrors:u64 OutUcastOctets:u64 OutMulticastOctets:u64 OutBroadcastOctets:u64 OutQLen:u64";

/** Events that xperf and WPR put into a trace when they stop or merge it. */
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
      // From the entry of the debug directory that names the database (IMAGE_DEBUG_DIRECTORY): in two traces of Windows 10 and 11 it is the
      // time stamp of nearly all images of Windows, and the version is that of portable databases (0x504d0100). The name is ours.
      [38, "CodeViewEntry", "ImageBase:ptr ProcessId:u32 TimeDateStamp:u32 MajorVersion:u16 MinorVersion:u16"],
      // A portable PDB; its name is that of the module.
      [39, "DbgID_PPDB", "ImageBase:ptr ProcessId:u32 MajorVersion:u16 MinorVersion:u16 GuidSig:guid Age:u32"],
      // What it says of the image is not known.
      [40, "Opcode(40)", "ImageBase:ptr ProcessId:u32"],
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
    provider: "KernelTraceControl",
    task: "WinSat",
    guid: "ed54dff8-c409-4cf6-bf83-05e1e61a09c4",
    rows: [
      // Parts of what the assessment of the system found: XML in UTF-16, compressed with LZNT1. The names are those of their elements.
      [33, "WinSPR", WINSAT],
      [35, "Metrics", WINSAT],
      [37, "SystemConfig", WINSAT],
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
      // MIB_IF_ROW2 (netioapi.h).
      [36, "NetworkInterface", NETWORK_INTERFACE],
    ],
  },
];
