import { resolve } from "node:path";
import { type Context, type ExitCode, exitCodes, type Terminal, usageError } from "@adk/cli-kit";
import * as z from "zod";
import { builtinCatalog } from "../../catalog/builtin.ts";
import { openCatalog } from "../../catalog/open-catalog.ts";
import type { AnswerFile } from "../../document/answer-file.ts";
import { findSettings, pathOf } from "../../document/setting-path.ts";
import { textOf } from "../../document/tree.ts";
import { addItem } from "../../edit/add-item.ts";
import { conversion, convertFile } from "../../edit/convert-file.ts";
import { diffFiles, type SettingChange, settingChange } from "../../edit/diff-files.ts";
import { formatFile } from "../../edit/format-file.ts";
import { mergeFiles } from "../../edit/merge-files.ts";
import { type EditOptions, removeSetting, setValue } from "../../edit/set-value.ts";
import { parseRelease } from "../../facts/releases.ts";
import { readAnswerFile, saveEdited } from "../documents.ts";
import type { EditTarget } from "../edit-options.ts";
import { editResult } from "../edit-result.ts";

const getResult = z.object({
  file: z.string(),
  values: z.array(z.object({ path: z.string(), value: z.string(), line: z.number() })),
});
const diffResult = z.object({ equal: z.boolean(), changes: z.array(settingChange) });
const convertResult = editResult.extend({ conversions: z.array(conversion) });

export type EditCommandOptions = EditTarget & { catalog?: string };
export type FormatOptions = EditTarget & { indent?: number };
export type ConvertOptions = EditCommandOptions & { target?: string; arch?: "x86" | "amd64" | "arm64" };

export async function get(context: Context, name: string, path: string): Promise<ExitCode> {
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
}

export async function set(
  context: Context,
  name: string,
  path: string,
  value: string,
  options: EditCommandOptions,
): Promise<void> {
  const file = await readAnswerFile(context, name);
  const text = value === "-" && name !== "-" ? await readText(context) : value;
  finish(context, await save(context, file, setValue(file, path, text, await editOptions(context, options)), options));
}

export async function add(
  context: Context,
  name: string,
  path: string,
  values: readonly string[],
  options: EditCommandOptions,
): Promise<void> {
  const file = await readAnswerFile(context, name);
  const pairs = values.map((text) => {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key !== undefined) return [key, value ?? ""] as const;
    throw usageError("BAD_VALUE", `${JSON.stringify(text)} is not of the form NAME=VALUE.`, "adk unattend add");
  });
  const item = addItem(file, path, Object.fromEntries(pairs), await editOptions(context, options));
  finish(context, await save(context, file, item, options));
}

export async function remove(context: Context, name: string, path: string, options: EditTarget): Promise<void> {
  const file = await readAnswerFile(context, name);
  finish(context, await save(context, file, removeSetting(file, path), options));
}

export async function format(context: Context, name: string, options: FormatOptions): Promise<void> {
  const file = await readAnswerFile(context, name);
  const indent = options.indent === undefined ? undefined : " ".repeat(options.indent);
  finish(context, await save(context, file, formatFile(file, { indent }), options));
}

export async function diff(context: Context, before: string, after: string): Promise<ExitCode> {
  const changes = diffFiles(await readAnswerFile(context, before), await readAnswerFile(context, after));
  const equal = changes.length === 0;
  context.output(
    { equal, changes },
    { schema: diffResult, render: (result, out) => renderChanges(result.changes, out) },
  );
  return equal ? exitCodes.done : exitCodes.no;
}

export async function merge(
  context: Context,
  base: string,
  overlay: string,
  options: EditCommandOptions,
): Promise<void> {
  const file = await readAnswerFile(context, base);
  const over = await readAnswerFile(context, overlay);
  finish(context, await save(context, file, mergeFiles(file, over, await editOptions(context, options)), options));
}

export async function convert(context: Context, name: string, options: ConvertOptions): Promise<void> {
  const file = await readAnswerFile(context, name);
  if (options.target === undefined && options.arch === undefined) {
    throw usageError("NO_TARGET", "Say what to convert to: --target or --arch.", "adk unattend convert");
  }
  const { catalog } = await editOptions(context, options);
  const target = options.target === undefined ? undefined : parseRelease(options.target);
  const { file: converted, changes } = convertFile(file, { target, architecture: options.arch, catalog });
  const { result, text } = await save(context, file, converted, options);
  context.output(
    { ...result, conversions: changes },
    {
      schema: convertResult,
      render: ({ written, conversions }, out) => {
        if (text !== undefined) return out.text(text);
        for (const { line, path, what } of conversions) out.line(`line ${line}: ${path}: ${what}`);
        out.line(written ? `Written: ${written}` : "Nothing was written.");
      },
    },
  );
}

async function editOptions(context: Context, { catalog, force }: EditCommandOptions): Promise<EditOptions> {
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

interface Saved {
  readonly result: z.infer<typeof editResult>;
  /** What came from standard input goes to standard output. */
  readonly text: string | undefined;
}

async function save(context: Context, before: AnswerFile, after: AnswerFile, options: EditTarget): Promise<Saved> {
  const saved = await saveEdited(context, before, after, options);
  const isForOutput = !options.dryRun && (options.output ?? before.file) === "-";
  return {
    result: { ...saved, changes: diffFiles(before, after) },
    text: isForOutput ? after.text : undefined,
  };
}

function finish(context: Context, { result, text }: Saved): void {
  context.output(result, {
    schema: editResult,
    render: ({ written, backup, changes }, out) => {
      if (text !== undefined) return out.text(text);
      renderChanges(changes, out);
      out.line(written ? `Written: ${written}${backup ? ` (as it was: ${backup})` : ""}` : "Nothing was written.");
    },
  });
}

function renderChanges(changes: readonly SettingChange[], out: Terminal): void {
  const marks = { added: "+", removed: "-", changed: "~" } as const;
  for (const { kind, path, before, after } of changes) {
    const value = kind === "changed" ? `${before} -> ${after}` : (after ?? before ?? "");
    out.line(`${marks[kind]} ${path} = ${value}`);
  }
}
