import type { Findings } from "@adk/core";
import type { Analysis } from "../analysis.ts";
import type { TraceModel } from "../model/trace-model.ts";
import type { CollectorClass } from "../tables/table.ts";
import { type FoundRegions, findRegions } from "./find-regions.ts";
import { RegionEvents } from "./region-events.ts";
import type { RegionSet } from "./region-set.ts";

/** Regions that are looked for in traces. */
export class WantedRegions {
  readonly set: RegionSet;
  /** For `Analysis`. */
  readonly collector: CollectorClass;
  readonly #found = new WeakMap<Analysis, { readonly events: RegionEvents } & FoundRegions>();

  constructor(set: RegionSet) {
    this.set = set;
    this.collector = class extends RegionEvents {
      constructor(model: TraceModel) {
        super(model, set);
      }
    };
  }

  /** What a trace has of them. @param analysis with the collector */
  in(analysis: Analysis): { readonly events: RegionEvents } & FoundRegions {
    let found = this.#found.get(analysis);
    if (!found) {
      const events = analysis.get(this.collector) as RegionEvents;
      found = { events, ...findRegions(events, analysis.model) };
      this.#found.set(analysis, found);
    }
    return found;
  }

  /** Tells what was not found. */
  tell(analysis: Analysis, findings: Findings): void {
    const { instances, openStarts, openStops } = this.in(analysis);
    const seen = new Set(instances.map(({ definition }) => definition));
    const missing = this.set.definitions.filter((definition) => !seen.has(definition));
    if (missing.length > 0) {
      const names = missing.slice(0, 3).map(({ name }) => name);
      const rest = missing.length > names.length ? " ..." : "";
      const count = `${missing.length} of ${this.set.definitions.length} regions`;
      findings.add({
        severity: "info",
        code: "REGIONS_NOT_FOUND",
        message: `${count} are not in the trace: ${names.join(", ")}${rest}`,
      });
    }
    if (openStarts + openStops > 0) {
      const message = `${openStarts} starts of regions have no stop, ${openStops} stops have no start: they are left out.`;
      findings.add({ severity: "info", code: "REGIONS_OPEN", message });
    }
  }
}
