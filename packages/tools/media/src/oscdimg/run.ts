import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { AdkError, filetimeFromDate, fromSystemError, type LongOperation, stampTime } from "@adk/core";
import { type BootFile, createIso } from "../create-iso.ts";
import type { OscdimgCommand } from "./parse.ts";

export interface OscdimgHost extends LongOperation {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** A line of standard output. */
  readonly say: (line: string) => void;
}

/** Does what the command line asks for, and tells of it in OSCDIMG's words. @throws AdkError */
export async function runOscdimg(command: OscdimgCommand, host: OscdimgHost): Promise<void> {
  const { say, cwd, signal, onProgress } = host;
  const path = (text: string) => resolve(cwd, text.replaceAll("\\", "/"));
  const { form, level, dedup, embed, target = "" } = command;
  const boot = command.boot.map(
    (each): BootFile => ({
      platform: each.platform,
      file: path(each.file),
      emulation: each.emulated ? "floppy" : "none",
      loadSegment: each.loadSegment,
    }),
  );
  const options = {
    form,
    level: form === "joliet" ? (1 as const) : level,
    label: command.label === "" ? "CDROM" : command.label,
    boot,
    dedup,
    embed,
    time: command.time ? filetimeFromDate(command.time) : stampTime(host.env),
    fixedTimes: command.time !== undefined,
    order: command.order === undefined ? undefined : await readLines(path(command.order)),
    readme: command.readme === undefined ? undefined : (await readLines(path(command.readme))).join("\r\n"),
    overwrite: true,
    signal,
    onProgress,
  };
  say("Scanning source tree");
  const planned = await createIso(path(command.source), path(target || "image.iso"), { ...options, dryRun: true });
  say(`Scanning source tree complete (${planned.files} files in ${planned.directories} directories)`);
  say("");
  say("Computing directory information complete");
  say("");
  const before = planned.size + planned.saved.bytes;
  say(dedup ? `Image file is ${before} bytes (before optimization)` : `Image file is ${planned.size} bytes`);
  say("");
  if (command.maxSize !== undefined && planned.size > command.maxSize) {
    throw new AdkError(
      "OSCDIMG_TOO_LARGE",
      `The image is larger than ${command.maxSize} bytes; use -m to make it all the same.`,
      {
        kind: "usage",
        found: planned.size,
      },
    );
  }
  if (command.scanOnly) return;
  say(`Writing ${planned.files} files in ${planned.directories} directories to ${target}`);
  say("");
  const { size, saved } = await createIso(path(command.source), path(target), options);
  say("100% complete");
  say("");
  if (dedup) {
    say(
      `Storage optimization saved ${saved.files} files, ${saved.bytes} bytes (${Math.round((100 * saved.bytes) / before)}% of image)`,
    );
    say("");
    say(`After optimization, image file is ${size} bytes`);
    say(`Space saved because of embedding, sparseness or optimization = ${saved.bytes}`);
  } else say(`Final image file is ${size} bytes`);
  say("");
  say("Done.");
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, "utf8")).split(/\r?\n/).filter((line) => line !== "");
  } catch (error) {
    throw fromSystemError(error, file);
  }
}
