/** A column of a dump, padded as xperf pads it. */
export interface DumpColumn {
  readonly title: string;
  readonly width: number;
}

/** A title whose width is that of its name, or a column. */
export type DumpTitle = string | DumpColumn;

/** Characters that the name of a record takes, and a time. */
const NAME_WIDTH = 23;
const TIME_WIDTH = 10;
/** Of a module in front of its function, and of a process in front of its identifier. */
const MODULE_WIDTH = 16;
const PROCESS_WIDTH = 16;

/**
 * Columns by the first letters of their titles, as xperf's dumps have them: `Process Name ( PID)` takes 23 characters, an identifier
 * ten, an address of 64 bits eighteen.
 */
const WIDTHS: Readonly<Record<string, number>> = {
  "Process Name ( PID)": 23,
  "New Process Name ( PID)": 23,
  "Old Process Name ( PID)": 23,
  "Rdy Process Name ( PID)": 23,
  "LoggingProcessName ( PID)": 23,
  ThreadID: 10,
  LoggingThreadID: 17,
  "New TID": 10,
  "Old TID": 10,
  "Rdy TID": 10,
  ParentPID: 10,
  SessionID: 10,
  CPU: 3,
  "No.": 3,
  NPri: 4,
  NQnt: 4,
  OPri: 4,
  OQnt: 4,
  TmSinceLast: 11,
  WaitTime: 8,
  ElapsedTime: 11,
  DiskNum: 8,
  DiskSvcTime: 11,
  "I/O Pri": 7,
  VolSnap: 8,
  OldState: 15,
  "Wait Reason": 16,
  Swapable: 8,
  InSwitchTime: 6,
  IdealProc: 3,
  OldRemQnt: 10,
  NewPriDecr: 4,
  PrevCState: 4,
  Count: 5,
  IOSize: 10,
  Size: 10,
  ByteOffset: 12,
};
const ADDRESSES: ReadonlySet<string> = new Set([
  "UniqueKey",
  "DirectoryTableBase",
  "StackBase",
  "StackLimit",
  "UsrStkBase",
  "UsrStkLmt",
  "TebBase",
  "BaseAddr",
  "EndAddr",
  "DefaultBase",
  "PrgrmCtr",
  "Address",
  "ServiceAddr",
  "IrpPtr",
  "FileObject",
  "VirtualAddr",
]);
/** Titles that are padded otherwise than what stands below them. */
const TITLE_WIDTHS: Readonly<Record<string, number>> = {
  "Image!Function": 25,
  "ThreadStartImage!Function": 25,
  LoggingThreadID: 0,
};

export function columnsOf(titles: readonly DumpTitle[]): readonly DumpColumn[] {
  return titles.map((title) =>
    typeof title === "string" ? columnOf(title, WIDTHS[title] ?? (ADDRESSES.has(title) ? 18 : 0)) : title,
  );
}

/** A column whose width depends on the record. */
export function columnOf(title: string, width: number): DumpColumn {
  return { title, width };
}

export function headerLine(name: string, columns: readonly DumpColumn[]): string {
  const titles = columns.map(({ title, width }) => title.padStart(TITLE_WIDTHS[title] ?? width));
  return `${[name.padStart(NAME_WIDTH), "TimeStamp".padStart(TIME_WIDTH), ...titles].join(", ")}\n`;
}

export function recordLine(
  name: string,
  time: number,
  columns: readonly DumpColumn[],
  cells: readonly string[],
): string {
  let line = `${name.padStart(NAME_WIDTH)}, ${String(time).padStart(TIME_WIDTH)}`;
  for (let i = 0; i < cells.length; i++) line += `, ${(cells[i] as string).padStart(columns[i]?.width ?? 0)}`;
  return `${line}\n`;
}

/** `    ntoskrnl.exe!KiSwapContext` */
export function functionCell(module: string, name: string): string {
  return `${module.padStart(MODULE_WIDTH)}!${name}`;
}

/** `     svchost.exe ( 812)`: as wide as its column, but for identifiers of five digits. */
export function processCell(name: string, id: number | undefined): string {
  return `${(name || "Unknown").padStart(PROCESS_WIDTH)} (${String(id ?? -1).padStart(4)})`;
}

/** `0x0000000000000010`: an address of a pointer's width, or a number of so many digits. */
export function hexCell(value: number, digits: number): string {
  const whole = Math.trunc(value);
  if (whole >= 0) return `0x${whole.toString(16).padStart(digits, "0")}`;
  // Two's complement in two halves: no double holds all of it.
  const high = Math.floor(whole / HALF);
  return `0x${(high >>> 0).toString(16).padStart(8, "0")}${(whole - high * HALF).toString(16).padStart(8, "0")}`;
}

const HALF = 2 ** 32;

/** A text in quotation marks. Control characters of a trace must not break lines. */
export function quotedCell(text: string): string {
  return `"${plainCell(text)}"`;
}

export function plainCell(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}
