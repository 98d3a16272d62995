import { finding } from "@adk/cli-kit/schemas";
import type { Findings } from "@adk/core";
import * as z from "zod";
import type { Analysis } from "../analysis.ts";
import type { TraceImage } from "../model/images.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { symbolSummary } from "./symbol-summary.ts";
import { identityOf, Symbolizer, type SymbolOptions } from "./symbolizer.ts";

/** `adk trace symbols` */
export const traceSymbolsResult = z.object({
  images: z.array(
    z.object({
      image: z.string(),
      path: z.string(),
      /** Milliseconds of samples whose innermost frame is in the image. */
      weight: z.number(),
      pdb: z.string(),
      /** As symbol stores name the directory; empty where the trace does not tell it. */
      id: z.string(),
      symbols: z.enum(["pdb", "breakpad", "exports", "none"]),
      file: z.string(),
    }),
  ),
  /** How many have symbols, and which of the heaviest have none. */
  summary: z.string(),
  findings: z.array(finding),
});
export type TraceSymbols = z.output<typeof traceSymbolsResult>;

/** The images of a trace, the heaviest first, and whether and where their symbols are. Takes an analysis of `SampledProfile`. */
export async function symbolReport(
  analysis: Analysis,
  options: SymbolOptions & { readonly findings: Findings },
): Promise<TraceSymbols> {
  const { model } = analysis;
  const weights = weighImages(analysis);
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const images = [...weights.keys()].sort((a, b) => {
    return (weights.get(b) as number) - (weights.get(a) as number) || order(a.name, b.name) || a.index - b.index;
  });
  // The summary is a part of the result, not a finding.
  const symbolizer = await Symbolizer.load(model, images, { ...options, summarize: false });
  const found = new Map(symbolizer.images.map((each) => [each.image, each]));
  const list = images.map((image): TraceSymbols["images"][number] => {
    const { pdb = model.images.pdbOf(image), symbols } = found.get(image) ?? {};
    return {
      image: image.name,
      path: model.images.pathOf(image),
      weight: weights.get(image) as number,
      pdb: pdb?.name ?? "",
      id: pdb?.id ?? "",
      symbols: symbols?.kind ?? "none",
      file: symbols?.file ?? "",
    };
  });
  const summary = symbolSummary(images.map((image) => ({ image, symbols: found.get(image)?.symbols }))) ?? "No images.";
  return { images: list, summary, findings: [...options.findings.list] };
}

/** Milliseconds of samples by the image of the innermost frame; an image that is loaded in many places counts once. */
function weighImages(analysis: Analysis): Map<TraceImage, number> {
  const { model } = analysis;
  const first = new Map<string, TraceImage>();
  const byIndex: TraceImage[] = [];
  const weights = new Map<TraceImage, number>();
  for (const image of model.images.all) {
    const identity = identityOf(model, image);
    const known = first.get(identity) ?? image;
    first.set(identity, known);
    byIndex[image.index] = known;
    weights.set(known, 0);
  }
  const profile = analysis.get(SampledProfile);
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const time = columns.time[row] as number;
    if (profile.isIdle(columns, row) || !analysis.includes(time)) continue;
    const process = model.threads.processOf(columns.thread[row] as number, time) ?? model.processes.unknown;
    const image = model.images.at(process.id, columns.address[row] as number, time);
    const known = image && byIndex[image.index];
    if (known) weights.set(known, (weights.get(known) as number) + (columns.count[row] as number) * profile.interval);
  }
  return weights;
}
