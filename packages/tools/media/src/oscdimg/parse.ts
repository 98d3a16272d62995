import { AdkError } from "@adk/core";

/** A boot entry as OSCDIMG's options tell it. */
export interface OscdimgBoot {
  /** El Torito platform: 0 BIOS, 0xEF UEFI. */
  readonly platform: number;
  readonly file: string;
  readonly emulated: boolean;
  readonly loadSegment: number;
}

/** A command line of OSCDIMG, taken apart ("Oscdimg Command-Line Options", learn.microsoft.com). */
export interface OscdimgCommand {
  readonly form: "udf" | "bridge" | "joliet" | "iso9660";
  /** Rule of the ISO 9660 names. */
  readonly level: 1 | 4;
  readonly boot: readonly OscdimgBoot[];
  readonly label: string;
  readonly dedup: boolean;
  readonly embed: boolean;
  /** Of the disc and all files, in place of their own. */
  readonly time: Date | undefined;
  /** Most bytes of the image; undefined for any. */
  readonly maxSize: number | undefined;
  /** A file of paths whose data comes first. */
  readonly order: string | undefined;
  /** A file with the text for systems that do not read the disc. */
  readonly readme: string | undefined;
  /** Tell how large the image would be, and write none. */
  readonly scanOnly: boolean;
  readonly source: string;
  /** Undefined where only the size is asked for. */
  readonly target: string | undefined;
}

/** A CD of 74 minutes, which is OSCDIMG's limit where the disc has no UDF. */
const CD_BYTES = 333_000 * 2048;

/** What the options come to, one after the other. */
interface State {
  udf?: string;
  joliet?: boolean;
  long?: boolean;
  single: { file: string; emulated: boolean; platform: number };
  boot?: OscdimgBoot[];
  label?: string;
  dedup?: boolean;
  embed?: boolean;
  time?: Date;
  maxSize?: number;
  unlimited?: boolean;
  order?: string;
  readme?: string;
  scanOnly?: boolean;
}

/** What each option changes. Options are glued to their values, so the longer names come first. */
const OPTIONS: readonly (readonly [pattern: RegExp, change: (value: string, state: State) => Partial<State>])[] = [
  [/^bootdata:(.*)$/is, (value) => ({ boot: parseBootData(value) })],
  [/^udfver(?:102|150|200)$/i, () => ({})],
  [/^u([12])$/i, (udf) => ({ udf })],
  [/^(?:ur|js)(.+)$/is, (value) => ({ readme: unquote(value) })],
  [/^(?:ue|uf)$/i, () => ({ embed: true })],
  [/^j[12]$/i, () => ({ joliet: true })],
  [/^n$/i, () => ({ long: true })],
  // Equal data is found by its SHA-256 in all three; times in cabinets are not passed over.
  [/^o[ci]?$/i, () => ({ dedup: true })],
  [/^maxsize:(\d+)$/i, (value) => ({ maxSize: Number(value) * 2 ** 20 })],
  [/^m$/i, () => ({ unlimited: true })],
  [/^q$/i, () => ({ scanOnly: true })],
  [/^yo(.+)$/is, (value) => ({ order: unquote(value) })],
  [/^t(.+)$/is, (value) => ({ time: parseTime(value) })],
  [/^l(.*)$/is, (value) => ({ label: unquote(value) })],
  [/^e$/i, (_, { single }) => ({ single: { ...single, emulated: false } })],
  [/^p([0-9a-f]{1,2})$/i, (value, { single }) => ({ single: { ...single, platform: Number.parseInt(value, 16) } })],
  [/^b(.+)$/is, (value, { single }) => ({ single: { ...single, file: unquote(value) } })],
  // Hidden files are always taken, warnings and lists not given, times always UTC: nothing that these would change.
  [/^(?:g|k|c|h|w[1-4]|yw|yd|y5|y6|yl|a|us|os|x|r|d|nt)$/i, () => ({})],
];

