import { Win32Error } from "../dism/win32-errors.ts";
import {
  findImageXOption,
  findOperation,
  type ImageXOption,
  type ImageXVerb,
  takesOption,
  wordCount,
} from "./operations.ts";

/** A command line of ImageX, taken apart. */
export type ImageXCommandLine =
  | { readonly kind: "help"; readonly verb: ImageXVerb | undefined }
  | { readonly kind: "mounts" }
  | {
      readonly kind: "operation";
      readonly verb: ImageXVerb;
      /** What is neither an operation nor an option, in order. */
      readonly words: readonly string[];
      readonly options: ReadonlyMap<ImageXOption, string>;
    };

/**
 * Takes a command line apart: `[/option ...] /operation word ... [/option [value] ...]`, in any case. A word with a slash that is
 * no option of ImageX is a path of this host: `/mnt/c`.
 *
 * @throws Win32Error
 */
export function parseImageX(argv: readonly string[]): ImageXCommandLine {
  const words: string[] = [];
  const options = new Map<ImageXOption, string>();
  let operation: ReturnType<typeof findOperation>;
  let help = argv.length === 0;
  for (let at = 0; at < argv.length; at++) {
    const text = argv[at] as string;
    const name = text.startsWith("/") ? text.slice(1) : undefined;
    const option = name === undefined ? undefined : findImageXOption(name);
    const found = name === undefined ? undefined : findOperation(name);
    if (name === "?" || name?.toLowerCase() === "help") help = true;
    else if (option) {
      if (options.has(option.name)) throw invalid(`/${option.name} is there twice.`);
      const value = option.takesValue ? argv[++at] : "";
      if (value === undefined) throw invalid(`/${option.name} is missing its value.`);
      options.set(option.name, value);
    } else if (found && operation === undefined) operation = found;
    else if (found) throw invalid("Only one operation can be done at a time.");
    else if (name !== undefined && !name.includes("/") && operation === undefined) throw invalid(`Unknown: ${text}`);
    else words.push(text);
  }
  if (help) return { kind: "help", verb: operation === "mounts" ? undefined : operation };
  if (operation === undefined) throw invalid("No operation is given.");
  if (operation === "mounts") return { kind: "mounts" };
  const [least, most] = wordCount(operation);
  if (words.length < least || words.length > most) throw invalid(`/${operation} takes other arguments.`);
  for (const name of options.keys()) {
    if (!takesOption(operation, name)) throw invalid(`/${operation} does not take /${name}.`);
  }
  return { kind: "operation", verb: operation, words, options };
}

function invalid(what: string): Win32Error {
  return new Win32Error(87, `${what}\nFor help, type: IMAGEX /?`);
}
