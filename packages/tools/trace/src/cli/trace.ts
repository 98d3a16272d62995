import { commandModules } from "@adk/cli-kit";

export const commands = commandModules({
  "info counts": async () => (await import("./trace-info.ts")).defineInfoCommands,
  events: async () => (await import("./trace-events.ts")).defineEventCommand,
  "*": async () => (await import("./trace-tables.ts")).defineTableCommands,
  compare: async () => (await import("./trace-compare.ts")).defineCompareCommand,
  slice: async () => (await import("./trace-slice.ts")).defineSliceCommand,
  export: async () => (await import("./trace-export.ts")).defineExportCommand,
  stack: async () => (await import("./trace-stack.ts")).defineStackCommand,
  packets: async () => (await import("./trace-packets.ts")).definePacketCommand,
  pdb: async () => (await import("./trace-pdb.ts")).definePdbCommand,
  symbols: async () => (await import("./trace-symbols.ts")).defineSymbolCommand,
  regions: async () => (await import("./trace-regions.ts")).defineRegionsCommand,
  report: async () => (await import("./trace-report.ts")).defineReportCommand,
  tags: async () => (await import("./trace-tags.ts")).defineTagCommand,
  wprp: async () => (await import("./trace-wprp.ts")).defineWprpCommands,
});
