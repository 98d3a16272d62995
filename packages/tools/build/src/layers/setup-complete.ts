import { AdkError, filetimeFromUnixNanoseconds } from "@adk/core";
import * as z from "zod";
import { hostPath, strict } from "../manifest/fields.ts";
import { readHostFile } from "./host-file.ts";
import { defineLayer } from "./layer.ts";

/** The script that Setup runs after the last phase, as SYSTEM ("Add a Custom Script to Windows Setup", learn.microsoft.com). */
const PLACE = "/Windows/Setup/Scripts/SetupComplete.cmd";
const MOST_BYTES = 16 << 20;
const [LF, CR] = [0x0a, 0x0d];

/** Puts a script where Setup runs it at its end. */
export const setupComplete = defineLayer({
  schema: strict({
    kind: z.literal("setupComplete"),
    from: hostPath.describe("The script, relative to the manifest."),
    lineEnds: z
      .enum(["crlf", "keep"])
      .optional()
      .describe("`crlf` (default) gives every line the ending that cmd.exe needs; `keep` copies the script as it is."),
  }),

  describe: ({ from }) => `${from} -> ${PLACE}`,

  async apply({ from, lineEnds }, { changes, findings, resolve }) {
    const { bytes, modified } = await readHostFile(resolve(from), MOST_BYTES);
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
      throw new AdkError("SETUP_COMPLETE_UTF16", "The script is UTF-16, which cmd.exe does not run.", {
        file: resolve(from),
        hint: "Save it as UTF-8 without a byte order mark, or as ASCII.",
      });
    }
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      findings.warning("SETUP_COMPLETE_BOM", "The byte order mark makes the first line of the script an error.", {
        path: PLACE,
      });
    }
    const script = lineEnds === "keep" ? bytes : withCrlf(bytes);
    await changes.addFile(PLACE, script, filetimeFromUnixNanoseconds(modified));
  },
});

/** Labels and `goto` of cmd.exe go astray in files with bare line feeds. */
function withCrlf(bytes: Uint8Array): Uint8Array {
  const ends: number[] = [];
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) if (bytes[at - 1] !== CR) ends.push(at);
  const result = new Uint8Array(bytes.length + ends.length);
  let from = 0;
  for (const [i, end] of ends.entries()) {
    result.set(bytes.subarray(from, end), from + i);
    result[end + i] = CR;
    from = end;
  }
  result.set(bytes.subarray(from), from + ends.length);
  return result;
}
