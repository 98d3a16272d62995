import { resolve } from "node:path";
import { AdkError } from "@adk/core";
import { formatAddress } from "../model/address.ts";
import { type HeapUse, LoggedHeapAllocations } from "../model/heap-allocations.ts";
import { processLabel } from "../model/processes.ts";
import { Symbolizer } from "../symbols/symbolizer.ts";
import { allocationsByStack, imagesOfAllocations, type StackAllocations } from "../tables/allocation-stacks.ts";
import { StackTexts } from "../tables/code-columns.ts";
import { heapTable } from "../tables/heap.ts";
import { type ActionContext, FLAG, LIST, MAYBE_NUMBER, NUMBER, RANGE, type XperfAction } from "./action.ts";
import { readNameList } from "./name-list.ts";
import { expressionsOf, numbersOf, timesOf } from "./options.ts";
import { type ReportCell, reportLines } from "./report.ts";

const TWO = { least: 2, most: 2 } as const;

type Sums = Pick<
  StackAllocations<HeapUse>,
  "allocations" | "allocated" | "outstanding" | "outstandingCount" | "resizes"
>;

/** Orders that -stacks names. */
const ORDERS: Readonly<Record<string, (sums: Sums) => number>> = {
  allocnum: ({ allocations }) => allocations,
  allocsize: ({ allocated }) => allocated,
  outnum: ({ outstandingCount }) => outstandingCount,
  outsize: ({ outstanding }) => outstanding,
  reallocnum: ({ resizes }) => resizes,
};

export const heapAction: XperfAction = {
  name: "heap",
  summary:
    "heaps of processes: allocations, what is outstanding; -stacks [ORDER] by stack, -frames, -images, -lifetime, -size, -top, -totals ...",
  options: {
    ...RANGE,
    pid: LIST,
    stacks: MAYBE_NUMBER,
    frames: NUMBER,
    images: LIST,
    lifetime: TWO,
    size: TWO,
    cullframes: LIST,
    requireframes: LIST,
    culllists: LIST,
    top: NUMBER,
    totals: FLAG,
  },
  needs: heapTable.needs,
  collectors: [LoggedHeapAllocations],
  async run(context) {
    const { analysis, options, write } = context;
    const { log } = analysis.get(LoggedHeapAllocations);
    const found = allocationsByStack(analysis, log, ({ process }) => process.id, wantedRows(context));
    const order = orderOf(options);
    if (options.has("stacks")) await writeStacks(context, found, order);
    else await writeHeaps(context, found, order);
    if (options.has("totals")) {
      const all = sumOf(found);
      await write(`Total: ${cellsOf(all).map(String).join(", ")}\n`);
    }
  },
};

function orderOf(options: ActionContext["options"]): (sums: Sums) => number {
  const [name] = options.get("stacks") ?? [];
  const order = ORDERS[name?.toLowerCase() ?? "outsize"];
  if (order) return order;
  throw new AdkError("XPERF_BAD_VALUE", "Stacks are not sorted by this.", {
    kind: "usage",
    found: `-stacks ${name}`,
    hint: `It is one of ${Object.keys(ORDERS).join(", ")}.`,
  });
}

/** Allocations of the processes, times, sizes and lifetimes that are asked for. What was not freed lives to the end. */
function wantedRows({ analysis, options }: ActionContext): (row: number) => boolean {
  const { allocations, owners } = analysis.get(LoggedHeapAllocations).log;
  const pids = new Set(numbersOf(options, "pid"));
  const [least = 0, most = Number.POSITIVE_INFINITY] = numbersOf(options, "size");
  const [shortest = 0, longest = Number.POSITIVE_INFINITY] = timesOf(options, "lifetime");
  return (row) => {
    const [time, freed] = [allocations.get("time", row), allocations.get("freed", row)];
    const size = allocations.get("size", row);
    const until = Number.isNaN(freed) ? analysis.model.duration : analysis.milliseconds(freed);
    const lifetime = until - analysis.milliseconds(time);
    const owner = owners[allocations.get("owner", row)] as HeapUse;
    return (
      analysis.includes(time) &&
      (pids.size === 0 || pids.has(owner.process.id)) &&
      size >= least &&
      size <= most &&
      lifetime >= shortest &&
      lifetime <= longest
    );
  };
}

