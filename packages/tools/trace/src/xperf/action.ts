import type { LongOperation } from "@adk/core";
import type { Analysis } from "../analysis.ts";
import type { OpenedTrace } from "../open-trace.ts";
import type { SymbolOptions } from "../symbols/symbolizer.ts";
import type { CollectorClass } from "../tables/table.ts";
import type { TimeRange } from "../time-range.ts";
import type { Target } from "./report.ts";

/** What an action works with. */
export interface ActionContext {
  readonly opened: OpenedTrace;
  /** With the collectors of the action, for its range. */
  readonly analysis: Analysis;
  readonly options: ReadonlyMap<string, readonly string[]>;
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
  readonly collectors: readonly CollectorClass[];
  readonly run: (context: ActionContext) => Promise<void>;
}

export const FLAG = { least: 0, most: 0 } as const;
export const RANGE = { range: { least: 1, most: 2 } } as const;
export const MAYBE_NUMBER = { least: 0, most: 1 } as const;
