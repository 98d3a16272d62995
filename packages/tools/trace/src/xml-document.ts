import { parseXml as parse, type XmlElement } from "@adk/core/xml";

export { childrenOf, descendantsOf, type XmlElement } from "@adk/core/xml";

/**
 * Reads a document whole: profiles of recorder and analyser, stack tags, regions. UTF-8, or UTF-16 with a byte order mark.
 *
 * @returns its root
 * @throws AdkError `TRACE_BAD_XML` with line and column, `LIMIT_EXCEEDED`
 */
export function parseXml(bytes: Uint8Array, file?: string): XmlElement {
  return parse(bytes, "TRACE_BAD_XML", file);
}
