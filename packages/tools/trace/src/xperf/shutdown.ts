import { AdkError } from "@adk/core";
import { type SessionShutdown, shutdownOf } from "../shutdown/shutdown.ts";
import { TaskEvents } from "../transitions/task-events.ts";
import type { TransitionRow } from "../transitions/transition-rows.ts";
import type { XperfAction } from "./action.ts";
import { wholeMilliseconds as whole, type XmlNode, xml, xmlLines } from "./xml-text.ts";

/** The shutdown as XML: its time, and sessions with what was ended in them. */
export const shutdownAction: XperfAction = {
  name: "shutdown",
  summary: "a shutdown: sessions with their programs and services, kernel, as XML",
  options: {},
  collectors: [TaskEvents],
  async run({ analysis, write }) {
    const shutdown = shutdownOf(analysis);
    if (!shutdown) {
      throw new AdkError("XPERF_NO_SHUTDOWN", "The trace has no event of a shutdown.", {
        hint: "Record it with xbootmgr -trace shutdown, or with the providers Wininit, Winlogon, Winsrv, Services and Kernel-Power.",
      });
    }
    const { start, end, sessions, kernelStart } = shutdown;
    const services = sessions.find(({ session }) => session === 0);
    const kernel =
      kernelStart === undefined
        ? undefined
        : xml("interval", {
            name: "KernelShutdown",
            startTime: whole(kernelStart),
            endTime: whole(end),
            duration: whole(end - kernelStart),
          });
    const timing = {
      shutdownTime: whole(end - start),
      servicesShutdownDuration: whole(services && services.end - services.start),
    };
    const document = xml("results", { timeFormat: "msec" }, [
      xml("shutdown", { startTime: whole(start) }, [xml("timing", timing, [...sessions.map(sessionElement), kernel])]),
    ]);
    for (const line of xmlLines(document)) await write(line);
  },
};

function sessionElement({ session, start, end, members }: SessionShutdown): XmlNode {
  const attributes = { sessionID: session, startTime: whole(start), endTime: whole(end), duration: whole(end - start) };
  return xml("sessionShutdown", attributes, members.map(memberElement));
}

function memberElement({ kind, name, process, start, end }: TransitionRow): XmlNode {
  return xml(kind === "Service" ? "service" : "process", {
    name,
    pid: process?.id,
    startTime: whole(start),
    endTime: whole(end),
    shutdownDuration: whole(start === undefined || end === undefined ? undefined : end - start),
  });
}
