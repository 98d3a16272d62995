import { resolve } from "node:path";
import type { Command, Context } from "@adk/cli-kit";
import { Findings } from "@adk/core";
import type { FieldValue } from "@adk/event-schema";
import { tellLosses } from "../completeness.ts";
import { csvHead, csvLine } from "../csv.ts";
import { type DecodedEvent, decodeEvents, fieldTexts } from "../event-lines.ts";
import { openTrace } from "../open-trace.ts";
import {
  RANGE_OPTION,
  type RangeOption,
  rangeOf,
  schemaSources,
  type TraceOptions,
  warnOf,
  withTraceOptions,
} from "./open.ts";
import { type SymbolFlags, withMessageSymbols } from "./symbol-options.ts";

const FORMATS = ["text", "jsonl", "csv"] as const;

interface EventOptions extends RangeOption, TraceOptions, Pick<SymbolFlags, "symbols" | "network"> {
  readonly format: (typeof FORMATS)[number];
  readonly filter?: string[];
  readonly process?: string;
}

/** Characters that are gathered before they are written. */
const GATHERED = 1 << 16;

/** `adk trace events`: every event with the values of its fields. */
export function defineEventCommand(trace: Command): void {
  const events = trace.command("events <file...>");
  withMessageSymbols(withTraceOptions(events))
    .description("Print the events with their fields, in the order of their times.")
    .addOption(events.createOption("--format <format>", "how").choices(FORMATS).default("text"))
    .option("--filter <names...>", "only events of these names, with * and ?: 'Windows Kernel/DiskIO/*'")
    .option("--process <name>", "only events of a process, by its name or identifier")
    .option(...RANGE_OPTION)
    .run(async (context, files: string[], options: EventOptions) => {
      const findings = new Findings();
      const { signal, onProgress } = context;
      const { symbols: path, network } = options;
      const symbols = path === undefined ? undefined : { path, network };
      const schemas = { ...(await schemaSources(context, options, findings)), symbols };
      const paths = files.map((file) => resolve(context.cwd, file));
      await using opened = await openTrace(paths, { findings, signal, onProgress });
      const range = await rangeOf(context, options, opened.trace, schemas, findings);
      const print = PRINTERS[context.json ? "jsonl" : options.format](context);
      const { filter: names, process } = options;
      const wanted = { names, process, range, schemas, signal, onProgress };
      await decodeEvents(opened.trace, wanted, print.take, print.flush);
      // No events are a result too.
      await context.stdout.write(new Uint8Array(0));
      tellLosses(opened.trace, findings);
      warnOf(context, findings);
    });
}

interface Printer {
  readonly take: (event: DecodedEvent) => void;
  readonly flush: () => Promise<void>;
}

/** Gathers lines, and writes them when there are many. */
function printer(context: Context, lineOf: (event: DecodedEvent) => string, head = ""): Printer {
  let text = head;
  return {
    take: (event) => {
      text += lineOf(event);
    },
    flush: async () => {
      if (text === "") return;
      const written = text;
      text = "";
      for (let at = 0; at < written.length; at += GATHERED) {
        await context.stdout.write(new TextEncoder().encode(written.slice(at, at + GATHERED)));
      }
    },
  };
}

const PRINTERS: Readonly<Record<EventOptions["format"], (context: Context) => Printer>> = {
  jsonl: (context) =>
    printer(
      context,
      ({ layout: _, ...event }) => `${JSON.stringify({ ...event, fields: jsonFields(event.fields) })}\n`,
    ),
  text: (context) => printer(context, textLine),
  csv: (context) => printer(context, (event) => csvLine(CSV_COLUMNS, csvRow(event)), csvHead(CSV_COLUMNS)),
};

function textLine({ time, provider, event, cpu, pid, tid, process, message, data, ...values }: DecodedEvent): string {
  // What the message says is not said again.
  const said = message?.toLowerCase();
  const unsaid = fieldTexts(values).filter(([, value]) => !(said && saysValue(said, value.toLowerCase())));
  const fields = unsaid.map(([name, value]) => `${name}=${visible(value)}`);
  if (message !== undefined) fields.unshift(visible(message.replaceAll(/\s*\n\s*/g, " ")));
  if (data !== undefined) fields.push(`data=${data}`);
  const who = `cpu ${cpu}, ${process === "" ? "pid" : visible(process)} ${pid ?? "-"}, tid ${tid ?? "-"}`;
  return `${time.toFixed(4).padStart(12)}  ${provider}/${event}  [${who}]  ${fields.join("; ")}\n`;
}

/** Whether a value is in a message, and no part of a longer word or number there. */
function saysValue(message: string, value: string): boolean {
  for (let at = message.indexOf(value); at >= 0; at = message.indexOf(value, at + 1)) {
    if (!isInWord(message, at) && !isInWord(message, at + value.length)) return true;
  }
  return false;
}

/** Whether letters or digits are on both sides of a place. */
function isInWord(text: string, at: number): boolean {
  return at > 0 && /^\w\w/.test(text.slice(at - 1, at + 1));
}

const CSV_COLUMNS = (["time", "provider", "event", "cpu", "pid", "tid", "process", "message", "fields"] as const).map(
  (key) => ({ key, label: key, type: "text" }) as const,
);

function csvRow({ time, provider, event, cpu, pid, tid, process, message = "", data, ...values }: DecodedEvent) {
  const fields = fieldTexts(values).map(([name, value]) => `${name}=${value}`);
  if (data !== undefined) fields.push(`data=${data}`);
  return { time, provider, event, cpu, pid, tid, process, message, fields: fields.join("; ") };
}

/** 64-bit numbers are decimal digits, bytes hexadecimal ones. */
function jsonValue(value: FieldValue): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return Array.isArray(value) ? value.map(jsonValue) : jsonFields(value as Fields);
}

type Fields = DecodedEvent["fields"];

/** Not by what JSON.stringify can call for each value: that takes three times as long. */
function jsonFields(fields: Fields): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const name in fields) json[name] = jsonValue(fields[name] as FieldValue);
  return json;
}

/** Control characters of a trace must not drive the user's terminal. */
function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
