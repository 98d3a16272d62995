import type { Findings, LongOperation } from "@adk/core";
import { copyTrace, EtlWriter } from "@adk/etl";
import { openTrace } from "../open-trace.ts";

export interface MergeOptions extends LongOperation {
  readonly compress: boolean;
  readonly findings: Findings;
}

/**
 * Writes several traces as one, in the order of time. What xperf adds on the recording machine - identities of images, the system's
 * configuration - is only there where a trace has it.
 *
 * @throws AdkError of opening and writing; nothing is left of a file that was not finished
 */
export async function mergeTraces(files: readonly string[], output: string, options: MergeOptions): Promise<void> {
  const { compress, findings, signal, onProgress } = options;
  await using opened = await openTrace(files, { findings, signal, onProgress });
  const { trace } = opened;
  await using writer = await EtlWriter.create(output, { header: trace.header ?? {}, compress, overwrite: true });
  await copyTrace(trace, writer, { signal, onProgress });
  await writer.finish();
}
