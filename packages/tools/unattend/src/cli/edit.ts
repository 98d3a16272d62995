import { resolve } from "node:path";
import { type Command, type Context, exitCodes, type Terminal, usageError } from "@adk/cli-kit";
import * as z from "zod";
import { builtinCatalog } from "../catalog/builtin.ts";
import { openCatalog } from "../catalog/open-catalog.ts";
import type { AnswerFile } from "../document/answer-file.ts";
import { findSettings, pathOf } from "../document/setting-path.ts";
import { textOf } from "../document/tree.ts";
import { addItem } from "../edit/add-item.ts";
import { type Conversion, conversion, convertFile } from "../edit/convert-file.ts";
import { diffFiles, type SettingChange, settingChange } from "../edit/diff-files.ts";
import { formatFile } from "../edit/format-file.ts";
import { mergeFiles } from "../edit/merge-files.ts";
import { type EditOptions, removeSetting, setValue } from "../edit/set-value.ts";
import { parseRelease } from "../facts/releases.ts";
import { type EditTarget, editResult, readAnswerFile, saveEdited, withEditOptions } from "./documents.ts";

const getResult = z.object({
  file: z.string(),
  values: z.array(z.object({ path: z.string(), value: z.string(), line: z.number() })),
});
const diffResult = z.object({ equal: z.boolean(), changes: z.array(settingChange) });
const convertResult = editResult.extend({ conversions: z.array(conversion) });

type Options = EditTarget & { catalog?: string };

const CATALOG = ["--catalog <file>", "take settings from the catalogue of an image (.clg)"] as const;

/** `get`, `set`, `add`, `rm`, `fmt`, `diff`, `merge`, `convert`. */
export function addEditCommands(unattend: Command): void {
  addValueCommands(unattend);
  addFileCommands(unattend);
}

function addValueCommands(unattend: Command): void {
  unattend
    .command("get <file> <path>")
    .description("Print the value of a setting. Exit code 1 if it is not there.")
    .addHelpText("after", PATH_HELP)
    .run(async (context, name: string, path: string) => {
      const file = await readAnswerFile(context, name);
      const values = findSettings(file, path).map((element) => ({
        path: pathOf(file, element) ?? path,
        value: textOf(element).trim(),
        line: file.rangeOf(element.start).line,
      }));
      context.output(
        { file: name, values },
        {
          schema: getResult,
          render: (result, out) => {
            for (const { value } of result.values) out.line(value);
          },
        },
      );
      return values.length > 0 ? exitCodes.done : exitCodes.no;
    });

  withEditOptions(unattend.command("set <file> <path> <value>"))
    .description(
      "Give a setting a value; what is missing on the way is created. A value of - is read from standard input.",
    )
    .option(...CATALOG)
    .addHelpText("after", PATH_HELP)
    .run(async (context, name: string, path: string, value: string, options: Options) => {
      const file = await readAnswerFile(context, name);
      const text = value === "-" && name !== "-" ? await readText(context) : value;
      await finish(context, file, setValue(file, path, text, await editOptions(context, options)), options);
    });

  withEditOptions(unattend.command("add <file> <path> <values...>"))
    .description("Add an item to a list, its values as NAME=VALUE")
    .option(...CATALOG)
    .addHelpText("after", ADD_HELP)
    .run(async (context, name: string, path: string, values: string[], options: Options) => {
      const file = await readAnswerFile(context, name);
      const pairs = values.map((text) => {
        const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
        if (key !== undefined) return [key, value ?? ""] as const;
        throw usageError("BAD_VALUE", `${JSON.stringify(text)} is not of the form NAME=VALUE.`, "adk unattend add");
      });
      const item = addItem(file, path, Object.fromEntries(pairs), await editOptions(context, options));
      await finish(context, file, item, options);
    });

  withEditOptions(unattend.command("rm <file> <path>"))
    .description("Take a setting away, with the groups that would be left empty")
    .run(async (context, name: string, path: string, options: Options) => {
      const file = await readAnswerFile(context, name);
      await finish(context, file, removeSetting(file, path), options);
    });
}

