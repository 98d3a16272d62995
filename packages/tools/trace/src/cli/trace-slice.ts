import { resolve } from "node:path";
import type { Command } from "@adk/cli-kit";
import { Findings } from "@adk/core";
import { openTrace } from "../open-trace.ts";
import { sliceTrace, type TraceSlice, traceSliceResult } from "../slice.ts";
import { parseTimeRange } from "../time-range.ts";

interface SliceOptions {
  readonly output: string;
  readonly range: string;
  readonly compress?: boolean;
  readonly force?: boolean;
}

/** `adk trace slice`: a part of a trace as a trace of its own. */
export function defineSliceCommand(trace: Command): void {
  trace
    .command("slice <file...>")
    .description("Write a range of time as a trace of its own, with what tells of processes, images and files.")
    .requiredOption("-o, --output <file>", "the trace to write")
    .requiredOption("--range <from-to>", "the part: 1500-2000 (milliseconds), 1.5s-2s, 3s-")
    .option("--compress", "compress its buffers, as xperf does when it merges")
    .withForce("replace a file that is there")
    .run(async (context, files: string[], options: SliceOptions) => {
      const findings = new Findings();
      const { signal, onProgress } = context;
      const { compress, force: overwrite } = options;
      const range = parseTimeRange(options.range);
      const paths = files.map((file) => resolve(context.cwd, file));
      await using opened = await openTrace(paths, { findings, signal, onProgress });
      const target = resolve(context.cwd, options.output);
      const result = await sliceTrace(opened.trace, target, {
        range,
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
