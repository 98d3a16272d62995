import { type Cell, type Command, type Context, exitCodes, formatBytes, type Terminal } from "@adk/cli-kit";
import { type OpenedHive, openHiveSource } from "../registry/open-hive.ts";
import { getHiveValue, hiveInfo, listHiveKey } from "../registry/read-hive.ts";
import type {
  RegistryGetResult,
  RegistryInfoResult,
  RegistryListResult,
  RegistrySearchResult,
  RegistryValue,
} from "../registry/schemas.ts";
import { type SearchPlace, searchHive, textMatcher } from "../registry/search-hive.ts";
import { typeOf } from "../registry/value-text.ts";
import { counted, sourceIn } from "./names.ts";
import { registryResults } from "./results.ts";

export interface HiveOptions {
  ignoreLogs?: boolean;
}

export const IGNORE_LOGS = ["--ignore-logs", "read a dirty hive as it is, without its transaction logs"] as const;

interface SearchOptions extends HiveOptions {
  key?: string;
  in?: SearchPlace[];
  type?: string;
  regex?: boolean;
}

export function openNamedHive(context: Context, name: string, options: HiveOptions): Promise<OpenedHive> {
  return openHiveSource(sourceIn(context, name), options);
}

/** `info`, `ls`, `get` and `search`. */
export function defineReadCommands(registry: Command): void {
  registry
    .command("info <hive>")
    .description("Tell what a hive is, whether it is dirty, and how much it holds.")
    .option(...IGNORE_LOGS)
    .run(async (context, name: string, options: HiveOptions) => {
      await using opened = await openNamedHive(context, name, options);
      context.output(hiveInfo(opened.hive, name), { schema: registryResults.registryInfoResult, render: renderInfo });
    });

  registry
    .command("ls <hive> [key]")
    .description("List the subkeys and values of a key; without one, of the root.")
    .option(...IGNORE_LOGS)
    .run(async (context, name: string, key: string | undefined, options: HiveOptions) => {
      await using opened = await openNamedHive(context, name, options);
      const result = listHiveKey(opened.hive, key ?? "");
      context.output(result, { schema: registryResults.registryListResult, render: renderList });
    });

  registry
    .command("get <hive> <key> [value]")
    .description("Print the data of a value; without a name, of the default value.")
    .option(...IGNORE_LOGS)
    .run(async (context, name: string, key: string, value: string | undefined, options: HiveOptions) => {
      await using opened = await openNamedHive(context, name, options);
      const result = getHiveValue(opened.hive, key, value ?? "");
      context.output(result, { schema: registryResults.registryGetResult, render: renderValue });
      context.stderr.findings(opened.hive.findings.list);
    });

  const search = registry.command("search <hive> <pattern>");
  search
    .description("Find keys by name, and values by name or data. Exit code 1 if nothing is found.")
    .option("--key <key>", "below this key alone")
    .addOption(
      search.createOption("--in <where...>", "what to look at (default: all)").choices(["keys", "names", "data"]),
    )
    .option("--type <type>", "values of this type alone, as REG_SZ")
    .option("--regex", "the pattern is a regular expression")
    .option(...IGNORE_LOGS)
    .addHelpText(
      "after",
      `
The pattern is matched in any case: as a part of the text, or with * and ? in it as all of it. Numbers are matched as
0x1f (31), bytes as hexadecimal digits.
  adk registry search SOFTWARE '*.dll' --in data --key 'Microsoft\\Windows\\CurrentVersion'`,
    )
    .run(async (context, name: string, pattern: string, options: SearchOptions) => {
      const { key, in: places, type, regex } = options;
      const matches = textMatcher(pattern, { regex });
      await using opened = await openNamedHive(context, name, options);
      const only = type === undefined ? undefined : typeOf(type);
      const result = searchHive(opened.hive, matches, { key, in: places, type: only });
      context.output(result, { schema: registryResults.registrySearchResult, render: renderSearch });
      return result.matches.length > 0 ? exitCodes.done : exitCodes.no;
    });
}

function renderInfo(info: RegistryInfoResult, out: Terminal): void {
  out.facts({
    Hive: info.file,
    Role: info.role,
    "Path in Windows": info.fileName || undefined,
    "Root key": info.rootName,
    Version: info.version,
    State: info.dirty ? `dirty, ${counted(info.logsApplied, "log entry", "log entries")} applied` : "clean",
    Keys: info.keys,
    Values: info.values,
    Data: formatBytes(info.bytes),
    Size: formatBytes(info.size),
    Written: clockUtc(info.lastWritten),
  });
  const { accountPolicy: policy } = info;
  if (policy) {
    out.line();
    out.facts({
      "Password length": `${policy.minPasswordLength} or more`,
      "Complex passwords": policy.complexPasswords ? "yes" : "no",
      "Password history": policy.passwordHistoryLength,
      "Password expires after": timeSpan(policy.maxPasswordAge),
      "Locked after": policy.lockoutThreshold === 0 ? "never" : counted(policy.lockoutThreshold, "wrong password"),
      "Locked for": policy.lockoutThreshold === 0 ? undefined : timeSpan(policy.lockoutDuration),
    });
  }
  out.findings(info.findings);
}

function renderList(list: RegistryListResult, out: Terminal): void {
  out.facts({
    Key: list.key === "" ? "(root)" : list.key,
    Written: clockUtc(list.lastWritten),
    Class: list.className,
    Security: list.security,
  });
  if (list.subkeys.length > 0) {
    out.line();
    out.table(
      [
        { title: "Subkey" },
        { title: "Subkeys", align: "right" },
        { title: "Values", align: "right" },
        { title: "Written (UTC)" },
      ],
      list.subkeys.map((key) => [key.name, key.subkeys, key.values, clock(key.lastWritten)]),
    );
  }
  if (list.values.length > 0) {
    out.line();
    out.table(
      [{ title: "Value" }, { title: "Type" }, { title: "Data", truncate: "end" }],
      list.values.map((value): Cell[] => [nameText(value.name), value.type, shownData(value)]),
    );
  }
  out.findings(list.findings);
}

/** As it is, so that scripts can take it: a text a line. */
function renderValue({ data = "" }: RegistryGetResult, out: Terminal): void {
  for (const line of Array.isArray(data) ? data : [data]) out.line(String(line));
}

function renderSearch({ matches, findings }: RegistrySearchResult, out: Terminal): void {
  out.table(
    [{ title: "Key", truncate: "middle" }, { title: "Value" }, { title: "Type" }, { title: "Data", truncate: "end" }],
    matches.map(({ key, value }): Cell[] => {
      return value ? [key, nameText(value.name), value.type, shownData(value)] : [key, "", "", ""];
    }),
  );
  out.line();
  out.line(counted(matches.length, "match", "matches"));
  out.findings(findings);
}

export function nameText(name: string): string {
  return name === "" ? "(Default)" : name;
}

export function shownData({ data, withheld }: RegistryValue): string {
  if (withheld) return "(withheld)";
  if (data === undefined) return "(damaged)";
  return Array.isArray(data) ? data.join(" | ") : String(data);
}

/** As policies are set: days, or minutes. */
function timeSpan(seconds: number | undefined): string {
  if (seconds === undefined) return "never";
  return seconds % 86_400 === 0 ? counted(seconds / 86_400, "day") : counted(Math.round(seconds / 60), "minute");
}

function clockUtc(iso: string | undefined): string | undefined {
  return iso && `${clock(iso)} UTC`;
}

/** In UTC, to the second. */
export function clock(iso: string | undefined): string | undefined {
  return iso?.slice(0, 19).replace("T", " ");
}
