import { SampledProfile } from "../model/sampled-profile.ts";
import { butterfly, functionUsages } from "../stacks/function-usage.ts";
import { cpuProfile } from "../stacks/stack-profile.ts";
import { FLAG, MAYBE_NUMBER, RANGE, type XperfAction } from "./action.ts";
import { reportLines } from "./report.ts";

/** Functions that have a butterfly where nobody says how many. */
const FUNCTIONS = 10;
/** Callers and callees of each. */
const NEIGHBOURS = 10;

export const stackAction: XperfAction = {
  name: "stack",
  summary: "functions of the samples' stacks with callers and callees; -butterfly N of them; -pid N...",
  options: { ...RANGE, butterfly: MAYBE_NUMBER, pid: { least: 1, most: 1 }, summary: FLAG },
  collectors: [SampledProfile],
  async run({ analysis, options, symbols, operation, target, write }) {
    const pid = options.get("pid")?.[0];
    const profile = await cpuProfile(analysis, {
      ...symbols,
      ...operation,
      process: pid === undefined ? undefined : Number(pid),
    });
    const { frames, total } = profile;
    const micro = (weight: number) => Math.round(weight * 1000);
    const share = (weight: number) => (total > 0 ? (100 * weight) / total : 0).toFixed(2);
    const usages = functionUsages(profile).filter(({ inclusive }) => inclusive > 0);
    const titles = ["Image!Function", "Exclusive (us)", "Exclusive %", "Inclusive (us)", "Inclusive %"];
    const rows = usages.map(({ frame, exclusive, inclusive }) => [
      frames.label(frame),
      micro(exclusive),
      share(exclusive),
      micro(inclusive),
      share(inclusive),
    ]);
    for (const line of reportLines(titles, rows, target)) await write(line);
    if (options.has("summary")) return;
    const count = Number.parseInt(options.get("butterfly")?.[0] ?? "", 10) || FUNCTIONS;
    for (const { frame } of usages.slice(0, count)) {
      const { callers, callees, inclusive } = butterfly(profile, frame);
      await write(`\n${frames.label(frame)}: ${micro(inclusive)} us\n`);
      const neighbours = (kind: string, list: typeof callers) =>
        list
          .slice(0, NEIGHBOURS)
          .map((each) => [kind, frames.label(each.frame), micro(each.weight), share(each.weight)]);
      const both = [...neighbours("Caller", callers), ...neighbours("Callee", callees)];
      for (const line of reportLines(["", "Image!Function", "Weight (us)", "Weight %"], both, target))
        await write(line);
    }
  },
};
