/** Actions of xperf that are known and not done, each with what is missing, and the nearest that there is. */
export const REFUSED_ACTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    activityintervals: "What it takes for an activity is not published. See adk trace regions for intervals of events.",
    bootprefetch:
      "What ReadyBoot's events hold (hits, misses, prefetches) is not published. See -a hardfault, -a diskio.",
    drvdelay: "What xperf takes for a delay of a driver is not published. See -a dpcisr, -a boot.",
    pagefile: "No event tells what it lists. See -a hardfault, -a perfctrs, adk trace memory.",
    poolsnap: "The layout of the snapshots of pools is not published. See -a pool.",
    prefetch: "What the prefetcher's events hold is not published. See -a hardfault, -a filename.",
    readyboot: "What ReadyBoot's events hold is not published. See -a boot.",
    screenshots: "The layout of the events that hold the pictures is not published. See -a focuschange.",
  }),
);
