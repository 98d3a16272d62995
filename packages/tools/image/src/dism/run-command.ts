import { type Finding, formatSourceName, type LongOperation } from "@adk/core";
import { oneImage, openWim } from "../open-wim.ts";
import { renderHelp } from "./help.ts";
import { imageDetails } from "./image-details.ts";
import type { ImagingRequest } from "./imaging-request.ts";
import { listFiles } from "./list-files.ts";
import { perform } from "./operations.ts";
import type { DismCommandLine } from "./parse.ts";
import { formatBar } from "./progress-bar.ts";
import { ProgressLine } from "./progress-line.ts";
import { renderImageDetails, renderImageList, SUCCESS } from "./render.ts";
import { type DismRequest, toRequest } from "./request.ts";
import { notSupported } from "./win32-errors.ts";
import { wrongUsage } from "./wrong-usage.ts";

/** The line above the progress bar. */
const TITLES: Readonly<Record<ImagingRequest["kind"], string>> = {
  apply: "Applying image",
  capture: "Saving image",
  append: "Saving image",
  export: "Exporting image",
  delete: "Deleting image",
  split: "Splitting image",
};

/** Where a command reads and tells. */
export interface DismHost {
  readonly cwd: string;
  readonly signal: LongOperation["signal"];
  /** Prints text, whose control characters are made visible. */
  readonly say: (text: string) => void;
  /** Prints a progress bar. */
  readonly draw: (text: string) => void;
  /** Whether a bar can be drawn over. */
  readonly live: boolean;
  readonly report: (findings: readonly Finding[]) => void;
}

/** Runs a command line of DISM. @throws AdkError */
export async function runCommand(line: DismCommandLine, host: DismHost): Promise<void> {
  const { command, options, globals, help, problem } = line;
  if (problem) throw problem;
  if (help || (!command && globals.size === 0 && options.size === 0)) {
    host.say(renderHelp(command));
    return;
  }
  if (!command) throw wrongUsage.noCommand();
  if (command.kind === "other") throw notSupported(`/${command.name}: ${command.instead}`);
  const request = toRequest(command.verb, options, host.cwd);
  if (request.kind === "info" || request.kind === "list") await show(request, host);
  else await work(request, host);
  host.say(SUCCESS);
}

async function work(request: ImagingRequest, { signal, say, draw, live, report }: DismHost): Promise<void> {
  const bar = new ProgressLine(draw, live, formatBar);
  say(`${TITLES[request.kind]}\n`);
  try {
    await perform(request, { signal, onProgress: (progress) => bar.report(progress), report });
  } catch (error) {
    bar.abandon();
    throw error;
  }
  bar.finish();
}

async function show(request: Exclude<DismRequest, ImagingRequest>, { say, report }: DismHost): Promise<void> {
  const { file: path, selector } = request.image;
  await using opened = await openWim(formatSourceName({ path, inner: [], selector }));
  const { file } = opened;
  if (request.kind === "list") {
    const { root } = await file.metadata(oneImage(opened));
    for (const name of listFiles(root, "\\")) say(`${name}\n`);
  } else if (selector === undefined) say(renderImageList(request.shown, imageDetails(file)));
  else {
    const index = oneImage(opened);
    const details = imageDetails(file).find((each) => each.index === index);
    if (details) say(renderImageDetails(request.shown, details));
  }
  report(file.findings.list);
}
