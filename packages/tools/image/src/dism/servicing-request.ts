import { AdkError, type Finding, type LongOperation } from "@adk/core";
import type { WindowsPart, WindowsReport } from "../windows/report.ts";
import { reportSource } from "../windows/report-source.ts";
import type { OptionName } from "./options.ts";
import type { ListFormat } from "./render-servicing.ts";
import type { ServicingVerb } from "./servicing-commands.ts";

/** What is asked of the Windows in an image. */
export interface ServicingRequest {
  readonly verb: ServicingVerb;
  /** Of the host: a directory, the folder of a session, or `install.wim:6`. */
  readonly image: string;
  /** What stands behind the command: `/Set-TimeZone:<value>`. */
  readonly value: string;
  readonly packageName: string;
  readonly featureName: string;
  /** INF files and directories as they were written, or published names. */
  readonly drivers: readonly string[];
  readonly destination: string;
  /** The options that are there. */
  readonly flags: ReadonlySet<OptionName>;
  readonly format: ListFormat;
}

export interface ServicingContext extends LongOperation {
  /** Against which paths are resolved. */
  readonly cwd: string;
  readonly say: (text: string) => void;
  readonly report: (findings: readonly Finding[]) => void;
}

/** Reads one part of the Windows in an image. */
export async function readPart<Part extends WindowsPart>(
  { image }: ServicingRequest,
  { report, signal, onProgress }: ServicingContext,
  part: Part,
): Promise<NonNullable<WindowsReport[Part]>> {
  const result = await reportSource(image, [part], { signal, onProgress });
  report(result.findings);
  const found = result[part];
  if (found !== undefined) return found;
  const [first] = result.findings;
  throw new AdkError(first?.code ?? "WINDOWS_NO_HIVE", first?.message ?? "The image cannot be read.", { file: image });
}
