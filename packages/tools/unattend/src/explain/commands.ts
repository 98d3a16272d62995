import type { AnswerFile } from "../document/answer-file.ts";
import { findSettings } from "../document/setting-path.ts";
import { childText, type XmlElement } from "../document/tree.ts";

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
  return findSettings(file, `${pass}/${component}/${list}`)
    .map((element) => ({
      line: childText(element, "Path") ?? childText(element, "CommandLine") ?? "",
      description: childText(element, "Description"),
      willReboot: childText(element, "WillReboot"),
      order: Number(childText(element, "Order") ?? Number.NaN),
      element,
    }))
    .sort((a, b) => (a.order || 0) - (b.order || 0));
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
