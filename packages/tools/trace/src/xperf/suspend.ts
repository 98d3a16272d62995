import { AdkError } from "@adk/core";
import { suspendsOf } from "../suspend/suspend.ts";
import { TaskEvents } from "../transitions/task-events.ts";
import type { TransitionRow } from "../transitions/transition-rows.ts";
import type { XperfAction } from "./action.ts";
import { wholeMilliseconds as whole, type XmlNode, xml, xmlLines } from "./xml-text.ts";

/** Sleeps as XML. No output of xperf is published: names of elements and attributes are ours. */
export const suspendAction: XperfAction = {
  name: "suspend",
  summary: "sleep and hibernation: phases, programs, services, devices, as XML",
  options: {},
  collectors: [TaskEvents],
  async run({ analysis, write }) {
    const suspends = suspendsOf(analysis);
    if (suspends.length === 0) {
      throw new AdkError("XPERF_NO_SUSPEND", "The trace has no event of a power transition.", {
        hint: "Record it with xbootmgr -trace standby or hibernate, or with the provider Microsoft-Windows-Kernel-Power.",
      });
    }
    const elements = suspends.map(({ start, suspended, woken, end, rows }) => {
      const between = (from: number | undefined, to: number | undefined) =>
        whole(from === undefined || to === undefined ? undefined : to - from);
      const timing = {
        startTime: whole(start),
        endTime: whole(end),
        suspendDuration: between(start, suspended),
        sleepDuration: between(suspended, woken),
        resumeDuration: between(woken, end),
      };
      return xml("suspend", {}, [xml("timing", timing, rows.filter(({ kind }) => kind !== "Phase").map(rowElement))]);
    });
    for (const line of xmlLines(xml("results", { timeFormat: "msec" }, elements))) await write(line);
  },
};

function rowElement({ kind, name, detail, process, start, end }: TransitionRow): XmlNode {
  if (kind === "Times") return xml("counter", { name, value: detail });
  return xml(kind === "Step" ? "interval" : kind.toLowerCase(), {
    name,
    phase: kind === "Step" ? undefined : detail || undefined,
    pid: process?.id,
    startTime: whole(start),
    endTime: whole(end),
    duration: whole(start === undefined || end === undefined ? undefined : end - start),
  });
}
