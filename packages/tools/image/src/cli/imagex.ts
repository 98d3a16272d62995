import type { Context, RunDropIn } from "@adk/cli-kit";
import { decodeUtf16, formatSourceName } from "@adk/core";
import { wimInfo } from "@adk/wim";
import type { ImagingRequest } from "../dism/imaging-request.ts";
import { kitVersion } from "../dism/kit-version.ts";
import { listFiles } from "../dism/list-files.ts";
import { perform } from "../dism/operations.ts";
import { ProgressLine } from "../dism/progress-line.ts";
import { describeFailure, notSupported } from "../dism/win32-errors.ts";
import { parseImageX } from "../imagex/parse.ts";
import {
  formatProgress,
  renderError,
  renderHeader,
  renderHelp,
  renderInfo,
  renderSuccess,
  renderXml,
} from "../imagex/render.ts";
import { type ImageXRequest, successOf, toImageXRequest } from "../imagex/request.ts";
import { type OpenedWim, oneImage, openWim } from "../open-wim.ts";

/** `adk imagex`: ImageX's command line and output. */
export const dropIn: RunDropIn = async (argv, context) => {
  const say = (text: string) => context.stdout.line(text.replace(/\n$/, ""));
  const onlyXml = argv.some((word) => /^\/xml$/i.test(word));
  if (!onlyXml) say(renderHeader(kitVersion()));
  try {
    const line = parseImageX(argv);
    if (line.kind === "help") say(renderHelp(line.verb));
    else if (line.kind === "mounts") {
      throw notSupported("Images are not mounted here. Apply one to a directory, or see: adk wim extract.");
    } else {
      const request = toImageXRequest(line.verb, line.words, line.options, context.cwd);
      if (request.kind === "info" || request.kind === "dir") await show(request, say, context);
      else await work(request, line.words, say, context);
    }
    return 0;
  } catch (thrown) {
    const { code, message } = describeFailure(thrown);
    say(renderError(code, message));
    return code;
  }
};

async function work(
  request: ImagingRequest,
  words: readonly string[],
  say: (text: string) => void,
  { stdout, stderr, signal }: Context,
): Promise<void> {
  const start = performance.now();
  const line = new ProgressLine(
    (text) => stdout.text(text),
    stdout.columns !== undefined,
    (share) => formatProgress(share, request.kind),
  );
  try {
    const report = stderr.findings.bind(stderr);
    await perform(request, { signal, onProgress: (progress) => line.report(progress), report });
  } catch (error) {
    line.abandon();
    throw error;
  }
  line.finish();
  say(renderSuccess(successOf(request, words), Math.round((performance.now() - start) / 1000)));
}

async function show(
  request: Exclude<ImageXRequest, ImagingRequest>,
  say: (text: string) => void,
  { stderr }: Context,
): Promise<void> {
  const { file: path, selector } = request.image;
  await using opened = await openWim(formatSourceName({ path, inner: [], selector }));
  if (request.kind === "dir") {
    const { root } = await opened.file.metadata(oneImage(opened));
    for (const name of listFiles(root, "")) say(`${name}\n`);
  } else say(infoText(request, opened));
  stderr.findings(opened.file.findings.list);
}

function infoText(request: Extract<ImageXRequest, { kind: "info" }>, opened: OpenedWim): string {
  const { file } = opened;
  const xml = decodeUtf16(file.xml.write()).replace(/^\uFEFF/, "");
  if (request.image.selector) return renderXml(xml, oneImage(opened));
  if (request.xmlOnly) return renderXml(xml, undefined);
  const { guid, compression, partNumber, totalParts, integrity } = wimInfo(file);
  const { flags, imageCount } = file.header;
  const facts = { path: request.shown, guid, imageCount, compression, partNumber, totalParts, integrity, flags, xml };
  return renderInfo(facts);
}
