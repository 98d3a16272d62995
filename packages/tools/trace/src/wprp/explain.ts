import { parseGuid } from "@adk/core";
import { knownProviderName } from "@adk/event-schema";
import * as z from "zod";
import type { EventProvider, RecordingCollector, RecordingProfiles } from "./recording-profile.ts";
import { SYSTEM_KEYWORDS } from "./system-keywords.ts";

/** `adk trace wprp explain` */
export const wprpExplanation = z.object({
  profiles: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      description: z.string(),
      /** How it is started. */
      command: z.string(),
      loggingMode: z.string(),
      detailLevel: z.string(),
      collectors: z.array(
        z.object({
          id: z.string(),
          kind: z.enum(["system", "event", "heap"]),
          session: z.string(),
          memory: z.string(),
          /** Megabytes; null where it depends on the machine, or WPR chooses it. */
          memoryMegabytes: z.number().nullable(),
          fileMegabytes: z.number().nullable(),
          keywords: z.array(z.object({ keyword: z.string(), mask: z.string(), records: z.string() })),
          stacks: z.array(z.string()),
          providers: z.array(z.object({ name: z.string(), guid: z.string().nullable(), records: z.string() })),
          rates: z.array(z.string()),
        }),
      ),
    }),
  ),
});
export type WprpExplanation = z.output<typeof wprpExplanation>;
type ExplainedCollector = WprpExplanation["profiles"][number]["collectors"][number];

/** What the profiles of a file record, in words. */
export function explainProfiles(file: RecordingProfiles, fileName: string): WprpExplanation {
  return {
    profiles: file.profiles.map(({ id, name, description, loggingMode, detailLevel, collectors }) => ({
      id,
      name,
      description,
      loggingMode,
      detailLevel,
      command: `wpr -start ${fileName}!${name}.${detailLevel}${loggingMode === "File" ? " -filemode" : ""}`,
      collectors: collectors.map((collector) => explainCollector(file, collector)),
    })),
  };
}

function explainCollector(file: RecordingProfiles, collector: RecordingCollector): ExplainedCollector {
  const systems = collector.systemProviders.flatMap((id) => file.systemProvider(id) ?? []);
  const keywords = [...new Set(systems.flatMap((system) => system.keywords))];
  const stacks = [...new Set(systems.flatMap((system) => system.stacks))];
  const providers = collector.eventProviders.flatMap((id) => file.eventProvider(id) ?? []);
  const { bufferSize, buffers, percentage, fileSize } = collector;
  const known = !percentage && bufferSize !== undefined && buffers !== undefined;
  return {
    id: collector.id,
    kind: collector.kind,
    session: collector.name,
    memory: memoryOf(collector),
    memoryMegabytes: known ? (bufferSize * buffers) / 1024 : null,
    fileMegabytes: fileSize ?? null,
    keywords: keywords.map((keyword) => ({
      keyword,
      mask: formatMask(SYSTEM_KEYWORDS.get(keyword)?.mask ?? Number(keyword)),
      records: SYSTEM_KEYWORDS.get(keyword)?.records ?? "",
    })),
    stacks,
    providers: providers.map(explainProvider),
    rates: [...ratesOf(keywords, stacks)],
  };
}

function formatMask(mask: number): string {
  return Number.isNaN(mask) ? "" : `0x${mask.toString(16).padStart(8, "0")}`;
}

function memoryOf({ bufferSize, buffers, percentage, mostMegabytes }: RecordingCollector): string {
  if (buffers === undefined) return "as many buffers as WPR chooses";
  const size = bufferSize === undefined ? "" : ` in buffers of ${bufferSize} kB`;
  if (percentage) {
    const most = mostMegabytes === undefined ? "" : `, ${mostMegabytes} MB at most`;
    return `${buffers} % of the machine's memory${most}${size}`;
  }
  if (bufferSize === undefined) return `${buffers} buffers of the size that WPR chooses`;
  const megabytes = (bufferSize * buffers) / 1024;
  return `${megabytes >= 10 ? megabytes.toFixed(0) : megabytes.toFixed(1)} MB: ${buffers} buffers of ${bufferSize} kB`;
}

const LEVELS = ["", "critical", "errors", "warnings", "information", "everything"];

function explainProvider({ name, level, keywords, stack, captureStateOnly }: EventProvider) {
  let [label, guid]: [string, string | null] = [name, null];
  try {
    guid = parseGuid(name);
    label = knownProviderName(guid) ?? guid;
  } catch {
    // A name: its GUID is registered on the machine, or made from the name of an event source.
  }
  const parts = [
    captureStateOnly
      ? "its state when the recording ends"
      : keywords.length > 0
        ? `keywords ${keywords.join(", ")}`
        : "all keywords",
    level === undefined ? "" : `level ${level}${LEVELS[level] ? ` (${LEVELS[level]})` : ""}`,
    stack ? "with stacks" : "",
  ];
  return { name: label, guid, records: parts.filter((part) => part !== "").join(", ") };
}

/** Bytes of the header of a kernel event without identifiers, and of a sample's fields. */
const SAMPLE_BYTES = 16 + 16;
/** Of a stack event without its frames, and of a frame. */
const STACK_BYTES = 16 + 16;
const FRAME_BYTES = 8;
const SAMPLES_A_SECOND = 1000;
/** Frames that stacks may have. */
const MOST_FRAMES = 192;

/** Only what has a rate of its own: what a machine does beside it nobody knows before. */
function* ratesOf(keywords: readonly string[], stacks: readonly string[]): Generator<string> {
  if (!keywords.includes("SampledProfile")) return;
  const plain = (SAMPLES_A_SECOND * SAMPLE_BYTES) / 1e6;
  yield `SampledProfile: ${plain.toFixed(3)} MB a second and processor at the usual interval of 1 ms.`;
  if (!stacks.includes("SampledProfile")) return;
  const withStack = (frames: number) => (SAMPLES_A_SECOND * (STACK_BYTES + frames * FRAME_BYTES)) / 1e6;
  yield `Its stacks: ${withStack(30).toFixed(3)} MB more for stacks of 30 frames, ${withStack(MOST_FRAMES).toFixed(1)} MB at most.`;
}
