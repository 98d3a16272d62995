import { type InfDirective, ownerOf, readDirectives } from "./directives.ts";
import type { InfFile } from "./inf-file.ts";
import { readNumber } from "./number.ts";
import { type InfRegistryChange, readRegistryChanges } from "./registry-lines.ts";
import type { InfPlace } from "./tokenizer.ts";

// "INF AddService Directive", learn.microsoft.com.

/** Flags of an AddService line. */
export const ServiceFlag = {
  /** Put the service's tag before those of its group. */
  TAG_TO_FRONT: 0x1,
  /** The service is that of the device. */
  ASSOCIATED: 0x2,
  /** What is there already of a service stays: */
  KEEP_DISPLAY_NAME: 0x8,
  KEEP_START_TYPE: 0x10,
  KEEP_ERROR_CONTROL: 0x20,
  KEEP_LOAD_ORDER_GROUP: 0x40,
  KEEP_DEPENDENCIES: 0x80,
  KEEP_DESCRIPTION: 0x100,
} as const;

export const StartType = { BOOT: 0, SYSTEM: 1, AUTO: 2, DEMAND: 3, DISABLED: 4 } as const;

export interface InfService extends InfPlace {
  /** Empty for a device that needs no service (`AddService = ,2`). */
  readonly name: string;
  readonly flags: number;
  /** The name for people; with a string token it is kept as such too. */
  readonly displayName: InfText | undefined;
  readonly description: InfText | undefined;
  /** SERVICE_* bits: 1 kernel driver, 2 file system driver, 0x10 and 0x20 programs. */
  readonly type: number;
  /** One of `StartType`. */
  readonly start: number;
  readonly errorControl: number;
  /** As it is written, with its directory: `%12%\viostor.sys`. */
  readonly binary: string;
  readonly loadOrderGroup: string | undefined;
  /** Services, and groups with `+` before them. */
  readonly dependencies: readonly string[];
  readonly startName: string | undefined;
  /** Security descriptor in SDDL. */
  readonly security: string | undefined;
  readonly sidType: number | undefined;
  readonly bootFlags: number | undefined;
  readonly delayedAutoStart: boolean;
  /** HKR is the key of the service. */
  readonly registry: readonly InfRegistryChange[];
  /** The source of events: HKR is its key below EventLog. */
  readonly eventLog:
    | { readonly type: string; readonly name: string; readonly registry: readonly InfRegistryChange[] }
    | undefined;
}

export interface InfText {
  readonly text: string;
  /** As it is written: `%service.desc%`. */
  readonly token: string;
}

/** The services that the directives of a DDInstall.Services section add. */
export function readServices(directives: readonly InfDirective[]): InfService[] {
  return directives.flatMap((directive) => (directive.name === "ADDSERVICE" ? [readService(directive)] : []));
}

/** The names of the services that it deletes. */
export function readDeletedServices(directives: readonly InfDirective[]): string[] {
  return directives.flatMap(({ name, values: [service = ""] }) => (name === "DELSERVICE" && service ? [service] : []));
}

function readService(directive: InfDirective): InfService {
  const { values, source, line, column } = directive;
  const [name = "", , section = "", eventSection = "", eventType = "", eventName = ""] = values;
  const owner = name === "" ? undefined : ownerOf(directive, section);
  const known = owner !== undefined;
  const inf = owner ?? directive.inf;
  const field = (key: string) => inf.lines(section, key)[0]?.values[0];
  const number = (key: string, whole = 0) => readNumber(inf, field(key)) ?? whole;
  const text = (key: string) => inf.text(field(key)).trim() || undefined;
  if (known && text("ServiceBinary") === undefined) {
    inf.error(
      "INF_NO_SERVICE_BINARY",
      `The service ${JSON.stringify(name)} has no ServiceBinary.`,
      inf.section(section)!,
    );
  }
  return {
    name,
    flags: readNumber(directive.inf, source.values[1]) ?? 0,
    displayName: textOf(inf, field("DisplayName")),
    description: textOf(inf, field("Description")),
    type: number("ServiceType", 1),
    start: number("StartType", StartType.DEMAND),
    errorControl: number("ErrorControl"),
    binary: text("ServiceBinary") ?? "",
    loadOrderGroup: text("LoadOrderGroup"),
    dependencies: inf
      .lines(section, "Dependencies")
      .flatMap((each) => inf.texts(each).map((value) => value.trim()))
      .filter(Boolean),
    startName: text("StartName"),
    security: text("Security"),
    sidType: readNumber(inf, field("ServiceSidType")),
    bootFlags: readNumber(inf, field("BootFlags")),
    delayedAutoStart: number("DelayedAutoStart") === 1,
    registry: readRegistryChanges(sectionRegistry(inf, section)),
    eventLog:
      eventSection === ""
        ? undefined
        : {
            type: eventType || "System",
            name: eventName || name,
            registry: readRegistryChanges(sectionRegistry(inf, eventSection)),
          },
    line,
    column,
  };
}

function textOf(inf: InfFile, field: InfDirective["source"]["values"][number] | undefined): InfText | undefined {
  const text = inf.text(field).trim();
  return field && text ? { text, token: field.text } : undefined;
}

function sectionRegistry(inf: InfFile, section: string): readonly InfDirective[] {
  return readDirectives(inf, section, () => undefined)?.directives ?? [];
}
