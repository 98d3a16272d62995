/** How many words stand behind a switch: none, one, or all up to the next switch. */
export type Words = "none" | "one" | "rest";

/** What a verb of bcdedit takes, and its help. */
export interface VerbSyntax {
  /** `file`: the word behind it is a path, though it may begin with a slash. `values`: words with a slash that are no switches are values. */
  readonly takes?: "file" | "values";
  readonly switches?: Readonly<Record<string, Words>>;
  /** After `bcdedit [/store FILE] /verb`. */
  readonly usage: string;
  readonly help: readonly string[];
}

const PLACES = { addfirst: "none", addlast: "none", remove: "none" } as const;
const START = { start: "one", noumex: "none" } as const;

const list = (what: string): VerbSyntax => ({
  switches: PLACES,
  usage: "{ID} [{ID} ...] [/addfirst | /addlast | /remove]",
  help: [
    what,
    "Without a switch the list is replaced; with one the entries are put at its start or end, or taken out.",
    "A list that becomes empty is deleted.",
  ],
});

const onOff = (what: string): VerbSyntax => {
  return { usage: "[{ID}] { ON | OFF }", help: [what, "Without {ID} that of {default}."] };
};

/** Every verb that there is. */
export const VERBS: Readonly<Record<string, VerbSyntax>> = {
  createstore: {
    takes: "file",
    usage: "FILE",
    help: ["Makes a new store without entries. A file that is there stays."],
  },
  export: {
    takes: "file",
    usage: "FILE",
    help: ["Copies the store, with what its logs hold, to a file; as JSON to one whose name ends in .json."],
  },
  import: {
    takes: "file",
    switches: { clean: "none" },
    usage: "FILE [/clean]",
    help: [
      "Puts the store of a file in the place of that of /store; what was there is kept as FILE.bak.",
      "/clean is for entries of the firmware, which a store in a file does not reach: it changes nothing here.",
    ],
  },
  sysstore: { usage: "PARTITION", help: ["Not supported: it is about the firmware of the machine that runs."] },
  copy: {
    switches: { d: "rest" },
    usage: "{ID} [/d DESCRIPTION]",
    help: ["Makes a copy of an entry, with a new identifier."],
  },
  create: {
    switches: { d: "rest", application: "one", inherit: "rest", device: "none" },
    usage: "[{ID}] [/d DESCRIPTION] [/application TYPE | /inherit [TYPE] | /inherit DEVICE | /device]",
    help: [
      "Makes an entry. A well-known {ID} needs no type.",
      "/application  BOOTSECTOR, OSLOADER, RESUME, STARTUP or BOOTAPP",
      "/inherit      settings for all, or for BOOTMGR, BOOTSECTOR, FWBOOTMGR, MEMDIAG, NTLDR, OSLOADER, RESUME, DEVICE",
      "/device       more options of a device, as those of a ramdisk",
    ],
  },
  delete: {
    switches: { f: "none", cleanup: "none", nocleanup: "none" },
    usage: "{ID} [/f] [/cleanup | /nocleanup]",
    help: [
      "Deletes an entry, and takes it out of what names it.",
      "/f          also if it is a well-known one",
      "/cleanup    take it out of lists and defaults (the default)",
      "/nocleanup  leave them as they are",
    ],
  },
  mirror: { usage: "{ID}", help: ["Not supported: it is about the mirrored volumes of the machine that runs."] },
  deletevalue: { usage: "[{ID}] ELEMENT", help: ["Deletes an element of an entry. Without {ID} of {default}."] },
  set: {
    takes: "values",
    switches: PLACES,
    usage: "[{ID}] ELEMENT VALUE [VALUE ...] [/addfirst | /addlast | /remove]",
    help: [
      "Sets an element of an entry. Without {ID} of {default}. The switches are for lists.",
      'Run "bcdedit /? FORMATS" for how values are written, "bcdedit /? TYPES" for the names of elements.',
      "What weakens the security of the boot is done, and warned of.",
    ],
  },
  enum: {
    usage: "[TYPE | {ID}] [/v]",
    help: ["Lists entries: ACTIVE (the default), FIRMWARE, BOOTAPP, BOOTMGR, OSLOADER, RESUME, INHERIT, ALL, or one."],
  },
  bootsequence: list("Sets what the boot manager starts the next time, once."),
  default: { usage: "{ID}", help: ["Sets the entry that starts when the time of the menu is over."] },
  displayorder: list("Sets the entries that the boot menu shows."),
  timeout: { usage: "SECONDS", help: ["Sets how long the boot menu waits."] },
  toolsdisplayorder: list("Sets the entries that the menu of tools shows."),
  bootems: onOff("Turns Emergency Management Services of a boot application on or off."),
  ems: onOff("Turns Emergency Management Services of a Windows on or off."),
  emssettings: {
    usage: "[BIOS | EMSPORT:PORT [EMSBAUDRATE:RATE]]",
    help: [
      "Sets the serial line of Emergency Management Services, or shows it.",
      "BIOS: as the firmware says; the elements for port and rate are deleted.",
    ],
  },
  bootdebug: onOff("Turns the debugger of a boot application on or off."),
  dbgsettings: {
    switches: START,
    usage:
      "[TYPE [DEBUGPORT:PORT] [BAUDRATE:RATE] [CHANNEL:N] [TARGETNAME:NAME] [HOSTIP:IP] [PORT:PORT] [KEY:KEY] ...]",
    help: [
      "Sets how the kernel debugger is reached, or shows it. /debug turns it on.",
      "SERIAL [DEBUGPORT:PORT] [BAUDRATE:RATE]                            defaults 1, 115200",
      "1394 [CHANNEL:N]                                                   0 to 62",
      "USB TARGETNAME:NAME",
      "NET HOSTIP:IP PORT:PORT [KEY:KEY | NEWKEY] [NODHCP] [BUSPARAMS:B.D.F]  a new key is printed",
      "LOCAL",
      "/start ACTIVE | AUTOENABLE | DISABLE, /noumex (ignore exceptions of user mode)",
    ],
  },
  debug: onOff("Turns the kernel debugger of a Windows on or off."),
  hypervisorsettings: {
    usage: "[TYPE [DEBUGPORT:PORT] [BAUDRATE:RATE] [CHANNEL:N] [HOSTIP:IP] [PORT:PORT] [BUSPARAMS:B.D.F]]",
    help: [
      "Sets how the debugger of the hypervisor is reached (SERIAL, 1394, NET), or shows it.",
      "/set {ID} hypervisordebug ON turns it on.",
    ],
  },
  event: onOff("Turns remote logging of events of a Windows on or off."),
  eventsettings: {
    usage: "...",
    help: ["Not supported: the identifier of the entry that holds these settings is not published."],
  },
};