/** @throws AdkError `OSCDIMG_BAD_OPTION`, `OSCDIMG_MISSING_ARGUMENT` */
export function parseOscdimg(argv: readonly string[]): OscdimgCommand {
  const paths: string[] = [];
  const state: State = { single: { file: "", emulated: true, platform: 0 } };
  for (const word of argv) {
    if (isOption(word)) setOption(state, word);
    else paths.push(unquote(word));
  }
  const { single, boot, udf, scanOnly = false } = state;
  if (boot && single.file !== "") {
    throw new AdkError("OSCDIMG_BAD_OPTION", "-b and -bootdata cannot be used together.", { kind: "usage" });
  }
  const [source, target, more] = paths;
  if (source === undefined || more !== undefined || (target === undefined && !scanOnly)) {
    throw new AdkError("OSCDIMG_MISSING_ARGUMENT", "A source directory and a target file are needed.", {
      kind: "usage",
    });
  }
  return {
    form: udf === "2" ? "udf" : udf === "1" ? "bridge" : state.joliet ? "joliet" : "iso9660",
    level: state.long ? 4 : 1,
    boot: boot ?? (single.file === "" ? [] : [{ ...single, loadSegment: 0 }]),
    label: state.label ?? "",
    dedup: state.dedup ?? false,
    embed: state.embed ?? false,
    time: state.time,
    maxSize: state.maxSize ?? (state.unlimited || udf !== undefined ? undefined : CD_BYTES),
    order: state.order,
    readme: state.readme,
    scanOnly,
    source,
    target,
  };
}

/** A path of this host may begin with a slash: an option has none further on. */
function isOption(word: string): boolean {
  return (
    /^-./.test(word) ||
    (/^\/./.test(word) && !word.includes("/", 1) && OPTIONS.some(([pattern]) => pattern.test(word.slice(1))))
  );
}

function setOption(state: State, word: string): void {
  const text = word.slice(1);
  for (const [pattern, change] of OPTIONS) {
    const match = pattern.exec(text);
    if (match) {
      Object.assign(state, change(match[1] ?? "", state));
      return;
    }
  }
  throw badOption(word);
}

/** `2#p0,e,bBIOS#pEF,e,bUEFI`; a file's name may have spaces and stand in quotes. */
function parseBootData(text: string): OscdimgBoot[] {
  const [count, ...entries] = text.split("#");
  if (!/^\d+$/.test(count ?? "") || entries.length !== Number(count) || entries.length === 0) {
    throw badOption(`-bootdata:${text}`);
  }
  return entries.map((entry) => {
    const boot = { platform: undefined as number | undefined, file: "", emulated: true, loadSegment: 0 };
    // The file comes last: its name may hold a comma.
    const at = /(?:^|,)b/i.exec(entry);
    if (!at) throw badOption(`-bootdata:${text}`);
    boot.file = unquote(entry.slice(at.index + at[0].length));
    for (const part of entry.slice(0, at.index).split(",")) {
      const platform = /^p([0-9a-f]{1,2})$/i.exec(part)?.[1];
      const segment = /^t([0-9a-f]{1,4})$/i.exec(part)?.[1];
      if (platform !== undefined) boot.platform = Number.parseInt(platform, 16);
      else if (segment !== undefined) boot.loadSegment = Number.parseInt(segment, 16);
      else if (/^e$/i.test(part)) boot.emulated = false;
      else if (part !== "") throw badOption(`-bootdata:${text}`);
    }
    if (boot.platform === undefined || boot.file === "") throw badOption(`-bootdata:${text}`);
    return { ...boot, platform: boot.platform };
  });
}

/** `mm/dd/yyyy,hh:mm:ss` with any delimiters. */
function parseTime(text: string): Date {
  const numbers = text.match(/\d+/g)?.map(Number) ?? [];
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = numbers;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (
    numbers.length < 3 ||
    numbers.length > 6 ||
    year < 1601 ||
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day
  ) {
    throw badOption(`-t${text}`);
  }
  return date;
}

function unquote(text: string): string {
  return /^"(.*)"$/s.exec(text)?.[1] ?? text;
}

function badOption(word: string): AdkError {
  return new AdkError("OSCDIMG_BAD_OPTION", "This option is not known, or has a value that it cannot have.", {
    kind: "usage",
    found: word,
  });
}
