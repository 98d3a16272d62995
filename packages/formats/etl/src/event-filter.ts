import type { Guid } from "@adk/core";
import { AdkError, check, parseGuid } from "@adk/core";
import type { EventKind, KindTable } from "./kind-table.ts";

/** Some kinds of events, as data: it goes to worker threads. What is not given counts for any. */
export interface KindFilter {
  readonly form?: EventKind["form"] | undefined;
  /** Of the kernel: 0 to 255, the high byte of the hook id. */
  readonly group?: number | undefined;
  /** Of the kernel: group and type, such as 0x0f2e for SampledProfile. */
  readonly hook?: number | undefined;
  /** Provider of an event, class of a classic one, GUID of WPP messages. */
  readonly provider?: Guid | undefined;
  /** Of EVENT headers; the number of a WPP message. */
  readonly id?: number | undefined;
  readonly opcode?: number | undefined;
  readonly version?: number | undefined;
}

/** @throws AdkError `GUID_INVALID`, `ETL_BAD_FILTER` */
export function checkFilters(filters: readonly KindFilter[]): readonly KindFilter[] {
  return filters.map((filter) => {
    const numbers = [filter.group, filter.hook, filter.id, filter.opcode, filter.version];
    check(
      numbers.every((each) => each === undefined || (Number.isInteger(each) && each >= 0 && each <= 0xffff)),
      () => {
        return new AdkError("ETL_BAD_FILTER", "A filter's numbers are from 0 to 65535.", { kind: "usage" });
      },
    );
    return filter.provider === undefined ? filter : { ...filter, provider: parseGuid(filter.provider) };
  });
}

function matches(filter: KindFilter, kind: EventKind): boolean {
  const same = (wanted: unknown, found: unknown) => wanted === undefined || wanted === found;
  const hook = kind.form === "kernel" ? kind.hook : undefined;
  const group = hook === undefined ? undefined : hook >>> 8;
  const provider =
    kind.form === "wpp" ? kind.message : kind.form === "event" || kind.form === "classic" ? kind.provider : undefined;
  const id = kind.form === "event" ? kind.id : kind.form === "wpp" ? kind.number : undefined;
  const opcode = kind.form === "event" || kind.form === "classic" ? kind.opcode : undefined;
  const version = kind.form === "wpp" || kind.form === "opaque" ? undefined : kind.version;
  return (
    same(filter.form, kind.form) &&
    same(filter.group, group) &&
    same(filter.hook, hook) &&
    same(filter.provider, provider) &&
    same(filter.id, id) &&
    same(filter.opcode, opcode) &&
    same(filter.version, version)
  );
}

/** Answers for each kind once. */
export class KindSelection {
  readonly #filters: readonly KindFilter[] | undefined;
  readonly #kinds: KindTable;
  /** By kind: 0 not asked yet, 1 wanted, 2 not. */
  #answers = new Uint8Array(256);

  /** @param filters undefined for every kind; an empty list for none */
  constructor(filters: readonly KindFilter[] | undefined, kinds: KindTable) {
    this.#filters = filters;
    this.#kinds = kinds;
  }

  get all(): boolean {
    return this.#filters === undefined;
  }

  wants(kind: number): boolean {
    const answer = this.#answers[kind];
    return answer === undefined || answer === 0 ? this.#ask(kind) : answer === 1;
  }

  #ask(kind: number): boolean {
    if (this.#filters === undefined) return true;
    if (kind >= this.#answers.length) {
      const grown = new Uint8Array(Math.max(kind + 1, this.#answers.length * 2));
      grown.set(this.#answers);
      this.#answers = grown;
    }
    const wanted = this.#filters.some((filter) => matches(filter, this.#kinds.get(kind)));
    this.#answers[kind] = wanted ? 1 : 2;
    return wanted;
  }
}
