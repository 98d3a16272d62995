import { AdkError, filetimeFromUnixNanoseconds } from "@adk/core";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import * as z from "zod";
import { hostPath, strict } from "../manifest/fields.ts";
import { readHostFile } from "./host-file.ts";
import { defineLayer } from "./layer.ts";

/**
 * Where Setup and DISM look for an answer file in an image ("Windows Setup Automation Overview", learn.microsoft.com): the
 * Panther directory, which goes before Sysprep's.
 */
const PANTHER = "/Windows/Panther/unattend.xml";
const SYSPREP = "/Windows/System32/Sysprep/unattend.xml";
const NAMESPACE = "urn:schemas-microsoft-com:unattend";
const MOST_BYTES = 16 << 20;

/** Puts an answer file where Windows looks for it. Only its form is checked. */
export const answerFile = defineLayer({
  schema: strict({
    kind: z.literal("answerFile"),
    from: hostPath.describe("The answer file, relative to the manifest."),
    sysprep: z.boolean().optional().describe("Put it where Sysprep looks for it too."),
  }),

  describe: ({ from, sysprep }) => `${from} -> ${sysprep ? `${PANTHER}, ${SYSPREP}` : PANTHER}`,

  async apply({ from, sysprep }, { changes, resolve }) {
    const { bytes, modified } = await readHostFile(resolve(from), MOST_BYTES);
    checkAnswerFile(bytes, resolve(from));
    const time = filetimeFromUnixNanoseconds(modified);
    for (const path of sysprep ? [PANTHER, SYSPREP] : [PANTHER]) await changes.addFile(path, bytes, time);
  },
});

/** @throws AdkError `ANSWER_FILE_BAD` unless it is well-formed XML whose root is `unattend` */
function checkAnswerFile(bytes: Uint8Array, file: string): void {
  const bad = (message: string, where = "") => new AdkError("ANSWER_FILE_BAD", message, { file: file + where });
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  let text: string;
  try {
    text = new TextDecoder(isUtf16 ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw bad(`The answer file is no valid text in ${isUtf16 ? "UTF-16" : "UTF-8"}.`);
  }
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    const { msg, line, col } = valid.err;
    throw bad(`The answer file is no well-formed XML: ${msg}`, `:${line}:${col}`);
  }
  const [name, attributes] = rootElement(text);
  const prefix = name.includes(":") ? name.slice(0, name.indexOf(":")) : "";
  const namespace = attributes[prefix === "" ? "xmlns" : `xmlns:${prefix}`];
  if (name.slice(prefix === "" ? 0 : prefix.length + 1) === "unattend" && namespace === NAMESPACE) return;
  throw bad(`The root of an answer file is the element unattend of ${NAMESPACE}; this is <${name}>.`);
}

function rootElement(text: string): [name: string, attributes: Record<string, string>] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    ignoreDeclaration: true,
    ignorePiTags: true,
  });
  const nodes = parser.parse(text) as Record<string, unknown>[];
  const root = nodes.find((node) => !("#text" in node)) ?? {};
  const name = Object.keys(root).find((key) => key !== ":@") ?? "";
  return [name, (root[":@"] ?? {}) as Record<string, string>];
}
