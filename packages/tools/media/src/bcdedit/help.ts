import { ELEMENT_NAMES, WELL_KNOWN_NAMES } from "@adk/bcd";
import { VERBS } from "./syntax.ts";

const OVERVIEW = `
BCDEDIT - boot stores in files. (not Microsoft's program)

Usage: adk bcdedit /store FILE [/verb ...] [/v]

For a verb or a topic, as /set or FORMATS:  adk bcdedit /? /set
Topics: ID, TYPES, FORMATS. Without a verb the active entries are listed; /v shows GUIDs in place of names.
`;

const FORMATS = `
How values are written:

  boolean      ON, YES, TRUE, 1; OFF, NO, FALSE, 0
  integer      decimal, 0x and hexadecimal digits, or a name: nx AlwaysOn; addresses as 192.168.1.2
  integers     several of them
  string       words; those with blanks in quotes
  object       {ID}: a GUID or a well-known name
  objects      several of them

  device       boot                                           what the boot manager was started from
               partition=gpt:<disk guid>/<partition guid>     there are no drive letters here
               partition=mbr:<signature>/<offset in bytes>    the signature in 8 hexadecimal digits
               locate=custom:12000002, locate=\\path           any device that has the path of an element, or this one
               file=[DEVICE]\\path                             DEVICE: boot, locate, gpt:.../..., mbr:.../...
               ramdisk=[DEVICE]\\path,{ID}                     with the options of an object: {ramdiskoptions}
               vhd=[DEVICE]\\path[,locate=custom:12000002]
               hex:<digits>                                   anything else, as its bytes
`;

/** What `/?` prints. @param topic a verb, a topic, or nothing */
export function helpText(topic: string | undefined): string {
  const name = topic?.replace(/^[/-]/, "").toLowerCase();
  const verb = name !== undefined && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (verb) {
    return `\nadk bcdedit /store FILE /${name} ${verb.usage}\n\n${verb.help.map((line) => `  ${line}\n`).join("")}`;
  }
  if (name === "formats") return FORMATS;
  if (name === "id")
    return `\nIdentifiers: GUIDs in braces, and\n\n${indented(WELL_KNOWN_NAMES.map((id) => `{${id}}`))}  {default}\n`;
  if (name === "types") {
    const tables = Object.entries(ELEMENT_NAMES).map(([kind, names]) => `${kind}\n\n${indented(names)}`);
    return `\nElements, by what has them. Others are written by their number: custom:26000010.\n\n${tables.join("\n")}`;
  }
  const verbs = Object.entries(VERBS).map(([each, { help }]) => `  /${each.padEnd(20)}${help[0]}\n`);
  return `${OVERVIEW}\n${verbs.join("")}`;
}

function indented(names: readonly string[]): string {
  return names.map((name) => `  ${name}\n`).join("");
}
