import { ContextSwitches } from "../model/context-switches.ts";
import { Symbolizer } from "../symbols/symbolizer.ts";
import { readyingTable } from "../tables/readying.ts";
import { FLAG, RANGE, type XperfAction } from "./action.ts";
import { inParts } from "./cpu-actions.ts";
import { DumpKinds, dumpTrace } from "./dumper.ts";
import { tableLines } from "./report.ts";

export const readyThreadAction: XperfAction = {
  name: "readythread",
  summary: "who readied whom: -counts by process (the default), -list each time, -stacks with the stacks",
  options: { ...RANGE, counts: FLAG, list: FLAG, stacks: FLAG },
  needs: readyingTable.needs,
  collectors: [ContextSwitches, DumpKinds],
  async run({ opened, analysis, options, range, symbols, fileName, target, operation, write }) {
    const isList = options.has("list") || options.has("stacks");
    const parts: (() => Promise<void>)[] = [];
    if (options.has("counts") || !isList) {
      parts.push(async () => {
        for (const line of tableLines(readyingTable, readyingTable.rows(analysis), target)) await write(line);
      });
    }
    if (isList) {
      parts.push(async () => {
        const { model } = analysis;
        const withoutStacks = !options.has("stacks");
        const images = withoutStacks ? [] : model.images.all;
        const symbolizer = await Symbolizer.load(model, images, { ...symbols, ...operation });
        const records = new Set(withoutStacks ? ["ReadyThread"] : ["ReadyThread", "Stack"]);
        const dump = { range, records, withoutStacks, fileName, ...operation };
        await dumpTrace(opened.trace, analysis, symbolizer, dump, write);
      });
    }
    await inParts(parts, write);
  },
};
