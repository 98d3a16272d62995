import { Findings, globToMatcher } from "@adk/core";
import { type CompareOptions, compareVolumes } from "./compare.ts";
import { openSide } from "./open-side.ts";
import { compareProperties } from "./properties.ts";
import type { WimDiffResult } from "./schema.ts";

export interface DiffImagesOptions extends Omit<CompareOptions, "path" | "host" | "findings"> {
  /** A path with what is below it, or a pattern: `/Windows/System32`, `**` + `/*.dll`. */
  readonly path?: string | undefined;
}

/**
 * Compares two sources, as images (`install.wim:6`) or directories. A directory of the host without a sidecar is compared by
 * what it can hold.
 * Of two images that of the XML data is compared too.
 */
export async function diffImages(first: string, second: string, options: DiffImagesOptions): Promise<WimDiffResult> {
  const findings = new Findings();
  await using before = await openSide(first, findings);
  await using after = await openSide(second, findings);
  const host = before.host || after.host;
  if (host) {
    const message =
      "A directory without a sidecar cannot hold all: types, data, links and times of the last change are compared.";
    findings.add({ severity: "info", code: "DIFF_HOST_DIRECTORY", message });
  }
  const path = options.path === undefined ? undefined : globToMatcher(`${options.path}/**`);
  const compared = await compareVolumes(before.volume, after.volume, { ...options, path, host, findings });
  return {
    equal: compared.differences.length === 0,
    before: { source: first, ...compared.before },
    after: { source: second, ...compared.after },
    summary: compared.summary,
    differences: compared.differences,
    properties: before.properties && after.properties ? compareProperties(before.properties, after.properties) : [],
    findings: [...before.findings, ...after.findings, ...findings.list],
  };
}
