import { AdkError, isGuid } from "@adk/core";
import * as z from "zod";

/** `adk trace wprp new` */
export const wprpNewResult = z.object({ file: z.string(), profile: z.string() });

/** What a new profile is to record. */
export interface NewProfileOptions {
  readonly name: string;
  readonly cpu?: boolean | undefined;
  readonly disk?: boolean | undefined;
  readonly fileIo?: boolean | undefined;
  readonly registry?: boolean | undefined;
  readonly network?: boolean | undefined;
  readonly stacks?: boolean | undefined;
  /** What a report of a boot is made of, too. */
  readonly boot?: boolean | undefined;
  /** `NAME`, `*EventSource` or a GUID, with keywords and level: `NAME:0x10:5`. */
  readonly providers?: readonly string[] | undefined;
  readonly mode: "file" | "memory" | "both";
}

const ALWAYS = ["ProcessThread", "Loader", "CpuConfig"];
/** By what is asked for: keywords, and stacks that make sense with them. */
const TOPICS = {
  cpu: [
    ["CSwitch", "ReadyThread", "SampledProfile", "DPC", "Interrupt"],
    ["CSwitch", "ReadyThread", "SampledProfile"],
  ],
  disk: [
    ["DiskIO", "DiskIOInit", "HardFaults"],
    ["DiskReadInit", "DiskWriteInit", "DiskFlushInit", "HardFault"],
  ],
  fileIo: [
    ["FileIO", "FileIOInit"],
    ["FileCreate", "FileRead", "FileWrite"],
  ],
  registry: [["Registry"], []],
  network: [["NetworkTrace"], []],
  boot: [["CSwitch", "ReadyThread", "SampledProfile", "DiskIO", "DiskIOInit", "HardFaults", "Power"], []],
} as const;

/** What tells of the phases of a boot and of logging on. */
const BOOT_PROVIDERS = [
  "Microsoft-Windows-Kernel-Boot",
  "Microsoft-Windows-Kernel-General",
  "Microsoft-Windows-Kernel-PnP",
  "Microsoft-Windows-Kernel-Power",
  "Microsoft-Windows-Wininit",
  "Microsoft-Windows-Winlogon",
  "Microsoft-Windows-Services",
  "Microsoft-Windows-GroupPolicy",
  "Microsoft-Windows-User Profiles Service",
  "Microsoft-Windows-Shell-Core",
  "Microsoft-Windows-Subsys-SMSS",
  "Microsoft-Windows-Winsrv",
  "Microsoft-Windows-Diagnostics-PerfTrack",
];

/** Kilobytes of a buffer, and how many: of the kernel's session and of that of the providers. */
const SYSTEM_BUFFERS = { size: 1024, count: 128 };
const EVENT_BUFFERS = { size: 1024, count: 64 };

/**
 * Writes a recording profile that WPR takes.
 *
 * @throws AdkError `WPRP_BAD_NAME`, `WPRP_BAD_PROVIDER`, `WPRP_BOOT_MODE`, all of kind usage
 */
export function newProfile(options: NewProfileOptions): string {
  const { name, mode } = options;
  if (!/^[\w-]+$/.test(name)) {
    throw new AdkError("WPRP_BAD_NAME", "A profile's name has letters, digits, - and _ only.", {
      kind: "usage",
      found: name,
    });
  }
  if (options.boot && mode === "memory") {
    throw new AdkError("WPRP_BOOT_MODE", "A boot is recorded into a file.", {
      kind: "usage",
      hint: "Use --mode file.",
    });
  }
  const topics = (Object.keys(TOPICS) as (keyof typeof TOPICS)[]).filter((topic) => options[topic]);
  const keywords = [...new Set([...ALWAYS, ...topics.flatMap((topic) => TOPICS[topic][0])])];
  const stacks = options.stacks ? [...new Set(topics.flatMap((topic) => TOPICS[topic][1]))] : [];
  const named = [...(options.boot ? BOOT_PROVIDERS : []), ...(options.providers ?? [])];
  const providers = named.map((text, index) => parseProvider(text, index, options.stacks === true));
  const modes = mode === "both" ? ["File", "Memory"] : [mode === "file" ? "File" : "Memory"];
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<WindowsPerformanceRecorder Version="1.0">',
    "  <Profiles>",
    ...collector("SystemCollector", "SystemCollector", "NT Kernel Logger", SYSTEM_BUFFERS),
    ...(providers.length > 0 ? collector("EventCollector", "EventCollector", `${name} events`, EVENT_BUFFERS) : []),
    ...systemProvider(keywords, stacks),
    ...providers.flatMap(eventProvider),
    ...modes.flatMap((each) => profile(name, each, providers)),
    "  </Profiles>",
    "</WindowsPerformanceRecorder>",
  ];
  return `${lines.join("\n")}\n`;
}

