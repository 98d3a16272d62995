import { resolve } from "node:path";
import { type Context, type ExitCode, exitCodes, type Terminal, usageError } from "@adk/cli-kit";
import { suggest } from "@adk/core";
import * as z from "zod";
import { builtinCatalog } from "../../catalog/builtin.ts";
import { openCatalog } from "../../catalog/open-catalog.ts";
import { describeDisks, diskSimulationSchema } from "../../explain/describe-disks.ts";
import { type ExplainedSetting, explainSetting, explanationSchema } from "../../explain/explain-setting.ts";
import { timelineOf } from "../../explain/timeline.ts";
import { type Timeline, timelineSchema } from "../../explain/timeline-schema.ts";
import { allLocales, geoIds, keyboards, timeZones } from "../../facts/locales.ts";
import { publishedKeys } from "../../facts/product-keys.ts";
import { RELEASES } from "../../facts/releases.ts";
import { PRESETS } from "../../manifest/presets.ts";
import { readAnswerFile } from "../documents.ts";

export async function timeline(context: Context, name: string): Promise<void> {
  context.output(timelineOf(await readAnswerFile(context, name)), { schema: timelineSchema, render: renderTimeline });
}

function renderTimeline({ boots, generalize, remarks }: Timeline, out: Terminal): void {
  const all =
    generalize.length === 0 ? boots : [...boots, { number: 0, title: "sysprep /generalize", steps: generalize }];
  for (const { number, title, steps } of all) {
    out.line(out.style("bold", number === 0 ? title : `Boot ${number}: ${title}`));
    const columns = [
      { title: "Line", align: "right" },
      { title: "Pass" },
      { title: "What" },
      { title: "As" },
      { title: "Log" },
    ] as const;
    const rows = steps.map(({ line, pass, action, user, log, note }) => {
      return [line === 0 ? "" : line, pass, note === undefined ? action : `${action} (${note})`, user, log];
    });
    out.table(columns, rows);
    out.line();
  }
  for (const remark of remarks) out.line(remark);
}

export async function simulateDisk(context: Context, name: string): Promise<ExitCode> {
  const result = describeDisks(await readAnswerFile(context, name));
  context.output(result, {
    schema: diskSimulationSchema,
    render: ({ disks, problems, install }, out) => {
      if (disks.length === 0) out.line("The file does not change any disk.");
      for (const { id, style, wiped, partitions } of disks) {
        out.line(out.style("bold", `Disk ${id ?? "?"}, ${style}${wiped ? ", erased" : ", kept"}`));
        const titles = ["#", "Type", "MB", "Format", "Label", "Letter", "Active", "Type ID"].map((title) => ({
          title,
        }));
        const rows = partitions.map((one) => {
          const { number, type, size, format, label, letter, active, typeId } = one;
          return [
            number ?? "",
            type,
            size ?? "?",
            format ?? "",
            label ?? "",
            letter ?? "",
            active ? "yes" : "",
            typeId ?? "",
          ];
        });
        out.table(titles, rows);
      }
      if (install) out.line(`Windows goes to disk ${install.disk ?? "?"}, partition ${install.partition ?? "?"}.`);
      for (const { line, rule, message } of problems)
        out.line(`${name}:${line}: ${out.style("red", message)} [${rule}]`);
    },
  });
  return result.problems.length > 0 ? exitCodes.no : exitCodes.done;
}

export async function explain(context: Context, setting: string, { catalog }: { catalog?: string }): Promise<ExitCode> {
  const from = catalog === undefined ? builtinCatalog() : (await openCatalog(resolve(context.cwd, catalog))).catalog;
  const result = explainSetting(from, setting);
  context.output(result, {
    schema: explanationSchema,
    render: ({ settings, suggestion }, out) => {
      for (const one of settings) renderSetting(one, out);
      if (settings.length > 0) return;
      out.line(`There is no setting ${setting}.${suggestion === null ? "" : ` Did you mean ${suggestion}?`}`);
    },
  });
  return result.settings.length > 0 ? exitCodes.done : exitCodes.no;
}

function renderSetting(setting: ExplainedSetting, out: Terminal): void {
  out.line(out.style("bold", `${setting.component}/${setting.path}`));
  if (setting.meaning !== null) out.line(setting.meaning);
  const { min, max } = setting;
  const range = min === null && max === null ? null : `${min ?? "..."} to ${max ?? "..."}`;
  const facts: [string, string | null][] = [
    ["Kind", setting.type === null ? setting.kind : `${setting.kind}, ${setting.type}`],
    ["Passes", setting.passes.join(", ")],
    ["Passes in the documents", setting.documentedPasses?.join(", ") ?? null],
    ["Values", setting.values?.join(", ") ?? null],
    ["Range", range],
    ["Longest", setting.maxLength === null ? null : `${setting.maxLength} characters`],
    ["Default", setting.default],
    ["May be empty", setting.allowEmpty === null ? null : setting.allowEmpty ? "yes" : "no"],
    ["Key of the list", setting.key],
    ["Settings below", setting.settings.length === 0 ? null : setting.settings.join(", ")],
    ["Since", setting.since],
    [
      "Deprecated",
      setting.deprecatedSince ?? (setting.deprecated === null ? null : `yes, says the ${setting.deprecated}`),
    ],
    ["Removed in", setting.removedSince],
    ["Registry", setting.registry],
    ["Known from", setting.source],
    ["Documentation", setting.documentation],
  ];
  out.facts(Object.fromEntries(facts.flatMap(([label, value]) => (value === null ? [] : [[label, value]]))));
  out.line();
}

const listSchema = z.object({ what: z.string(), columns: z.array(z.string()), rows: z.array(z.array(z.string())) });

const LISTS: Readonly<Record<string, { columns: string[]; rows: () => string[][] }>> = {
  presets: { columns: ["Preset", "What"], rows: () => PRESETS.map(({ name, summary }) => [name, summary]) },
  keys: {
    columns: ["Edition", "Kind", "Key"],
    rows: () => publishedKeys().map(({ edition, kind, key }) => [edition, kind, key]),
  },
  locales: {
    columns: ["Tag", "Name", "LCID", "Keyboard", "GeoID"],
    rows: () => allLocales().map(({ tag, name, lcid, keyboard, geoId }) => [tag, name, lcid, keyboard, geoId]),
  },
  keyboards: { columns: ["Layout", "Name"], rows: () => keyboards().map(({ id, name }) => [id, name]) },
  "time-zones": { columns: ["Time zone", "Name"], rows: () => timeZones().map(({ id, name }) => [id, name]) },
  releases: {
    columns: ["Release", "Name", "Build"],
    rows: () => RELEASES.map(({ id, title, build }) => [id, title, String(build)]),
  },
  "geo-ids": { columns: ["GeoID", "Country or region"], rows: () => geoIds().map(({ id, name }) => [id, name]) },
};

export async function list(context: Context, what: string): Promise<void> {
  const found = Object.hasOwn(LISTS, what) ? LISTS[what] : undefined;
  if (!found) {
    const known = Object.keys(LISTS);
    throw usageError(
      "NO_LIST",
      `There is no list ${what}: ${known.join(", ")}.`,
      "adk unattend list",
      suggest(what, known),
    );
  }
  const result = { what, columns: found.columns, rows: found.rows() };
  context.output(result, {
    schema: listSchema,
    render: ({ columns, rows }, out) =>
      out.table(
        columns.map((title) => ({ title })),
        rows,
      ),
  });
}
