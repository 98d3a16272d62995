/** A class of the kernel's MOF as it was collected. */
export interface MofClass {
  cls: string;
  base: string;
  guid: string | null;
  ver: number | null;
  types: number[];
  names: string[];
  fields: { name: string; type: string; ptr: boolean; ext: string | null; fmt: string | null; arr: string | null }[];
}

export interface MofEvent {
  guid: string;
  version: number | undefined;
  opcode: number;
  name: string;
  layout: string;
}

/** The events of all classes; GUID and version are those of the class that they derive from. */
export function mofEvents(classes: readonly MofClass[]): MofEvent[] {
  const byName = new Map(classes.map((each) => [each.cls, each]));
  return classes.flatMap((each) => {
    const parent = each.guid === null ? byName.get(each.base) : each;
    const guid = parent?.guid;
    if (!guid) return [];
    const layout = each.fields.map((field) => `${field.name}:${mofType(field)}`).join(" ");
    return each.types.map((opcode, index) => {
      return { guid, version: parent.ver ?? undefined, opcode, name: each.names[index] ?? `Opcode(${opcode})`, layout };
    });
  });
}

const EXTENSIONS: Record<string, string> = {
  Sid: "wbemsid",
  SizeT: "ptr",
  WmiTime: "u64",
  IPAddr: "ipv4",
  IPAddrV4: "ipv4",
  IPAddrV6: "ipv6",
  Port: "port",
};

const TYPES: Record<string, string> = {
  uint8: "u8",
  sint8: "i8",
  uint16: "u16",
  sint16: "i16",
  uint32: "u32",
  sint32: "i32",
  uint64: "u64",
  sint64: "i64",
  boolean: "bool8",
  char16: "wchar",
};

function mofType({ type, ptr, ext, fmt, arr }: MofClass["fields"][number]): string {
  if (ptr) return "ptr";
  if (type === "object") return EXTENSIONS[ext ?? ""] ?? "u32";
  if (type === "string") return fmt === "w" ? "wstrz" : "astrz";
  return `${TYPES[type] ?? type}${arr ?? ""}`;
}
