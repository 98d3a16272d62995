import { FileAttribute, type Volume } from "@adk/core";
import * as z from "zod";
import type { Pass } from "../catalog/passes.ts";
import { AnswerFile } from "../document/answer-file.ts";

/** A drive as Setup sees it. */
export interface Drive {
  /** `C` to `Z`. */
  readonly letter: string;
  readonly kind: "fixed" | "removable" | "read-only";
  readonly volume: Volume;
}

/** The machine in which Setup looks. */
export interface SearchPlace {
  readonly drives: readonly Drive[];
  /** The drive with the installed Windows; undefined while it is not there yet. */
  readonly windows: string | undefined;
  /** The drive from which setup.exe runs. */
  readonly setup: string | undefined;
  /** Whether Setup was started from Windows PE. */
  readonly fromWindowsPE: boolean;
  /** HKLM\System\Setup\UnattendFile: `E:\my.xml`. */
  readonly registry: string | undefined;
}

const candidateSchema = z.object({
  /** Step of the search, from 1. */
  step: z.number(),
  rule: z.string(),
  path: z.string(),
  state: z.enum(["taken", "missing", "not-well-formed", "no-settings-for-pass", "processed", "passed-over"]),
  reason: z.string(),
});
export const searchSchema = z.object({
  pass: z.string(),
  /** The file that Setup takes; null if there is none. */
  found: z.string().nullable(),
  candidates: z.array(candidateSchema),
});
export type AnswerFileSearch = z.infer<typeof searchSchema>;
type Candidate = z.infer<typeof candidateSchema>;

interface Place {
  readonly step: number;
  readonly rule: string;
  readonly drive: Drive | undefined;
  /** With slashes, from the root of the drive. */
  readonly path: string;
  readonly shown: string;
}

const BOTH = ["Unattend.xml", "Autounattend.xml"] as const;
const AUTO = ["Autounattend.xml"] as const;

/**
 * Which answer file Setup takes for a pass: the first in the documented order that has settings for this pass ("Windows Setup
 * Automation Overview", learn.microsoft.com). Nothing was run on a real Windows.
 */
export async function findAnswerFile(place: SearchPlace, pass: Pass): Promise<AnswerFileSearch> {
  const candidates: Candidate[] = [];
  let found: string | null = null;
  for (const { step, rule, drive, path, shown } of placesOf(place, pass)) {
    const judged = await judge(drive, path, pass);
    const candidate = { step, rule, path: shown, ...judged };
    if (judged.state === "taken" && found !== null) {
      candidates.push({ ...candidate, state: "passed-over", reason: `It would do, but ${found} comes first.` });
      continue;
    }
    if (judged.state === "taken") found = shown;
    candidates.push(candidate);
  }
  return { pass, found, candidates };
}

async function judge(drive: Drive | undefined, path: string, pass: Pass): Promise<Pick<Candidate, "state" | "reason">> {
  const entry = await drive?.volume.lookup(path);
  if (!drive || !entry || (entry.attributes & FileAttribute.DIRECTORY) !== 0)
    return { state: "missing", reason: "There is no such file." };
  if (entry.size > MOST_BYTES) return { state: "not-well-formed", reason: "It is too large for an answer file." };
  const file = AnswerFile.parse(await drive.volume.read(entry), { file: path });
  const [problem] = file.problems;
  if (problem) {
    const { line, column } = file.rangeOf(problem.start);
    const reason = `Line ${line}, column ${column}: ${problem.message} What Setup does with such a file is not documented.`;
    return { state: "not-well-formed", reason };
  }
  const sections = file.settings.filter((section) => section.pass === pass);
  if (sections.every(({ components }) => components.length === 0)) {
    return { state: "no-settings-for-pass", reason: `It has no settings for ${pass}.` };
  }
  const done = sections.every(({ element }) => {
    return element.attributes.some(({ local, value }) => local === "wasPassProcessed" && value === "true");
  });
  if (done) return { state: "processed", reason: `Setup has marked ${pass} as done in this copy.` };
  return { state: "taken", reason: `It has settings for ${pass}.` };
}

const MOST_BYTES = 64 << 20;

/** The places in the order in which they are looked at. */
function* placesOf(place: SearchPlace, pass: Pass): Generator<Place> {
  const { drives, windows, setup, registry, fromWindowsPE } = place;
  const byLetter = [...drives].sort((a, b) => (a.letter < b.letter ? -1 : 1));
  const drive = (letter: string | undefined) => byLetter.find((one) => one.letter === letter?.toUpperCase());
  const at = function* (
    step: number,
    rule: string,
    on: Drive | undefined,
    directory: string,
    names: readonly string[],
  ) {
    for (const name of on ? names : []) {
      const path = directory === "" ? `/${name}` : `/${directory}/${name}`;
      yield { step, rule, drive: on, path, shown: `${on!.letter}:${path.replaceAll("/", "\\")}` };
    }
  };
  const inSetup = pass === "windowsPE" || pass === "offlineServicing";
  if (registry !== undefined) {
    const path = registry.slice(2).replaceAll("\\", "/");
    const rule = "the registry, HKLM\\System\\Setup\\UnattendFile";
    yield { step: 1, rule, drive: drive(registry[0]), path, shown: registry };
  }
  const system = drive(windows);
  if (!(fromWindowsPE && inSetup)) {
    yield* at(2, "%WINDIR%\\Panther\\Unattend", system, "Windows/Panther/Unattend", BOTH);
    yield* at(3, "%WINDIR%\\Panther, Setup's own copy", system, "Windows/Panther", BOTH);
  }
  for (const one of byLetter) {
    if (one.kind === "removable") yield* at(4, "removable media that can be written, by drive letter", one, "", AUTO);
  }
  for (const one of byLetter) {
    if (one.kind === "read-only") yield* at(5, "removable read-only media, by drive letter", one, "", AUTO);
  }
  if (inSetup) yield* at(6, "\\Sources of the distribution", drive(setup), "sources", AUTO);
  else yield* at(6, "%WINDIR%\\System32\\Sysprep", system, "Windows/System32/Sysprep", ["Unattend.xml"]);
  yield* at(7, "the root of the system drive", system, "", BOTH);
  yield* at(8, "the root of the drive that setup.exe runs from", drive(setup), "", BOTH);
}
