import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  AdkError,
  digest,
  Findings,
  filetimeFromDate,
  fromSystemError,
  isRealDirectory,
  type LongOperation,
  stampTime,
  toWindowsPath,
  type VolumeEntry,
  walk,
} from "@adk/core";
import type { IsoAllocation, PlannedIso } from "@adk/iso";
import type { BootFile } from "../boot-file.ts";
import { createIso } from "../create-iso.ts";
import type { OscdimgBoot } from "./boot-data.ts";
import { shareCabinets } from "./cabinet-times.ts";
import { checkDosName, checkEmpty, checkIsoName } from "./name-checks.ts";
import type { OscdimgCommand } from "./parse.ts";
import { openSourceVolume, type SourceVolume } from "./source-volume.ts";

export interface OscdimgHost extends LongOperation {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** A line of standard output. */
  readonly say: (line: string) => void;
}

type Say = OscdimgHost["say"];

/** What stands in the ISO 9660 tree of a disc that is Joliet alone. */
const JOLIET_README = `This disc has a "Joliet" file system and requires a system that reads it.\r\n`;

/** Does what the command line asks for, and tells of it in OSCDIMG's words. @throws AdkError */
export async function runOscdimg(command: OscdimgCommand, host: OscdimgHost): Promise<void> {
  const { say, cwd, signal, onProgress } = host;
  const path = (text: string) => resolve(cwd, text.replaceAll("\\", "/"));
  const { disc, dedup, target, scanOnly } = command;
  const warn = (text: string) => say(`WARNING: ${text}`);
  for (const warning of command.warnings) warn(warning);
  const boot: BootFile[] = [];
  for (const each of command.boot) boot.push(await readBootSector(each, path(each.file)));
  const order = command.order === undefined ? undefined : await readLines(path(command.order));
  const readme = command.readme === undefined ? undefined : await readText(path(command.readme));

  const findings = new Findings();
  const { hidden, followLinks, skipUnreadable } = command.source;
  const source = { hidden, followLinks, skipUnreadable, findings };
  await using volume = await openSourceVolume(path(command.source.path), source);
  const entries = await scan(volume, say);
  for (const { message, where } of findings.list)
    warn(where?.path ? `"${toWindowsPath(where.path)}": ${message}` : message);
  for (const line of checkNames(entries, command)) warn(line);
  const paths = new Set(entries.map((entry) => entry.path.toLowerCase()));
  for (const each of order ?? [])
    if (!paths.has(each.toLowerCase())) warn(`"${toWindowsPath(each)}" is to be placed first and is not there.`);
  const files = entries.filter((entry) => !isRealDirectory(entry));
  if (dedup === "ignore-cabinet-times") await shareCabinets(volume, files);
  const alike = command.warnAlike ? await groupAlike(volume, files) : [];

  let done: PlannedIso | undefined;
  const onPlan = (plan: PlannedIso) => {
    done = plan;
    tellPlan(plan, command, say);
    for (const [one, other] of differing(alike, plan)) {
      warn(`"${one}" and "${other}" are not identical, but have the same first ${ALIKE_BYTES} bytes.`);
    }
    if (scanOnly) return;
    say(`Writing ${plan.files} files in ${plan.directories} directories to ${target}`);
    say("");
    if (command.tell.files) for (const entry of files) say(toWindowsPath(entry.path));
  };
  await createIso(volume, path(target ?? "image.iso"), {
    ...disc,
    label: command.label,
    boot,
    dedup: dedup !== false,
    time: command.time ? filetimeFromDate(command.time) : stampTime(host.env),
    fixedTimes: command.time !== undefined,
    order,
    readme: readme ?? (disc.form === "joliet" ? JOLIET_README : undefined),
    overwrite: true,
    dryRun: scanOnly,
    onPlan,
    signal,
    onProgress,
  });
  if (done && !scanOnly) tellResult(done, dedup !== false, say);
}

/** Reads the tree, and tells of it after every 500 files. */
async function scan(volume: SourceVolume, say: Say): Promise<VolumeEntry[]> {
  const entries: VolumeEntry[] = [];
  let [files, directories] = [0, 0];
  say("Scanning source tree");
  for await (const batch of walk(volume)) {
    for (const entry of batch) {
      if (entry.path !== "/") entries.push(entry);
      if (isRealDirectory(entry)) directories++;
      else if (++files % 500 === 0) say(`Scanning source tree (${files} files in ${directories} directories)`);
    }
  }
  say(`Scanning source tree complete (${files} files in ${directories} directories)`);
  say("");
  return entries;
}

function* checkNames(entries: readonly VolumeEntry[], { tell, disc }: OscdimgCommand): Generator<string> {
  const joliet = disc.form === "joliet" || disc.joliet === true;
  for (const entry of entries) {
    const texts = [
      tell.isoNames ? checkIsoName(entry, joliet) : undefined,
      tell.dosNames ? checkDosName(entry) : undefined,
      tell.emptyFiles && !isRealDirectory(entry) ? checkEmpty(entry) : undefined,
    ];
    for (const text of texts) if (text !== undefined) yield text;
  }
}

