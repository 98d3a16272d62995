import { type AnswerFile, isOwn } from "../document/answer-file.ts";
import { childElements, childText, type XmlElement } from "../document/tree.ts";

/** A command of an answer file. */
export interface AnswerCommand {
  readonly line: string;
  readonly description: string | undefined;
  /** As the file says: Never, Always, OnRequest. */
  readonly willReboot: string | undefined;
  readonly order: number;
  readonly element: XmlElement;
}

/**
 * The commands of a list in the order in which they run.
 *
 * @param list path of the items: `RunSynchronous/RunSynchronousCommand`
 */
export function commandsOf(file: AnswerFile, pass: string, component: string, list: string): AnswerCommand[] {
  return itemsOf(file, pass, component, list)
    .map((element) => ({
      line: childText(element, "Path") ?? childText(element, "CommandLine") ?? "",
      description: childText(element, "Description"),
      willReboot: childText(element, "WillReboot"),
      order: Number(childText(element, "Order") ?? Number.NaN),
      element,
    }))
    .sort((a, b) => (a.order || 0) - (b.order || 0));
}

/** The elements at a path, of all architectures. */
export function itemsOf(file: AnswerFile, pass: string, component: string, path: string): XmlElement[] {
  let found = file.components
    .filter((one) => one.pass === pass && one.name.toLowerCase() === component.toLowerCase())
    .map(({ element }) => element);
  for (const name of path.split("/")) found = found.flatMap((element) => childElements(element, name).filter(isOwn));
  return found;
}

export function settingText(file: AnswerFile, pass: string, component: string, path: string): string | undefined {
  const names = path.split("/");
  const last = names.pop()!;
  const holders =
    names.length === 0 ? componentsOf(file, pass, component) : itemsOf(file, pass, component, names.join("/"));
  for (const holder of holders) {
    const value = childText(holder, last);
    if (value !== undefined) return value;
  }
  return undefined;
}

export function settingElement(
  file: AnswerFile,
  pass: string,
  component: string,
  path: string,
): XmlElement | undefined {
  return itemsOf(file, pass, component, path)[0];
}

function componentsOf(file: AnswerFile, pass: string, component: string): XmlElement[] {
  return file.components.filter((one) => one.pass === pass && one.name === component).map(({ element }) => element);
}

/** Where a command sends its output, if it does so itself. */
export function redirectionOf(command: string): string | undefined {
  const found = /(?:^|[^>])>{1,2}\s*(?:"([^"]+)"|([^\s"&|<>)]+))/.exec(command);
  const target = found?.[1] ?? found?.[2];
  return target === undefined || target.toLowerCase() === "nul" ? undefined : target;
}

/** Passwords that a command line carries are masked: `net user NAME PASSWORD`, `/p:...`, `-Password ...`. */
export function maskCommand(command: string): string {
  return command
    .replace(/(\bnet1?(?:\.exe)?\s+user\s+(?:"[^"]*"|\S+)\s+)(?!\/)("[^"]*"|[^\s"&]+)/gi, "$1********")
    .replace(/(ConvertTo-SecureString\s+(?:-String\s+)?)("[^"]*"|'[^']*'|[^\s"'-]\S*)/gi, "$1********")
    .replace(PASSWORD_OPTION, "$1********");
}

const PASSWORD_OPTION =
  /((?:\/(?:p|pass|password|pwd|rp)|-{1,2}(?:password|pwd|pass))[:=\s]\s*)("[^"]*"|'[^']*'|[^\s"'&;(]+)/gi;
