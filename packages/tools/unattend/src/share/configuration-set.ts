import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { AdkError, AtomicFile, check, type Finding, openDirectory, type Volume, type VolumeEntry } from "@adk/core";
import * as z from "zod";
import type { AnswerFile } from "../document/answer-file.ts";
import { setValue } from "../edit/set-value.ts";
import { applyEdits } from "../edit/text-edits.ts";
import { SHARE_DIRECTORIES } from "./distribution-share.ts";
import { copyTree, listTree, makeDirectory } from "./host-tree.ts";
import { type FileReference, findReferences } from "./references.ts";

/** What Setup replaces by the place of the set on the computer. */
const SET_ROOT = "%configsetroot%";
const ANSWER_FILE = "Autounattend.xml";

/** A distribution share with the name by which the answer file calls it. */
export interface ShareRoot {
  /** On this machine. */
  readonly directory: string;
  /** As paths in the answer file begin: `\\server\share`, `D:\share`. */
  readonly prefix: string;
}

export const configurationSetSchema = z.object({
  directory: z.string(),
  copied: z.array(z.object({ from: z.string(), to: z.string(), files: z.number(), bytes: z.number() })),
  rewritten: z.array(z.object({ setting: z.string(), from: z.string(), to: z.string() })),
  /** Paths that lie in no share; they stay as they are. */
  kept: z.array(z.object({ setting: z.string(), path: z.string() })),
});
export type ConfigurationSet = z.infer<typeof configurationSetSchema>;

/**
 * Makes a configuration set: the answer file with everything of the shares that it names, and `$OEM$`. Paths are rewritten
 * to the set, and UseConfigurationSet is switched on. That Setup finds the set by %configsetroot% was not tried on a real
 * Windows.
 *
 * @throws AdkError `SET_REFERENCE_MISSING` if a path of a share is not there, `ALREADY_EXISTS`
 */
export async function createConfigurationSet(
  file: AnswerFile,
  shares: readonly ShareRoot[],
  directory: string,
): Promise<ConfigurationSet> {
  const result: ConfigurationSet = { directory, copied: [], rewritten: [], kept: [] };
  const plans: { reference: FileReference; from: string; to: string }[] = [];
  for (const reference of findReferences(file)) {
    const plan = await resolve(reference, shares);
    if (plan) plans.push({ reference, ...plan });
    else if (reference.kind !== "command") result.kept.push({ setting: reference.setting, path: reference.path });
  }
  await makeDirectory(directory);
  check((await listTree(directory)).length === 0, () => {
    const hint = "Setup copies everything beside the answer file, so that a set needs a directory of its own.";
    return new AdkError("ALREADY_EXISTS", "The directory is not empty.", {
      kind: "environment",
      file: directory,
      hint,
    });
  });
  const targets = new Map(plans.map(({ from, to }) => [to, from]));
  for (const [to, from] of outermost(targets)) {
    result.copied.push({ from, to, ...(await copyTree(from, join(directory, to))) });
  }
  for (const { directory: share } of shares) {
    const oem = join(share, SHARE_DIRECTORIES.oem);
    const to = SHARE_DIRECTORIES.oem;
    if (existsSync(oem)) result.copied.push({ from: oem, to, ...(await copyTree(oem, join(directory, to))) });
  }
  const edits = plans.map(({ reference: { start, end }, to }) => ({ start, end, text: windowsPath(to) }));
  for (const { reference, to } of plans) {
    result.rewritten.push({ setting: reference.setting, from: reference.path, to: windowsPath(to) });
  }
  const written = setValue(applyEdits(file, edits), "windowsPE/Microsoft-Windows-Setup/UseConfigurationSet", "true");
  await using output = await AtomicFile.create(join(directory, ANSWER_FILE));
  await output.write(written.toBytes());
  await output.commit();
  return result;
}

function windowsPath(path: string): string {
  return `${SET_ROOT}\\${path.replaceAll("/", "\\")}`;
}

/** Where a path lies in a share; undefined if in none. */
async function resolve(
  { path, setting }: FileReference,
  shares: readonly ShareRoot[],
): Promise<{ from: string; to: string } | undefined> {
  for (const { directory, prefix } of shares) {
    if (!path.toLowerCase().startsWith(`${prefix.replace(/\\+$/, "").toLowerCase()}\\`)) continue;
    const inside = path.slice(prefix.replace(/\\+$/, "").length).replaceAll("\\", "/").replace(/\/+$/, "");
    await using volume = await openDirectory(directory);
    const entry = await lookup(volume, inside);
    if (entry) return { from: join(directory, entry.path), to: entry.path.replace(/^\//, "") };
    throw new AdkError("SET_REFERENCE_MISSING", "The answer file names something that the share does not have.", {
      file: join(directory, inside),
      found: `${setting}: ${path}`,
    });
  }
  return undefined;
}

async function lookup(volume: Volume, path: string): Promise<VolumeEntry | undefined> {
  return path === "" || path.split("/").includes("..") ? undefined : await volume.lookup(path);
}

/** Without those that lie in another one. */
function outermost(targets: ReadonlyMap<string, string>): [to: string, from: string][] {
  return [...targets].filter(([to]) => ![...targets.keys()].some((other) => to.startsWith(`${other}/`)));
}

/** Bytes beside the answer file from which on the installation needs noticeably more room. */
const LARGE = 2 ** 30;

/** What is wrong with a configuration set. @param file its answer file */
export async function checkConfigurationSet(directory: string, file: AnswerFile): Promise<Finding[]> {
  const findings: Finding[] = [];
  const add = (severity: Finding["severity"], code: string, message: string, path: string) => {
    findings.push({ severity, code, message, where: { file: file.file, path } });
  };
  const isSet = /<UseConfigurationSet>\s*true\s*<\/UseConfigurationSet>/.test(file.text);
  if (!isSet) add("error", "SET_NOT_USED", "UseConfigurationSet is not true: Setup copies nothing.", "");
  await using volume = await openDirectory(directory);
  for (const { path, setting } of findReferences(file)) {
    const inside = new RegExp(`^${SET_ROOT}[\\\\/]`, "i").test(path) ? path.slice(SET_ROOT.length) : undefined;
    if (inside === undefined) {
      if (/^\\\\/.test(path))
        add("warning", "SET_NETWORK_PATH", `${path} is on a server: the set does not hold it.`, setting);
    } else if (!(await lookup(volume, inside.replaceAll("\\", "/")))) {
      add("error", "SET_REFERENCE_MISSING", `${path} is not in the set.`, setting);
    }
  }
  const known: readonly string[] = Object.values(SHARE_DIRECTORIES);
  const items = await listTree(directory);
  for (const { path } of items.filter((item) => !item.path.includes("/"))) {
    if (known.includes(path) || path.toLowerCase() === ANSWER_FILE.toLowerCase()) continue;
    add("info", "SET_EXTRA", "Setup copies this to the computer too.", basename(path));
  }
  const bytes = items.reduce((sum, { size }) => sum + size, 0);
  if (bytes > LARGE) add("warning", "SET_LARGE", `Setup copies ${bytes} bytes to the computer.`, "");
  return findings;
}
