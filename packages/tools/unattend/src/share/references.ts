import type { AnswerFile } from "../document/answer-file.ts";
import { walkLeaves } from "../document/setting-values.ts";
import { attribute, childElements, type XmlElement } from "../document/tree.ts";
import { redirectionOf } from "../explain/commands.ts";

/** A file or directory that an answer file names. */
export interface FileReference {
  /** As it is written in the value. */
  readonly path: string;
  /** Of the setting, or `servicing`. */
  readonly setting: string;
  readonly kind: "driver" | "package" | "command" | "other";
  /** Where the path stands in the text. */
  readonly start: number;
  readonly end: number;
}

/** A path of Windows with a drive, a server or a variable in front. */
const PATH = /(?:[A-Za-z]:\\|\\\\[^\\\s"<>|]+\\|%\w+%\\|\.{1,2}\\)[^"<>|*?\r\n;]*/g;
/** In command lines a path without quotes ends at the first space. */
const COMMAND_PATH =
  /"((?:[A-Za-z]:\\|\\\\|%\w+%\\|\.\\)[^"<>|*?\r\n]*)"|((?:[A-Za-z]:\\|\\\\|%\w+%\\|\.\\)[^\s"<>|*?&;,)]+)/g;

/** Every path that settings, commands and packages of the file name, in the order of the text. */
export function findReferences(file: AnswerFile): FileReference[] {
  const found: FileReference[] = [];
  for (const { pass, component, path: setting, value, element } of walkLeaves(file)) {
    const place = `${pass}/${component}/${setting}`;
    const last = setting.split("/").at(-1) ?? "";
    const isCommand = last === "CommandLine" || (last === "Path" && /Run(S|As)ynchronous/.test(setting));
    const kind = isCommand ? "command" : /DriverPaths/.test(setting) ? "driver" : "other";
    const text = file.text.slice(element.startTagEnd, element.endTagStart);
    // A value with references (&amp;) or CDATA has other places in the text than in the value: it is left alone.
    if (text.includes("&") ? !isCommand : text.includes("<!")) continue;
    const output = redirectionOf(value);
    for (const [start, path] of pathsIn(text, kind)) {
      if (path === output) continue;
      const at = element.startTagEnd + start;
      found.push({ path, setting: place, kind, start: at, end: at + path.length });
    }
  }
  return [...found, ...packageReferences(file)].sort((a, b) => a.start - b.start);
}

function pathsIn(text: string, kind: FileReference["kind"]): [start: number, path: string][] {
  if (kind === "driver") {
    const path = text.trim();
    return path === "" ? [] : [[text.indexOf(path), path]];
  }
  if (kind !== "command") return [...text.matchAll(PATH)].map((match) => [match.index, match[0].trimEnd()]);
  return [...text.matchAll(COMMAND_PATH)].map((match) => {
    const path = match[1] ?? match[2] ?? "";
    return [match.index + match[0].indexOf(path), path];
  });
}

function packageReferences(file: AnswerFile): FileReference[] {
  const found: FileReference[] = [];
  for (const servicing of file.root ? childElements(file.root, "servicing") : []) {
    for (const item of childElements(servicing, "package")) {
      for (const source of childElements(item, "source")) {
        const reference = sourceReference(source);
        if (reference) found.push(reference);
      }
    }
  }
  return found;
}

function sourceReference(source: XmlElement): FileReference | undefined {
  const location = attribute(source, "location");
  if (!location || location.value === "") return undefined;
  const { value, valueStart, valueEnd } = location;
  return { path: value, setting: "servicing/package/source", kind: "package", start: valueStart, end: valueEnd };
}
