import type { EventKind } from "@adk/etl";
import { decodeFields, type EventLayout, type FieldValue, formatValue } from "@adk/event-schema";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { assessmentProperties } from "./system-assessment.ts";

/** What a trace tells of a part of the system: a disk, a network adapter, a device. */
export interface SystemItem {
  /** `PhyDisk`, as the kernel's events call it. */
  readonly category: string;
  readonly properties: readonly (readonly [name: string, value: string])[];
}

const TASKS: ReadonlySet<string> = new Set(["Windows Kernel/SystemConfig", "Windows Kernel/SysConfig"]);
/** What the assessment of the system found. */
const ASSESSMENT = "KernelTraceControl/WinSat";
/** What is there only to fill a structure, or tells the length of what follows. */
const WITHOUT_MEANING = /^(Pad|Spare|Reserved)\d*$|(Len|Count)$/;

/** The hardware and software of the system that was traced. */
export class SystemConfiguration implements Collector {
  readonly items: SystemItem[] = [];
  readonly #seen = new Set<string>();

  readonly handlerOf = (_: EventKind, layout: EventLayout | undefined): EventHandler | undefined => {
    if (!layout) return undefined;
    const task = `${layout.provider.name}/${layout.task}`;
    if (task === ASSESSMENT) return (event) => this.#takeAssessment(layout, event);
    return TASKS.has(task) ? (event) => this.#take(layout, event) : undefined;
  };

  #takeAssessment(layout: EventLayout, { batch, row, pointerSize }: EventCursor): void {
    const { values } = decodeFields(layout, batch.payload(row), pointerSize === 4 ? 4 : 8);
    const [data, length] = [values["Data"], values["UncompressedLength"]];
    if (!(data instanceof Uint8Array) || typeof length !== "number") return;
    const properties = assessmentProperties(data, length);
    if (properties.length > 0) this.#add(`WinSat ${layout.opcode}`, properties);
  }

  #take(layout: EventLayout, { batch, row, pointerSize }: EventCursor): void {
    const { values } = decodeFields(layout, batch.payload(row), pointerSize === 4 ? 4 : 8);
    const properties = layout.fields.flatMap((field) => {
      const value = values[field.name];
      if (value === undefined || WITHOUT_MEANING.test(field.name)) return [];
      const text = field.name === "PhysicalAddr" ? hardwareAddress(value, values["PhysicalAddrLen"]) : undefined;
      return [[field.name, text ?? formatValue(field, value)] as const];
    });
    this.#add(layout.opcode, properties);
  }

  /** Rundowns at the start and at the end tell the same. */
  #add(category: string, properties: SystemItem["properties"]): void {
    const key = JSON.stringify([category, properties]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.items.push({ category, properties });
  }
}

/** `00-15-5d-80-02-37` of a number whose lowest byte comes first. */
function hardwareAddress(value: FieldValue, length: FieldValue | undefined): string | undefined {
  if (typeof value !== "bigint" || typeof length !== "number") return undefined;
  const bytes = Array.from({ length: Math.min(8, length) }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("-");
}
