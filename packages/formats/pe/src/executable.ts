import { AdkError, type RandomAccess, withLimits } from "@adk/core";
import { type DosHeader, parseDosHeader } from "./dos-header.ts";
import { FileBytes } from "./file-bytes.ts";
import { linearSystem, type NeHeader, parseNeHeader } from "./ne-header.ts";
import { type ParseOptions, type PeFile, parsePe } from "./pe-file.ts";

/** Any file with a DOS header, as far as its kind is known. */
export type Executable =
  | { readonly kind: "pe"; readonly pe: PeFile }
  | { readonly kind: "ne"; readonly dosHeader: DosHeader; readonly ne: NeHeader }
  | { readonly kind: "le" | "lx"; readonly dosHeader: DosHeader; readonly system: string }
  | { readonly kind: "dos"; readonly dosHeader: DosHeader };

/**
 * Reads what kind of executable a file is, and its headers.
 *
 * @throws AdkError `PE_BAD_MAGIC`, `UNEXPECTED_END`, and those of `parsePe`
 */
export async function readExecutable(
  source: RandomAccess | Uint8Array,
  options: ParseOptions = {},
): Promise<Executable> {
  try {
    return { kind: "pe", pe: await parsePe(source, options) };
  } catch (error) {
    if (!(error instanceof AdkError) || error.code !== "PE_NOT_PE") throw error;
  }
  const bytes = new FileBytes(source, withLimits(options.limits));
  return bytes.run((): Executable => {
    const dosHeader = parseDosHeader(bytes);
    const { kind, newHeaderOffset } = dosHeader;
    if (kind === "ne") return { kind, dosHeader, ne: parseNeHeader(bytes, newHeaderOffset) };
    if (kind === "le" || kind === "lx") return { kind, dosHeader, system: linearSystem(bytes, newHeaderOffset) };
    return { kind: "dos", dosHeader };
  });
}
