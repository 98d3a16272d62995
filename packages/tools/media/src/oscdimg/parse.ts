import { AdkError } from "@adk/core";
import type { CreateIsoOptions } from "@adk/iso";
import { type OscdimgBoot, parseBootData } from "./boot-data.ts";
import { badOption, checkTogether, type GivenOptions, splitWords } from "./option-words.ts";

/** A command line of OSCDIMG, taken apart ("Oscdimg Command-Line Options", learn.microsoft.com). */
export interface OscdimgCommand {
  /** What the disc is like. */
  readonly disc: Pick<
    CreateIsoOptions,
    "form" | "level" | "keepCase" | "joliet" | "isoTree" | "first" | "embed" | "sparse" | "longAllocation"
  >;
  readonly boot: readonly OscdimgBoot[];
  readonly label: string;
  /** Store equal files once; `ignore-cabinet-times`: cabinets too that differ in nothing but the times of their files. */
  readonly dedup: boolean | "ignore-cabinet-times";
  /** Warn of files of one size that begin alike and are not equal. */
  readonly warnAlike: boolean;
  /** Of the disc and all files, in place of their own. */
  readonly time: Date | undefined;
  /** Most bytes of the image; undefined for any. */
  readonly maxSize: number | undefined;
  /** A file of paths whose data comes first. */
  readonly order: string | undefined;
  /** A file with the text for systems that do not read the disc. */
  readonly readme: string | undefined;
  readonly source: {
    readonly path: string;
    /** Take hidden files and directories too. */
    readonly hidden: boolean;
    /** Put in the place of a link what it leads to. */
    readonly followLinks: boolean;
    /** Leave out what cannot be read. */
    readonly skipUnreadable: boolean;
  };
  readonly tell: {
    readonly allocation: boolean;
    readonly duplicates: boolean;
    readonly isoNames: boolean;
    readonly dosNames: boolean;
    readonly emptyFiles: boolean;
    readonly files: boolean;
  };
  /** What is to be told of the command line itself. */
  readonly warnings: readonly string[];
  /** Tell how large the image would be, and write none. */
  readonly scanOnly: boolean;
  /** Undefined where only the size is asked for. */
  readonly target: string | undefined;
}

/** A CD of 74 minutes, which is OSCDIMG's limit where the disc has no UDF. */
const CD_BYTES = 333_000 * 2048;
/** What the ISO 9660 tree of a video DVD has where it is cut down to that. */
const VIDEO_DIRECTORIES = ["VIDEO_TS", "AUDIO_TS", "JACKET_P"];

/**
 * @param isPath whether a word that begins with a slash is a path of this host
 * @throws AdkError `OSCDIMG_BAD_OPTION`, `OSCDIMG_MISSING_ARGUMENT`
 */
export function parseOscdimg(argv: readonly string[], isPath: (word: string) => boolean = () => false): OscdimgCommand {
  const { options, paths } = splitWords(argv, isPath);
  checkTogether(options);
  const has = (...names: readonly string[]) => names.some((name) => options.has(name));
  const value = (name: string) => options.get(name)?.replaceAll('"', "");
  const [source, target, more] = paths;
  if (source === undefined || more !== undefined || (target === undefined && !has("q"))) {
    throw new AdkError("OSCDIMG_MISSING_ARGUMENT", "A source directory and a target file are needed.", {
      kind: "usage",
      found: more === undefined ? undefined : paths.join(" "),
      hint: more === undefined ? undefined : "A path with spaces stands in quotes.",
    });
  }
  const time = value("t");
  return {
    disc: discOf(options),
    boot: bootOf(options),
    label: value("l") || (has("u1", "u2", "uv") ? "DVD_ROM" : "CD_ROM"),
    dedup: has("oi") ? "ignore-cabinet-times" : has("o", "oc"),
    warnAlike: has("o", "oc", "oi") && !has("yd"),
    time: time === undefined ? undefined : parseTime(time),
    maxSize: maxSizeOf(options),
    order: value("yo"),
    readme: value("ur") ?? value("js"),
    source: { path: source, hidden: has("h"), followLinks: has("r"), skipUnreadable: has("k") },
    tell: {
      allocation: has("a"),
      duplicates: has("os"),
      isoNames: has("w1"),
      dosNames: has("w2"),
      emptyFiles: has("w3"),
      files: has("w4"),
    },
    warnings: warningsOf(options),
    scanOnly: has("q"),
    target,
  };
}

function discOf(options: GivenOptions): OscdimgCommand["disc"] {
  const has = (...names: readonly string[]) => names.some((name) => options.has(name));
  const form = has("u2") ? "udf" : has("u1", "uv") ? "bridge" : has("j1", "j2") ? "joliet" : "iso9660";
  return {
    form,
    // Names of 30 characters instead of 8.3.
    level: has("n", "nt") ? 2 : 1,
    keepCase: has("d"),
    joliet: form !== "joliet" && has("j1"),
    isoTree: has("ut") ? VIDEO_DIRECTORIES : has("j2", "u2") ? "readme" : "all",
    first: has("uv") ? "dvd-video" : has("y5") ? "i386" : undefined,
    embed: has("ue") && has("uf") ? true : has("ue") ? "files" : has("uf") ? "directories" : false,
    sparse: has("us"),
    longAllocation: has("yl"),
  };
}

function bootOf(options: GivenOptions): readonly OscdimgBoot[] {
  const data = options.get("bootdata");
  if (data !== undefined) {
    const boot = parseBootData(data);
    if (boot) return boot;
    throw badOption(`-bootdata:${data}`);
  }
  const file = options.get("b")?.replaceAll('"', "");
  if (file === undefined) return [];
  const platform = Number.parseInt(options.get("p") ?? "0", 16);
  return [{ platform, file, emulated: !options.has("e"), loadSegment: 0 }];
}

function maxSizeOf(options: GivenOptions): number | undefined {
  const megabytes = options.get("maxsize");
  if (megabytes === undefined) {
    return ["m", "u1", "u2", "uv"].some((name) => options.has(name)) ? undefined : CD_BYTES;
  }
  if (/^\d{1,9}$/.test(megabytes)) return Number(megabytes) * 2 ** 20;
  throw badOption(`-maxsize:${megabytes}`);
}

function warningsOf(options: GivenOptions): string[] {
  const warnings: string[] = [];
  const revision = options.get("udfver");
  if (revision === "150" || revision === "200") {
    const name = `${revision[0]}.${revision.slice(1)}`;
    warnings.push(`UDF ${name} is not written. The disc has UDF 1.02, which systems read that read ${name}.`);
  }
  if (revision !== undefined && !["u1", "u2"].some((name) => options.has(name))) {
    warnings.push(`-udfver${revision} without -u1 or -u2: the disc has no UDF.`);
  }
  for (const name of ["x", "jp"])
    if (options.has(name)) warnings.push(`-${name} is not documented and changes nothing.`);
  return warnings;
}

/** `mm/dd/yyyy,hh:mm:ss` with any delimiters, UTC. */
function parseTime(text: string): Date {
  const numbers = text.match(/\d+/g)?.map(Number) ?? [];
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = numbers;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isDate = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const isTime = hour < 24 && minute < 60 && second < 60;
  if (numbers.length < 3 || numbers.length > 6 || year < 1601 || !isDate || !isTime) throw badOption(`-t${text}`);
  return date;
}
