import { AdkError, type Findings, suggest } from "@adk/core";
import type { Analysis } from "../analysis.ts";
import type { TimeRange } from "../time-range.ts";
import type { WantedRegions } from "./wanted-regions.ts";

/**
 * The time of the first instance of a region, by its name, its friendly name or the name of an instance.
 *
 * @throws AdkError `TRACE_NO_REGION`
 */
export function regionRange(regions: WantedRegions, analysis: Analysis, name: string, findings: Findings): TimeRange {
  const wanted = name.toLowerCase();
  const { instances } = regions.in(analysis);
  const found = instances.filter(({ definition, name: instance }) =>
    [definition.name, definition.friendlyName, instance].some((each) => each.toLowerCase() === wanted),
  );
  const [first] = found;
  if (!first) {
    const { definitions } = regions.set;
    const names = definitions.flatMap((each) => [each.name, each.friendlyName]);
    const known = names.some((each) => each.toLowerCase() === wanted);
    const near = known ? undefined : suggest(name, names);
    throw new AdkError("TRACE_NO_REGION", "The trace has no such region.", {
      found: name,
      hint: near && `Did you mean ${near}?`,
    });
  }
  const range = { from: analysis.milliseconds(first.start), to: analysis.milliseconds(first.stop) };
  if (found.length > 1) {
    const message = `${found.length} regions are called ${name}: the first is taken, from ${range.from.toFixed(3)} ms to ${range.to.toFixed(3)} ms.`;
    findings.add({ severity: "info", code: "TRACE_FIRST_REGION", message });
  }
  return range;
}
