// One pass over an event trace log, for trace-etl.bench.ts: `node etl-work.ts FILE ORDER THREADS PASSES`. Prints what it took as JSON.
import { openEtlFiles } from "@adk/etl";

const [path = "", order = "file", threads = "1", passes = "1"] = process.argv.slice(2);
let best = Number.POSITIVE_INFINITY;
let bestCpu = Number.POSITIVE_INFINITY;
let events = 0;
for (let pass = 0; pass < Number(passes); pass++) {
  const start = performance.now();
  const cpu = process.cpuUsage();
  await using trace = await openEtlFiles([path], { threads: Number(threads) });
  events = 0;
  for await (const { length } of trace.batches({ order: order === "time" ? "time" : "file" })) events += length;
  const { user, system } = process.cpuUsage(cpu);
  best = Math.min(best, (performance.now() - start) / 1000);
  bestCpu = Math.min(bestCpu, (user + system) / 1e6);
  if (trace.health.lostBytes > 0) throw new Error("events were lost");
}
const memory = (process.resourceUsage().maxRSS * 1024) / 1e6;
console.log(JSON.stringify({ events, wall: best, cpu: bestCpu, memory }));
