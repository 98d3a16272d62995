import { type Finding, formatSourceName, type LongOperation } from "@adk/core";
import { oneImage, openWim } from "../open-wim.ts";
import { commitSession, discardSession, openSession } from "../servicing/edit-image.ts";
import type { ImagingVerb } from "./commands.ts";
import { renderHelp } from "./help.ts";
import { hostPath, hostSource } from "./host-path.ts";
import { imageDetails } from "./image-details.ts";
import type { ImagingRequest } from "./imaging-request.ts";
import { listFiles } from "./list-files.ts";
import { type MountVerb, mountCommands } from "./mount-commands.ts";
import { perform } from "./operations.ts";
import type { DismCommandLine } from "./parse.ts";
import { formatBar } from "./progress-bar.ts";
import { ProgressLine } from "./progress-line.ts";
import { renderImageDetails, renderImageList, SUCCESS } from "./render.ts";
import { checkOptions, type DismRequest, imageChoice, toRequest } from "./request.ts";
import { service } from "./servicing.ts";
import { type ServicingVerb, servicingCommands } from "./servicing-commands.ts";
import type { ServicingRequest } from "./servicing-request.ts";
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
  if (command.kind === "mount") await mount(line, command.verb, host);
  else if (command.kind === "servicing") await serve(line, command.verb, host);
  else await image(line, command.verb, host);
  host.say(SUCCESS);
}

async function image({ options }: DismCommandLine, verb: ImagingVerb, host: DismHost): Promise<void> {
  const request = toRequest(verb, options, host.cwd);
  if (request.kind === "info" || request.kind === "list") await show(request, host);
  else {
    const { signal, report } = host;
    await work(TITLES[request.kind], host, (onProgress) => perform(request, { signal, onProgress, report }));
  }
}

async function serve(line: DismCommandLine, verb: ServicingVerb, host: DismHost): Promise<void> {
  const { options, repeated, globals, value } = line;
  if (globals.has("Online")) throw notSupported("/Online: the running Windows is not serviced here, images are.");
  checkOptions(servicingCommands[verb], options);
  const image = globals.get("Image");
  if (image === undefined) throw wrongUsage.noImage();
  const format = globals.get("Format")?.toLowerCase() === "table" ? "table" : "list";
  const request: ServicingRequest = {
    verb,
    image: hostSource(image, host.cwd),
    value,
    packageName: options.get("PackageName") ?? "",
    featureName: options.get("FeatureName") ?? "",
    drivers: repeated.get("Driver") ?? [],
    destination: options.get("Destination") ?? "",
    flags: new Set(options.keys()),
    format,
  };
  await service(request, host);
}

async function mount({ options }: DismCommandLine, verb: MountVerb, host: DismHost): Promise<void> {
  checkOptions(mountCommands[verb], options);
  const folder = hostPath(options.get("MountDir") ?? "", host.cwd);
  const { signal, say, report } = host;
  if (verb === "mount") {
    const image = imageChoice(hostPath(options.get("ImageFile") ?? "", host.cwd), options, "Index", "Name");
    const source = formatSourceName({ path: image.file, inner: [], selector: image.selector });
    await work("Mounting image", host, async () => report((await openSession(source, folder)).findings));
    return;
  }
  if (options.has("Discard")) await discardSession(folder);
  else {
    const keep = verb === "commit";
    await work("Saving image", host, async (onProgress) => {
      report((await commitSession(folder, { signal, onProgress, keep })).findings);
    });
  }
  if (verb === "unmount") say("Unmounting image\n");
}

/** Does something that takes its time, below its title and a progress bar. */
async function work(
  title: string,
  { say, draw, live }: DismHost,
  run: (onProgress: NonNullable<LongOperation["onProgress"]>) => Promise<void>,
): Promise<void> {
  const bar = new ProgressLine(draw, live, formatBar);
  say(`${title}\n`);
  try {
    await run((progress) => bar.report(progress));
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
