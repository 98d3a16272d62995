import { type Command, type Context, formatBytes, readInput, type Terminal, usageError } from "@adk/cli-kit";
import { formatRegType, parseRegFile, RegType } from "@adk/registry";
import {
  createHiveKey,
  deleteHiveKey,
  deleteHiveValues,
  type EditHiveOptions,
  importIntoHive,
  setHiveValue,
} from "../registry/edit-hive.ts";
import type { RegistryChange, RegistryChangeResult } from "../registry/schemas.ts";
import { parseData, typeOf } from "../registry/value-text.ts";
import { counted, sourceIn } from "./names.ts";
import { nameText } from "./registry-read.ts";
import { registryResults } from "./results.ts";

interface SetOptions extends EditHiveOptions {
  type?: string;
  data?: string[];
}

interface DeleteOptions extends EditHiveOptions {
  default?: boolean;
}

interface ImportOptions extends EditHiveOptions {
  root?: string;
  codePage?: string;
}

const CHANGE_DIRTY = ["--ignore-logs", "change a dirty hive as it is, and lose what its logs hold"] as const;

/** `set`, `delete` and `import`: changes of a hive file. */
export function defineEditCommands(registry: Command): void {
  registry
    .command("set <hive> <key> [value]")
    .description(
      "Set a value, the default value if none is named; or make a key, without --data. Missing keys are made.",
    )
    .option("--type <type>", "REG_SZ (default), REG_DWORD, REG_MULTI_SZ ... or a number")
    .option("--data <data>", "text, a number (also 0x1f), or bytes in hex; for REG_MULTI_SZ several times", collect)
    .option("--create", "make the hive if there is no file")
    .option(...CHANGE_DIRTY)
    .withDryRun()
    .addHelpText("after", SET_HELP)
    .run(async (context, name: string, key: string, value: string | undefined, options: SetOptions) => {
      const { type = formatRegType(RegType.SZ), data } = options;
      const file = sourceIn(context, name);
      if (data === undefined && value !== undefined) {
        throw usageError("NO_DATA", "A value is set to what --data says.", "adk registry set");
      }
      const number = typeOf(type);
      const changed = data
        ? setHiveValue(file, key, { name: value ?? "", type: number, data: parseData(number, data) }, options)
        : createHiveKey(file, key, options);
      output(context, name, await changed);
    });

  registry
    .command("delete <hive> <key> [values...]")
    .description("Delete values of a key; without any, the key and all below it.")
    .option("--default", "delete the default value")
    .option(...CHANGE_DIRTY)
    .withDryRun()
    .run(async (context, name: string, key: string, values: string[], options: DeleteOptions) => {
      const names = options.default ? ["", ...values] : values;
      const file = sourceIn(context, name);
      const changed =
        names.length > 0 ? deleteHiveValues(file, key, names, options) : deleteHiveKey(file, key, options);
      output(context, name, await changed);
    });

  registry
    .command("import <hive> <file>")
    .description("Apply a .reg file (- for standard input): all of it, or nothing.")
    .option("--root <key>", "what the .reg file calls the root of the hive (default: where Windows shows such a hive)")
    .option("--code-page <number>", "ANSI code page of a file that is no Unicode (default: 1252)")
    .option("--create", "make the hive if there is no file")
    .option(...CHANGE_DIRTY)
    .withDryRun()
    .addHelpText("after", IMPORT_HELP)
    .run(async (context, name: string, file: string, options: ImportOptions) => {
      const { codePage, ...rest } = options;
      const bytes = await readInput(context, file);
      const changes = parseRegFile(bytes, {
        name: file,
        codePage: codePage === undefined ? undefined : Number(codePage),
      });
      output(context, name, await importIntoHive(sourceIn(context, name), changes, rest));
    });
}

const SET_HELP = `
The hive is replaced as a whole, and a copy of what was there is left beside it (SOFTWARE.bak).
  adk registry set SYSTEM 'CurrentControlSet\\Services\\Spooler' Start --type REG_DWORD --data 4
  adk registry set SOFTWARE 'Example' Paths --type REG_MULTI_SZ --data one --data two`;

const IMPORT_HELP = `
  adk registry import SOFTWARE changes.reg --dry-run
  adk registry import NTUSER.DAT user.reg --root HKEY_CURRENT_USER
  adk registry import SOFTWARE loaded.reg --root 'HKEY_LOCAL_MACHINE\\OFFLINE'`;

function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function output(context: Context, name: string, result: RegistryChangeResult): void {
  context.output({ ...result, file: name }, { schema: registryResults.registryChangeResult, render: renderChanges });
}

function renderChanges({ file, dryRun, changes, size, backup }: RegistryChangeResult, out: Terminal): void {
  for (const each of changes) out.line(changeText(each));
  if (changes.length > 0) out.line();
  out.facts({
    Hive: file,
    [dryRun ? "Would change" : "Changed"]:
      changes.length === 0 ? "nothing" : counted(changes.length, "key or value", "keys and values"),
    Size: size === undefined ? undefined : formatBytes(size),
    "As it was": backup,
  });
}

function changeText({ change, key, name, before, after }: RegistryChange): string {
  const place = key === "" ? "(root)" : key;
  const value = `${place} : ${nameText(name ?? "")}`;
  switch (change) {
    case "key-created":
      return `+ ${place}`;
    case "key-deleted":
      return `- ${place}`;
    case "value-deleted":
      return `- ${value}`;
    default:
      return `${before ? "~" : "+"} ${value} = ${typedText(after)}${before ? `, was ${typedText(before)}` : ""}`;
  }
}

function typedText(typed: RegistryChange["after"]): string {
  if (!typed) return "";
  const { type, data } = typed;
  return `${type} ${Array.isArray(data) ? data.join(" | ") : data}`;
}