interface NewProvider {
  readonly id: string;
  readonly name: string;
  readonly keywords: string | undefined;
  readonly level: string | undefined;
  readonly stack: boolean;
}

function parseProvider(text: string, index: number, stack: boolean): NewProvider {
  const [name = "", keywords, level, ...others] = text.split(":");
  const bare = name.replace(/^\{(.*)\}$/, "$1");
  const looksLikeGuid = /^[0-9a-f]{6,10}-/i.test(bare);
  const isNumber = (part: string | undefined) => !part || /^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(part);
  if (bare === "" || others.length > 0 || !isNumber(keywords) || !isNumber(level) || (looksLikeGuid && !isGuid(bare))) {
    throw new AdkError("WPRP_BAD_PROVIDER", "This is no provider.", {
      kind: "usage",
      found: text,
      hint: "Write NAME, *EventSource or a GUID, then keywords and level if wanted: Microsoft-Windows-Kernel-Power:0x4:5",
    });
  }
  const id = `EventProvider_${index + 1}_${bare.replaceAll(/[^\w-]/g, "_")}`;
  return { id, name: bare, keywords: keywords || undefined, level: level || undefined, stack };
}

function collector(element: string, id: string, name: string, { size, count }: typeof SYSTEM_BUFFERS): string[] {
  return [
    `    <${element} Id="${id}" Name="${escapeXml(name)}">`,
    `      <BufferSize Value="${size}"/>`,
    `      <Buffers Value="${count}"/>`,
    `    </${element}>`,
  ];
}

function systemProvider(keywords: readonly string[], stacks: readonly string[]): string[] {
  const values = (element: string, list: readonly string[]) => [
    `      <${element}s>`,
    ...list.map((value) => `        <${element} Value="${value}"/>`),
    `      </${element}s>`,
  ];
  return [
    '    <SystemProvider Id="SystemProvider">',
    ...values("Keyword", keywords),
    ...(stacks.length > 0 ? values("Stack", stacks) : []),
    "    </SystemProvider>",
  ];
}

function eventProvider({ id, name, keywords, level, stack }: NewProvider): string[] {
  const attributes = `${level === undefined ? "" : ` Level="${level}"`}${stack ? ' Stack="true"' : ""}`;
  const start = `    <EventProvider Id="${id}" Name="${escapeXml(name)}"${attributes}`;
  if (keywords === undefined) return [`${start}/>`];
  return [
    `${start}>`,
    "      <Keywords>",
    `        <Keyword Value="${keywords}"/>`,
    "      </Keywords>",
    "    </EventProvider>",
  ];
}

function profile(name: string, mode: string, providers: readonly NewProvider[]): string[] {
  return [
    `    <Profile Id="${name}.Verbose.${mode}" Name="${name}" Description="${name}" LoggingMode="${mode}" DetailLevel="Verbose">`,
    "      <Collectors>",
    '        <SystemCollectorId Value="SystemCollector">',
    '          <SystemProviderId Value="SystemProvider"/>',
    "        </SystemCollectorId>",
    ...(providers.length > 0
      ? [
          '        <EventCollectorId Value="EventCollector">',
          "          <EventProviders>",
          ...providers.map(({ id }) => `            <EventProviderId Value="${id}"/>`),
          "          </EventProviders>",
          "        </EventCollectorId>",
        ]
      : []),
    "      </Collectors>",
    "    </Profile>",
  ];
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
