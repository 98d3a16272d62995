import { FILETIME_MAX, formatFiletime } from "@adk/core";
import type { FileFormat } from "./file-format.ts";

/** Event trace logs. Only their headers and those of their buffers are read: what is in the buffers is not checked. */
export const etlFormat: FileFormat = {
  name: "etl",

  async recognises(head) {
    const { isEtl } = await import("@adk/etl");
    return isEtl(head);
  },

  async inspect(access) {
    const { openEtl } = await import("@adk/etl");
    const trace = await openEtl(access);
    const { header, health, findings } = trace;
    const time = (filetime = 0n) => (filetime > 0n && filetime <= FILETIME_MAX ? formatFiletime(filetime) : undefined);
    const facts = {
      version: header?.version.join("."),
      osBuild: header?.osBuild,
      processors: header?.processors,
      pointerSize: header?.pointerSize,
      bufferSize: header?.bufferSize,
      logFileMode: header?.logFileMode,
      clock: trace.clock.type,
      startTime: time(header?.startTime),
      endTime: time(header?.endTime),
      bootTime: time(header?.bootTime),
      sessionName: header?.sessionName,
      fileName: header?.fileName,
      logs: trace.logs.length,
      buffers: health.buffers,
      eventsLost: health.eventsLost,
      buffersLost: health.buffersLost,
      sequenceGaps: health.sequenceGaps,
      finalised: !health.notFinalised,
    };
    const lost = health.eventsLost > 0 ? [`${health.eventsLost} events lost`] : [];
    const what = [`build ${header?.osBuild}`, `${health.buffers} buffers`, ...lost];
    return { description: `Event trace log (${what.join(", ")})`, facts, findings: findings.list };
  },
};
