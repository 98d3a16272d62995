import type { Extent, FieldLayout, FieldType } from "../event-layout.ts";
import { meaningOf } from "./field-meanings.ts";

const TYPES: Readonly<Record<string, FieldType>> = {
  u8: "uint8",
  i8: "int8",
  u16: "uint16",
  i16: "int16",
  u32: "uint32",
  i32: "int32",
  u64: "uint64",
  i64: "int64",
  f64: "double",
  ptr: "pointer",
  bool8: "boolean8",
  guid: "guid",
  filetime: "filetime",
  wbemsid: "wbem-sid",
  wstrz: "unicode-string",
  astrz: "ansi-string",
};

const WORKING_SET = "WorkingSetPageCount:ptr CommitPageCount:ptr VirtualSizeInPages:ptr PrivateWorkingSetPageCount:ptr";
const COMPRESSED = "StoreSizePageCount:ptr StoredPageCount:ptr CommitDebtInPages:ptr SharedCommitInPages:ptr";

/** Structures by what the lines call them. */
const STRUCTURES: Readonly<Record<string, string>> = {
  // TIME_ZONE_INFORMATION and 4 bytes up to the next multiple of 8; its dates are rules, such as the fifth Sunday of October.
  timezone:
    "Bias:i32 StandardName:wchar[32] StandardDate:date StandardBias:i32 DaylightName:wchar[32] DaylightDate:date DaylightBias:i32 Padding:u32",
  date: "Year:u16 Month:u16 DayOfWeek:u16 Day:u16 Hour:u16 Minute:u16 Second:u16 Milliseconds:u16",
  groupaffinity: "Mask:u64 Group:u16 Reserved:u16[3]",
  // PERFINFO_WORKINGSET_ENTRY, named as in the manifest of Microsoft-Windows-Kernel-Memory: up to Windows 8, since then, and of sessions.
  workingset7: `ProcessID:u32 ${WORKING_SET}`,
  workingset: `ProcessID:u32 ${WORKING_SET} ${COMPRESSED}`,
  sessionworkingset: `SessionID:u32 ${WORKING_SET.replace("VirtualSizeInPages", "PagedPoolPageCount")} ${COMPRESSED}`,
  sessionquota: "SessionId:u32 CpuShareWeight:u32 CapturedWeightData:i64 CyclesAccumulated:u64",
};

/**
 * The fields of a line such as `ImageBase:ptr FileName:wstrz`: `[n]` behind a type is a fixed array, `[Name]` one whose count
 * is a field before it, `[*]` all that is left.
 *
 * @param className the class of the event, for fields whose meaning goes with it
 */
export function parseLayoutText(text: string, className = ""): FieldLayout[] {
  return text === "" ? [] : text.split(" ").map((field) => parseField(field, className));
}

function parseField(text: string, className: string): FieldLayout {
  const [, name = "", type = "", count] = /^([^:]+):(\w+)(?:\[([^\]]+)\])?$/.exec(text) ?? [];
  const extent = count === undefined ? undefined : parseExtent(count);
  switch (type) {
    case "wchar":
      return { name, type: "unicode-string", length: extent ?? 1 };
    case "ipv4":
      return { name, type: "uint32", display: "ipv4" };
    case "ipv6":
      return { name, type: "binary", length: 16, display: "ipv6" };
    case "port":
      return { name, type: "uint16", display: "port" };
    case "bytes":
      return { name, type: "binary", length: extent ?? "rest" };
    default: {
      const members = STRUCTURES[type];
      const fieldType = members === undefined ? (TYPES[type] ?? "binary") : "struct";
      const fields =
        members === undefined ? meaningOf(className, name, fieldType) : { fields: parseLayoutText(members) };
      return { name, type: fieldType, ...fields, ...(extent === undefined ? {} : { count: extent }) };
    }
  }
}

function parseExtent(text: string): Extent {
  if (text === "*") return "rest";
  return /^\d+$/.test(text) ? Number(text) : { field: text };
}
