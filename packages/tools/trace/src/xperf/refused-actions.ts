import { AdkError } from "@adk/core";
import type { XperfAction } from "./action.ts";

/** Actions of xperf that are known and not done, each with what is missing. */
const REASONS = {
  bootprefetch: "what ReadyBoot's events hold (hits, misses, prefetches) is not published",
  drvdelay: "what xperf takes for a delay of a driver is not published",
} as const;

function refused(name: keyof typeof REASONS): XperfAction {
  const reason = REASONS[name];
  return {
    name,
    summary: `not supported: ${reason}`,
    options: {},
    collectors: [],
    async run() {
      throw new AdkError("XPERF_UNSUPPORTED", `The action ${name} is not supported: ${reason}.`, {
        kind: "unsupported",
      });
    },
  };
}

export const bootPrefetchAction = refused("bootprefetch");
export const driverDelayAction = refused("drvdelay");