function addFileCommands(unattend: Command): void {
  withEditOptions(unattend.command("fmt <file>"))
    .description("Put each element on a line of its own, indented; values and comments stay")
    .option("--indent <n>", "spaces of one level (default: as the file has it)")
    .run(async (context, name: string, options: Options & { indent?: string }) => {
      const file = await readAnswerFile(context, name);
      const indent = options.indent === undefined ? undefined : " ".repeat(Math.min(Number(options.indent) || 2, 16));
      await finish(context, file, formatFile(file, { indent }), options);
    });

  unattend
    .command("diff <before> <after>")
    .description("Tell in which settings two answer files differ. Exit code 1 if they do.")
    .run(async (context, before: string, after: string) => {
      const changes = diffFiles(await readAnswerFile(context, before), await readAnswerFile(context, after));
      const equal = changes.length === 0;
      context.output(
        { equal, changes },
        { schema: diffResult, render: (result, out) => renderChanges(result.changes, out) },
      );
      return equal ? exitCodes.done : exitCodes.no;
    });

  withEditOptions(unattend.command("merge <base> <overlay>"))
    .description("Put the values of one file over those of another")
    .option(...CATALOG)
    .run(async (context, base: string, overlay: string, options: Options) => {
      const file = await readAnswerFile(context, base);
      const over = await readAnswerFile(context, overlay);
      await finish(context, file, mergeFiles(file, over, await editOptions(context, options)), options);
    });

  const convert = withEditOptions(unattend.command("convert <file>"));
  convert
    .description("Make a file fit another Windows version or architecture")
    .option("--target <windows>", "take out what this version does not have: win11-24h2, server2022")
    .addOption(
      convert.createOption("--arch <architecture>", "for this architecture").choices(["x86", "amd64", "arm64"]),
    )
    .option(...CATALOG)
    .addHelpText("after", "\n  adk unattend convert old.xml --target win11-24h2 --arch arm64 -o new.xml")
    .run(async (context, name: string, options: Options & { target?: string; arch?: "x86" | "amd64" | "arm64" }) => {
      const file = await readAnswerFile(context, name);
      if (options.target === undefined && options.arch === undefined) {
        throw usageError("NO_TARGET", "Say what to convert to: --target or --arch.", "adk unattend convert");
      }
      const { catalog } = await editOptions(context, options);
      const target = options.target === undefined ? undefined : parseRelease(options.target);
      const { file: converted, changes } = convertFile(file, { target, architecture: options.arch, catalog });
      const saved = await saveEdited(context, file, converted, options);
      const result = { ...saved, changes: diffFiles(file, converted), conversions: changes };
      context.output(result, {
        schema: convertResult,
        render: (told, out) => renderConversions(told.conversions, converted, told.written, options, out),
      });
    });
}

const PATH_HELP = `
A path is PASS/COMPONENT[@ARCHITECTURE]/SETTING/..., items of lists by their key, place or a value:
  adk unattend get unattend.xml oobeSystem/Microsoft-Windows-Shell-Setup/TimeZone
  adk unattend set unattend.xml 'specialize/Microsoft-Windows-Shell-Setup/ComputerName' 'WEB-01'
  adk unattend get unattend.xml 'oobeSystem/Microsoft-Windows-Shell-Setup/UserAccounts/LocalAccounts/LocalAccount[Ann]/Group'
  adk unattend get unattend.xml 'windowsPE/Microsoft-Windows-Setup/DiskConfiguration/Disk[#1]/WillWipeDisk'`;

const ADD_HELP = `
An Order that is not given is the next one.
  adk unattend add unattend.xml oobeSystem/Microsoft-Windows-Shell-Setup/FirstLogonCommands/SynchronousCommand \\
    'CommandLine=cmd /c echo done' Description=Done`;

async function editOptions(context: Context, { catalog, force }: Options): Promise<EditOptions> {
  const from = catalog === undefined ? builtinCatalog() : (await openCatalog(resolve(context.cwd, catalog))).catalog;
  return { catalog: from, force };
}

/** Standard input as one value: the line end that the user did not mean is left out. */
async function readText(context: Context): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of context.stdin) text += decoder.decode(bytes, { stream: true });
  return text.replace(/\r?\n$/, "");
}

async function finish(context: Context, before: AnswerFile, after: AnswerFile, options: EditTarget): Promise<void> {
  const saved = await saveEdited(context, before, after, options);
  const result = { ...saved, changes: diffFiles(before, after) };
  context.output(result, {
    schema: editResult,
    render: ({ written, backup, changes }, out) => {
      if (isForOutput(before, options)) {
        out.text(after.text);
        return;
      }
      renderChanges(changes, out);
      const what = written ? `Written: ${written}${backup ? ` (as it was: ${backup})` : ""}` : "Nothing was written.";
      out.line(what);
    },
  });
}

/** What came from standard input goes to standard output. */
function isForOutput({ file }: AnswerFile, { output, dryRun }: EditTarget): boolean {
  return !dryRun && (output ?? file) === "-";
}

function renderChanges(changes: readonly SettingChange[], out: Terminal): void {
  const marks = { added: "+", removed: "-", changed: "~" } as const;
  for (const { kind, path, before, after } of changes) {
    const value = kind === "changed" ? `${before} -> ${after}` : (after ?? before ?? "");
    out.line(`${marks[kind]} ${path} = ${value}`);
  }
}

function renderConversions(
  changes: readonly Conversion[],
  converted: AnswerFile,
  written: string | null,
  options: EditTarget,
  out: Terminal,
): void {
  if (isForOutput(converted, options)) {
    out.text(converted.text);
    return;
  }
  for (const { line, path, what } of changes) out.line(`line ${line}: ${path}: ${what}`);
  out.line(written ? `Written: ${written}` : "Nothing was written.");
}
