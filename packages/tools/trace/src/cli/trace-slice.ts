import { resolve } from "node:path";
import { type Command, usageError } from "@adk/cli-kit";
import { Findings } from "@adk/core";
import { openTrace } from "../open-trace.ts";
import { sliceTrace, type TraceSlice, traceSliceResult } from "../slice.ts";
import { RANGE_OPTION, type RangeOption, rangeOf, schemaSources, type TraceOptions, withTraceOptions } from "./open.ts";

interface SliceOptions extends RangeOption, TraceOptions {
  readonly output: string;
  readonly compress?: boolean;
  readonly force?: boolean;
}

/** `adk trace slice`: a part of a trace as a trace of its own. */
export function defineSliceCommand(trace: Command): void {
  const command = trace.command("slice <file...>");
  withTraceOptions(command)
    .description("Write a range of time as a trace of its own, with what tells of processes, images and files.")
    .requiredOption("-o, --output <file>", "the trace to write")
    .option(...RANGE_OPTION)
    .option("--compress", "compress its buffers, as xperf does when it merges")
    .withForce("replace a file that is there")
    .run(async (context, files: string[], options: SliceOptions) => {
      const findings = new Findings();
      const { signal, onProgress } = context;
      const { compress, force: overwrite } = options;
      const paths = files.map((file) => resolve(context.cwd, file));
      const schemas = await schemaSources(context, options, findings);
      await using opened = await openTrace(paths, { findings, signal, onProgress });
      const range = await rangeOf(context, options, opened.trace, schemas, findings);
      if (!range) throw usageError("TRACE_NO_RANGE", "The part must be named: --range or --region.", command.path);
      const target = resolve(context.cwd, options.output);
      const result = await sliceTrace(opened.trace, target, {
        range,
        schemas,
        compress,
        overwrite,
        findings,
        signal,
        onProgress,
      });
      context.output<TraceSlice>(
        { ...result, file: options.output },
        {
          schema: traceSliceResult,
          render: ({ events, outside, total }, out) => {
            out.line(`${options.output}: ${events} of ${total} events, ${outside} of them from outside the range`);
            out.findings(findings.list);
          },
        },
      );
    });
}
