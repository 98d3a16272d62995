import {
  type Command,
  type Context,
  formatBytes,
  readInput,
  type Terminal,
  usageError,
  wholeNumber,
} from "@adk/cli-kit";
import type { WimSetResult, WimUpdateResult } from "../schemas.ts";
import { setWim, type WimSettings } from "../set-wim.ts";
import { parseUpdateCommands, type WimUpdateCommand } from "../update-commands.ts";
import { type UpdateWimOptions, updateWim } from "../update-wim.ts";
import { counted, sourceIn } from "./names.ts";
import { wimResults } from "./results.ts";

/** A command among the options; `place` tells their order, which commander does not keep among several options. */
interface Placed {
  readonly place: number;
  readonly command: WimUpdateCommand;
}

interface UpdateOptions extends Pick<UpdateWimOptions, "threads" | "level" | "dryRun"> {
  add?: Placed[];
  delete?: Placed[];
  rename?: Placed[];
  commands?: string;
  force?: boolean;
  recursive?: boolean;
  check?: boolean;
}

interface SetOptions {
  name?: string;
  description?: string;
  flags?: string;
  displayName?: string;
  displayDescription?: string;
  property?: Map<string, string>;
  boot?: boolean;
  bootIndex?: number;
  readOnly?: boolean;
  writable?: boolean;
  check?: boolean;
  dryRun?: boolean;
}

/** `update` and `set`: changes of a file in its place. */
export function defineChangeCommands(wim: Command): void {
  wim
    .command("update <image>")
    .description(
      "Add, delete and rename files of an image (FILE:INDEX or FILE:NAME) in its file: all, or none on an error.",
    )
    .option(
      "--add <source=path>",
      "add a file, a directory, an image (other.wim:2) or an entry of one (other.wim:2!/dir) at a path",
      add,
    )
    .option("--delete <path>", "delete a file; a directory with --recursive", remove)
    .option("--rename <from=to>", "rename or move a file or directory", rename)
    .option("--commands <file>", "further commands from a file, or - for standard input")
    .option("--recursive", "let --delete delete directories")
    .withForce("let --delete pass over paths that are not there, and --rename replace files")
    .addOption(wim.createOption("--level <level>", "speed or size").choices(["fast", "default", "max"]))
    .option("--check", "write an integrity table (default: where the file has one)")
    .option("--no-check", "leave the integrity table out")
    .withThreads()
    .withDryRun()
    .addHelpText("after", COMMANDS_HELP)
    .run(async (context, image: string, options: UpdateOptions) => {
      const commands = await commandsOf(context, options);
      if (commands.length === 0) throw usageError("NO_COMMANDS", "There is nothing to do.", "adk wim update");
      const { threads, level, dryRun, check: integrity } = options;
      const { signal, onProgress } = context;
      const jobs = { threads, level, dryRun, integrity, signal, onProgress };
      const result = await updateWim(sourceIn(context, image), commands, jobs);
      context.output(result, {
        schema: wimResults.wimUpdateResult,
        render: (updated, out) => renderUpdate(image, updated, out),
      });
    });

  wim
    .command("set <file>")
    .description("Set what a file (FILE) and an image of it (FILE:INDEX or FILE:NAME) say of themselves, in place.")
    .option("--name <text>", "name of the image")
    .option("--description <text>", "description of the image")
    .option("--flags <edition>", "edition id, as Professional")
    .option("--display-name <text>", "name that Windows Setup shows")
    .option("--display-description <text>", "description that Windows Setup shows")
    .option(
      "--property <path=value>",
      "any element of the XML data, as WINDOWS/EDITIONID; without a value to remove it",
      property,
    )
    .option("--boot", "make the image the one to boot")
    .option("--no-boot", "no image is to boot")
    .option("--boot-index <index>", "number of the image to boot", wholeNumber(0, 65535))
    .option("--read-only", "mark the file read-only")
    .option("--writable", "take the read-only mark off")
    .option("--check", "write an integrity table")
    .option("--no-check", "leave the integrity table out")
    .withDryRun()
    .run(async (context, file: string, options: SetOptions) => {
      const { signal, onProgress } = context;
      const { dryRun } = options;
      const result = await setWim(sourceIn(context, file), settingsOf(options), { dryRun, signal, onProgress });
      context.output(result, {
        schema: wimResults.wimSetResult,
        render: (changed, out) => renderSet(file, changed, out),
      });
    });
}

const COMMANDS_HELP = `
Commands are carried out in the order in which they stand. A file of commands has one a line, words with spaces in quotes:
  # a comment
  add drivers/net "/Program Files/Drivers"
  delete --recursive --force /Windows/Temp
  rename --force /old.txt /new.txt
`;