function tellPlan(plan: PlannedIso, { dedup, maxSize, tell }: OscdimgCommand, say: Say): void {
  say("Computing directory information complete");
  say("");
  say(
    dedup
      ? `Image file is ${plan.size + plan.saved.bytes} bytes (before optimization)`
      : `Image file is ${plan.size} bytes`,
  );
  say("");
  if (tell.allocation) tellAllocation(plan.allocation, say);
  if (tell.duplicates) for (const each of plan.duplicates) say(`Duplicate: ${shown(each.path)} = ${shown(each.of)}`);
  if (maxSize !== undefined && plan.size > maxSize) {
    throw new AdkError("OSCDIMG_TOO_LARGE", `The image is larger than ${maxSize} bytes; -m allows any size.`, {
      kind: "usage",
      found: plan.size,
    });
  }
}

/** A path of the disc as Windows writes it, or the words for what is none. */
function shown(path: string): string {
  return path.startsWith("/") ? toWindowsPath(path) : path;
}

function tellAllocation(allocation: IsoAllocation, say: Say): void {
  const names: Readonly<Record<keyof IsoAllocation, string>> = {
    descriptors: "System area and volume descriptors",
    udf: "UDF entries and directories",
    iso9660: "ISO 9660 directories and path tables",
    joliet: "Joliet directories and path tables",
    boot: "Boot catalog and images",
    data: "Files",
  };
  say("Allocation summary:");
  for (const [name, text] of Object.entries(names)) {
    say(`  ${text.padEnd(38)}${String(allocation[name as keyof IsoAllocation]).padStart(16)} bytes`);
  }
  say("");
}

function tellResult({ size, saved }: PlannedIso, dedup: boolean, say: Say): void {
  say("100% complete");
  say("");
  if (dedup) {
    const percent = Math.round((100 * saved.bytes) / (size + saved.bytes));
    say(`Storage optimization saved ${saved.files} files, ${saved.bytes} bytes (${percent}% of image)`);
    say("");
    say(`After optimization, image file is ${size} bytes`);
    say(`Space saved because of embedding, sparseness or optimization = ${saved.bytes}`);
  } else say(`Final image file is ${size} bytes`);
  say("");
  say("Done.");
}

/** Bytes by whose equality OSCDIMG takes note of files. */
const ALIKE_BYTES = 64_000;

/** Groups of files of one size whose first bytes are the same. */
async function groupAlike(volume: SourceVolume, files: readonly VolumeEntry[]): Promise<VolumeEntry[][]> {
  const groups: VolumeEntry[][] = [];
  for (const group of Map.groupBy(files, ({ size }) => size).values()) {
    if (group.length < 2 || (group[0] as VolumeEntry).size <= ALIKE_BYTES) continue;
    const heads = new Map<string, VolumeEntry[]>();
    for (const entry of group) {
      const access = await volume.open(entry);
      try {
        const head = digest("sha256", await access.read(0, ALIKE_BYTES));
        heads.set(head, [...(heads.get(head) ?? []), entry]);
      } finally {
        await access.close();
      }
    }
    for (const alike of heads.values()) if (alike.length > 1) groups.push(alike);
  }
  return groups;
}

/** Pairs of files, by their paths on the disc, that begin alike and share no data. */
function* differing(groups: readonly VolumeEntry[][], { duplicates }: PlannedIso): Generator<[string, string]> {
  const same = new Map(duplicates.map(({ path, of }) => [path, of]));
  for (const group of groups) {
    const distinct = [...new Set(group.map(({ path }) => same.get(path) ?? path))];
    for (const other of distinct.slice(1)) yield [toWindowsPath(distinct[0] as string), toWindowsPath(other)];
  }
}

/** What the system says where a boot file cannot be read. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  FILE_NOT_FOUND: "Error 2: The system cannot find the file specified.",
  ACCESS_DENIED: "Error 5: Access is denied.",
  IS_A_DIRECTORY: "Error 5: Access is denied.",
};

async function readBootSector(
  { file: name, platform, emulated, loadSegment }: OscdimgBoot,
  file: string,
): Promise<BootFile> {
  try {
    const bytes = new Uint8Array(await readFile(file));
    return { platform, file, bytes, emulation: emulated ? "floppy" : "none", loadSegment };
  } catch (thrown) {
    const error = fromSystemError(thrown, file);
    if (!(error instanceof AdkError)) throw error;
    throw new AdkError("OSCDIMG_NO_BOOT_SECTOR", "Could not open boot sector file", {
      file: name,
      hint: SYSTEM_ERRORS[error.code] ?? error.message,
    });
  }
}

/** Text in UTF-8, or else in the code page of Western Windows: OSCDIMG's files are "ANSI". */
async function readText(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw fromSystemError(error, file);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

async function readLines(file: string): Promise<string[]> {
  const lines = (await readText(file)).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "").map((line) => `/${line.replaceAll("\\", "/").replace(/^\/+/, "")}`);
}