const TITLES = ["Alloc number", "Alloc size KB", "Out number", "Out size KB", "Realloc number"];

function cellsOf({ allocations, allocated, outstandingCount, outstanding, resizes }: Sums): ReportCell[] {
  const kilobytes = (bytes: number) => (bytes / 1024).toFixed(2);
  return [allocations, kilobytes(allocated), outstandingCount, kilobytes(outstanding), resizes];
}

function sumOf(all: Iterable<Sums>): Sums {
  const sum = { allocations: 0, allocated: 0, outstanding: 0, outstandingCount: 0, resizes: 0 };
  for (const each of all) {
    sum.allocations += each.allocations;
    sum.allocated += each.allocated;
    sum.outstanding += each.outstanding;
    sum.outstandingCount += each.outstandingCount;
    sum.resizes += each.resizes;
  }
  return sum;
}

async function writeHeaps(
  { options, target, write }: ActionContext,
  found: readonly StackAllocations<HeapUse>[],
  order: (sums: Sums) => number,
): Promise<void> {
  const byHeap = [...Map.groupBy(found, ({ owner }) => owner)].map(([owner, all]) => ({ owner, sums: sumOf(all) }));
  byHeap.sort((a, b) => order(b.sums) - order(a.sums));
  const [top = byHeap.length] = numbersOf(options, "top");
  const rows = byHeap
    .slice(0, top)
    .map(({ owner, sums }) => [...cellsOf(sums), formatAddress(owner.heap), processLabel(owner.process)]);
  const titles = [...TITLES, "Heap handle", "Process Name ( PID)"];
  for (const line of reportLines(titles, rows, target)) await write(line);
}

/** Stacks with the functions that are left of them, the outermost first. */
async function writeStacks(
  context: ActionContext,
  found: readonly StackAllocations<HeapUse>[],
  order: (sums: Sums) => number,
): Promise<void> {
  const { analysis, options, symbols, operation, target, write } = context;
  const { model } = analysis;
  const loaded = { ...symbols, ...operation };
  const symbolizer = await Symbolizer.load(model, imagesOfAllocations(analysis, found), loaded);
  const texts = new StackTexts(model, symbolizer);
  const shorten = await shortening(context);
  const required = expressionsOf(options, "requireframes");
  const sums = new Map<string, StackAllocations<HeapUse>[]>();
  for (const each of found) {
    const frames = texts.of(each.process, each.stack, each.time).split("/");
    if (required.length > 0 && !frames.some((frame) => required.some((expression) => expression.test(frame)))) continue;
    const key = `${each.owner.process.index}\0${shorten(frames).join("/")}`;
    const own = sums.get(key);
    if (own) own.push(each);
    else sums.set(key, [each]);
  }
  const rows = [...sums].map(([key, all]) => ({
    sums: sumOf(all),
    stack: key.slice(key.indexOf("\0") + 1),
    process: processLabel((all[0] as StackAllocations<HeapUse>).owner.process),
  }));
  rows.sort((a, b) => order(b.sums) - order(a.sums));
  const [top = rows.length] = numbersOf(options, "top");
  const cells = rows.slice(0, top).map(({ sums: own, stack, process }) => [...cellsOf(own), process, stack]);
  const titles = [...TITLES, "Process Name ( PID)", "Stack"];
  for (const line of reportLines(titles, cells, target)) await write(line);
}

/** What is taken out of stacks: functions that are culled, those of other images, all but the innermost ones. */
async function shortening({ options, cwd }: ActionContext): Promise<(frames: readonly string[]) => readonly string[]> {
  const culled = expressionsOf(options, "cullframes");
  const lists = await Promise.all((options.get("culllists") ?? []).map((file) => readNameList(resolve(cwd, file))));
  const names = new Set(lists.flat());
  const images = new Set(options.get("images")?.map((name) => name.toLowerCase()));
  const [count = Number.POSITIVE_INFINITY] = numbersOf(options, "frames");
  const isKept = (frame: string) => {
    const lower = frame.toLowerCase();
    if (images.size > 0 && !images.has(lower.slice(0, lower.indexOf("!")))) return false;
    return !names.has(lower) && !culled.some((expression) => expression.test(frame));
  };
  return (frames) => {
    const kept = frames.filter(isKept);
    return kept.slice(Math.max(0, kept.length - count));
  };
}
