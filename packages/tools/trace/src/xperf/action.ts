import type { LongOperation } from "@adk/core";
import type { Analysis } from "../analysis.ts";
import type { OpenedTrace } from "../open-trace.ts";
import type { SymbolOptions } from "../symbols/symbolizer.ts";
import type { CollectorClass, TableDefinition } from "../tables/table.ts";
import type { TimeRange } from "../time-range.ts";
import type { ActionOptions } from "./options.ts";
import type { Target } from "./report.ts";

/** What an action works with. */
export interface ActionContext {
  readonly opened: OpenedTrace;
  /** With the collectors of the action, for its range. */
  readonly analysis: Analysis;
  readonly options: ActionOptions;
  readonly range: TimeRange | undefined;
  readonly target: Target;
  /** Undefined unless symbols were asked for. */
  readonly symbols: SymbolOptions | undefined;
  readonly fileName: string;
  /** Files that options name are relative to it. */
  readonly cwd: string;
  readonly operation: LongOperation;
  readonly write: (piece: string | Uint8Array) => Promise<void>;
}

export interface XperfAction {
  readonly name: string;
  readonly summary: string;
  /** How many values each takes. */
  readonly options: Readonly<Record<string, { readonly least: number; readonly most: number }>>;
  /** Options of xperf that it does not have, with the reasons. */
  readonly refused?: Readonly<Record<string, string>>;
  /** Events without which there is nothing to tell. */
  readonly needs?: TableDefinition["needs"];
  readonly collectors: readonly CollectorClass[];
  /** What it takes beside them where symbols are asked for. */
  readonly functionCollectors?: readonly CollectorClass[];
  readonly run: (context: ActionContext) => Promise<void>;
}

export const FLAG = { least: 0, most: 0 } as const;
export const RANGE = { range: { least: 1, most: 2 } } as const;
export const NUMBER = { least: 1, most: 1 } as const;
export const MAYBE_NUMBER = { least: 0, most: 1 } as const;
/** As many values as there are. */
export const LIST = { least: 1, most: 4096 } as const;
export const MAYBE_LIST = { least: 0, most: 4096 } as const;
