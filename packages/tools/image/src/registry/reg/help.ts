import type { RegVerb } from "./parse.ts";

const SYNTAX: Readonly<Record<RegVerb, string>> = {
  query: "Key [/v Name | /ve] [/s] [/f Data [/k] [/d] [/c] [/e]] [/t Type[,Type]] [/z] [/se Separator]",
  add: "Key [/v Name | /ve] [/t Type] [/s Separator] [/d Data] [/f]",
  delete: "Key [/v Name | /ve | /va] [/f]",
  copy: "Key1 Key2 [/s] [/f]",
  compare: "Key1 Key2 [/v Name | /ve] [/oa | /od | /os | /on] [/s]",
  export: "Key File.reg [/y]",
  import: "File.reg",
};

const KEYS = `
A key is named in one of three ways:
  FILE|\\Key\\Path                        a key of a hive file: "SOFTWARE|\\Microsoft\\Windows"
  ROOT\\Key\\Path /image:SOURCE           the registry of a Windows in a folder or an image: /image:/mnt/c, /image:install.wim:6
                                        HKLM, HKU, HKCR (read only), HKCC; HKCU with /user:SID or /user:FOLDER;
                                        HKU\\Default is the profile that new users begin with
  ROOT\\NAME\\Key\\Path /hive:ROOT\\NAME=FILE   as after REG LOAD ROOT\\NAME FILE; may be given several times
Everywhere: [/reg:32 | /reg:64], [/ignorelogs] to take a dirty hive without its transaction logs.
Changes go to hive files of this host; what was there is kept beside it (SOFTWARE.bak).

Exit code: 0 done; 1 failed, or nothing found; 2 the keys compared are different.`;

/** What `reg /?` and `reg OPERATION /?` print. */
export function regHelp(verb: RegVerb | undefined): string {
  const verbs = verb === undefined ? (Object.keys(SYNTAX) as RegVerb[]) : [verb];
  const lines = verbs.map((each) => `REG ${each.toUpperCase()} ${SYNTAX[each]}`);
  return `${lines.join("\n")}\n${KEYS}`;
}
