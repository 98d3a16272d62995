type Field = readonly [name: string, type: string, count?: number | undefined];

const TYPES: Record<string, string> = { size: "ptr", time64: "u64", sid: "wbemsid" };

/** Heap handles and addresses are pointers (the MOF says so of those of Windows Vista, real 64-bit heaps need it). */
const HEAP_POINTERS = /^(Heap|HeapHandle|SubSegment|Block|\w*Address)$/;

/**
 * What the collected layouts do not say, and where they are wrong.
 *
 * @returns a layout as one line: `Name:type`, with `[n]` a fixed array, `[Name]` one whose count is another field, `[*]` all
 * that is left
 */
export function correctLayout(className: string, fields: readonly Field[]): string {
  const text = fields.map(([name, type, count]) => {
    const plain = TYPES[type] ?? type;
    const corrected = correctType(className, name, plain);
    return `${name}:${corrected}${count === undefined || corrected !== plain ? "" : `[${count}]`}`;
  });
  return WHOLE[text.join(" ")] ?? text.join(" ").replace(/ Stack1:ptr.* Stack32:ptr/, " Stack:ptr[*]");
}

function correctType(className: string, name: string, type: string): string {
  if (className === "HeapTrace" && type === "u32" && HEAP_POINTERS.test(name)) return "ptr";
  if (className === "StackWalk" && name === "StackFrame") return "ptr[*]";
  if (className === "EventTrace" && /^(EndTime|BootTime|StartTime)$/.test(name)) return "filetime";
  if (className === "SystemConfig" && name === "HyperThreadingFlag") return "ptr";
  if (name === "ExitTime" || name === "InstallDate") return "filetime";
  if (name === "TimeZoneInformation") return "timezone";
  if (name === "CounterName") return "wstrz[CounterCount]";
  if (name === "UpperFilters") return "wstrz[UpperFiltersCount]";
  if (name === "LowerFilters") return "wstrz[LowerFiltersCount]";
  if (/^[ds]port$/.test(name)) return "port";
  return type;
}

const WHOLE: Record<string, string> = {
  // Seen in Windows 11: 64, 128 and 16 characters, the identifier before the vendor.
  "ProcessorIndex:u32 FeatureSet:u32 ProcessorSpeed:u32 ProcessorName:wchar VendorIdentifier:wchar ProcessorIdentifier:wchar":
    "ProcessorIndex:u32 FeatureSet:u32 ProcessorSpeed:u32 ProcessorName:wchar[64] ProcessorIdentifier:wchar[128] VendorIdentifier:wchar[16]",
  // One for each processor, group and node, as traces of machines with several have them.
  "ProcessorCount:u32 ProcessorNumber:u32": "ProcessorCount:u32 ProcessorNumber:u32[ProcessorCount]",
  "GroupCount:u32 Affinity:ptr": "GroupCount:u32 Affinity:ptr[GroupCount]",
  "NodeCount:u32 NodeMap:u64": "NodeCount:u32 NodeMap:groupaffinity[NodeCount]",
  // Named as in the events that refer to them.
  "key:ptr StackFrame:ptr[*]": "StackKey:ptr Stack:ptr[*]",
  // A string fills the event.
  "Message:astrz Padding:wchar": "Message:astrz",
  "GuidCount:u32 Guid:guid BinaryPath:wstrz": "GuidCount:u32 Guid:guid[GuidCount] BinaryPath:wstrz",
};

/** What later versions of Windows write behind or instead of fields without another version of the event: the length tells. */
export function laterLayout(className: string, text: string): string | undefined {
  // Seen in 64-bit Windows 8, where PerfView reads a pointer too.
  if (/^(Tcp|Udp)Ip$/.test(className) && text.endsWith("seqnum:u32 connid:u32")) return text.replace(/u32$/, "ptr");
  if (className === "ObTrace" && text.includes("TargetProcessId:u32")) return `${text} SourceProcessId:u32`;
  return undefined;
}
