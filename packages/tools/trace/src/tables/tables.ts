import { cpuTable } from "./cpu.ts";
import { cswitchTable, threadTable } from "./cswitch.ts";
import { diskTable } from "./disk.ts";
import { hardFaultTable } from "./hardfault.ts";
import { imageTable } from "./image.ts";
import { processTable } from "./process.ts";
import type { TableDefinition } from "./table.ts";

/** All tables, in the order in which the help lists them. */
export const TABLES: readonly TableDefinition[] = [
  cpuTable,
  cswitchTable,
  threadTable,
  diskTable,
  hardFaultTable,
  processTable,
  imageTable,
];
