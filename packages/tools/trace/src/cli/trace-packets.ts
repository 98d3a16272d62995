import { resolve } from "node:path";
import { type Command, formatBytes } from "@adk/cli-kit";
import { AtomicFile, Findings } from "@adk/core";
import { openTrace } from "../open-trace.ts";
import { exportPackets, tracePacketsResult } from "../packets/export-packets.ts";
import {
  RANGE_OPTION,
  type RangeOption,
  rangeOf,
  schemaSources,
  type TraceOptions,
  warnOf,
  withTraceOptions,
} from "./open.ts";

interface PacketOptions extends RangeOption, TraceOptions {
  readonly output: string;
  readonly force?: boolean;
}

/** `adk trace packets`: a network capture for Wireshark. */
export function definePacketCommand(trace: Command): void {
  withTraceOptions(trace.command("packets <file...>"))
    .description("Write the packets of a network capture (netsh trace, pktmon) as a pcapng file for Wireshark.")
    .requiredOption("-o, --output <file>", "the file to write; - for standard output")
    .option(...RANGE_OPTION)
    .withForce()
    .run(async (context, files: string[], options: PacketOptions) => {
      const { output, force } = options;
      const findings = new Findings();
      const { signal, onProgress } = context;
      const schemas = await schemaSources(context, options, findings);
      const paths = files.map((file) => resolve(context.cwd, file));
      await using opened = await openTrace(paths, { findings, signal, onProgress });
      const range = await rangeOf(context, options, opened.trace, schemas, findings);
      const wanted = { range, schemas, findings, signal, onProgress };
      if (output === "-") {
        await exportPackets(opened.trace, (bytes) => context.stdout.write(bytes), wanted);
        warnOf(context, findings);
        return;
      }
      await using file = await AtomicFile.create(resolve(context.cwd, output), { overwrite: force });
      const result = await exportPackets(opened.trace, (bytes) => file.write(bytes), wanted);
      await file.commit();
      context.output(
        { file: output, ...result, findings: [...findings.list] },
        {
          schema: tracePacketsResult,
          render: ({ packets, interfaces, bytes }, out) => {
            out.line(`${output}: ${packets} packets, ${formatBytes(bytes)}`);
            for (const { name, description } of interfaces)
              out.line(`  ${name}${description ? `: ${description}` : ""}`);
            out.findings([...findings.list]);
          },
        },
      );
    });
}