let places = 0;

function placed(command: WimUpdateCommand, previous: Placed[] = []): Placed[] {
  return [...previous, { place: places++, command }];
}

function add(text: string, previous?: Placed[]): Placed[] {
  const [source, target] = splitAtLast(text, "--add", "SOURCE=PATH");
  return placed({ kind: "add", source, target }, previous);
}

function remove(path: string, previous?: Placed[]): Placed[] {
  return placed({ kind: "delete", path }, previous);
}

function rename(text: string, previous?: Placed[]): Placed[] {
  const [from, to] = splitAtLast(text, "--rename", "FROM=TO");
  return placed({ kind: "rename", from, to }, previous);
}

/** Names that hold a `=` themselves go into a file of commands. */
function splitAtLast(text: string, option: string, form: string): [string, string] {
  const at = text.lastIndexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw usageError("BAD_OPTION_VALUE", `${option} takes ${form}, not "${text}".`, "adk wim update");
}

function property(text: string, previous = new Map<string, string>()): Map<string, string> {
  const at = text.indexOf("=");
  if (at > 0) return new Map([...previous, [text.slice(0, at), text.slice(at + 1)]]);
  throw usageError("BAD_OPTION_VALUE", `--property takes PATH=VALUE, not "${text}".`, "adk wim set");
}

/** The commands of the options in their order, then those of the file. Paths on the host are seen from where we run. */
async function commandsOf(context: Context, options: UpdateOptions): Promise<WimUpdateCommand[]> {
  const { force, recursive, commands: file } = options;
  const typed = [...(options.add ?? []), ...(options.delete ?? []), ...(options.rename ?? [])]
    .sort((a, b) => a.place - b.place)
    .map(({ command }) => (command.kind === "add" ? command : { ...command, force, recursive }));
  const text = file === undefined ? "" : new TextDecoder().decode(await readInput(context, file));
  return [...typed, ...parseUpdateCommands(text, file)].map((command) =>
    command.kind === "add" ? { ...command, source: sourceIn(context, command.source) } : command,
  );
}

function settingsOf(options: SetOptions): WimSettings {
  const { boot, bootIndex, readOnly, writable, check } = options;
  if (boot !== undefined && bootIndex !== undefined) {
    throw usageError("CONTRADICTING_OPTIONS", "--boot-index goes with neither --boot nor --no-boot.", "adk wim set");
  }
  if (readOnly && writable) {
    throw usageError("CONTRADICTING_OPTIONS", "--read-only and --writable contradict each other.", "adk wim set");
  }
  const named = {
    NAME: options.name,
    DESCRIPTION: options.description,
    FLAGS: options.flags,
    DISPLAYNAME: options.displayName,
    DISPLAYDESCRIPTION: options.displayDescription,
  };
  const properties = new Map(options.property);
  for (const [path, value] of Object.entries(named)) if (value !== undefined) properties.set(path, value);
  const mark = readOnly ? true : writable ? false : undefined;
  const settings: WimSettings = { properties, boot, bootIndex, readOnly: mark, integrity: check };
  if (properties.size === 0 && [boot, bootIndex, mark, check].every((each) => each === undefined)) {
    throw usageError("NOTHING_TO_SET", "There is nothing to set.", "adk wim set");
  }
  return settings;
}

function renderUpdate(image: string, result: WimUpdateResult, out: Terminal): void {
  const { changes, dryRun, newBytes, storedBytes, findings } = result;
  if (dryRun) for (const { change, path, from } of changes) out.line(`${change} ${from ? `${from} -> ` : ""}${path}`);
  const count = (kind: string) => changes.filter(({ change }) => change === kind).length;
  const counts = [
    [count("add"), "added"],
    [count("replace"), "replaced"],
    [count("delete"), "deleted"],
    [count("rename"), "renamed"],
  ] as const;
  const text = counts.flatMap(([number, what]) => (number > 0 ? `${counted(number, "entry", "entries")} ${what}` : []));
  out.facts({
    Image: image,
    [dryRun ? "Would be" : "Changes"]: text.join(", ") || "none",
    "New data": newBytes > 0 ? `${formatBytes(newBytes)}, stored in ${formatBytes(storedBytes)}` : undefined,
  });
  out.findings(findings);
}

function renderSet(file: string, { changes, dryRun }: WimSetResult, out: Terminal): void {
  if (changes.length === 0) {
    out.line(`${file}: nothing changes.`);
    return;
  }
  out.table(
    [{ title: dryRun ? "Would change" : "Changed" }, { title: "From" }, { title: "To" }],
    changes.map(({ what, from, to }) => [what, from ?? "", to ?? ""]),
  );
}
