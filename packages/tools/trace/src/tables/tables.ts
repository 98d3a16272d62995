import { alpcTable } from "./alpc.ts";
import { bootTable } from "./boot.ts";
import { bootServicesTable } from "./bootservices.ts";
import { bootUseTable } from "./bootuse.ts";
import { cpuTable } from "./cpu.ts";
import { cpuPreciseTable } from "./cpuprecise.ts";
import { cswitchTable, threadTable } from "./cswitch.ts";
import { diskTable } from "./disk.ts";
import { diskPriorityTable, diskUseTable } from "./diskuse.ts";
import { dpcHistogramTable, dpcModuleTable, dpcTable } from "./dpc.ts";
import { driversTable } from "./drivers.ts";
import { fileIoTable } from "./fileio.ts";
import { focusTable } from "./focus.ts";
import { frequencyTable } from "./frequency.ts";
import { genericTable } from "./generic.ts";
import { handlesTable } from "./handles.ts";
import { hardFaultTable } from "./hardfault.ts";
import { heapTable } from "./heap.ts";
import { imageTable } from "./image.ts";
import { logonTable } from "./logon.ts";
import { marksTable } from "./marks.ts";
import { memoryListsTable } from "./memlists.ts";
import { memoryTable } from "./memory.ts";
import { networkTable } from "./network.ts";
import { pageFaultTable } from "./pagefault.ts";
import { pmcTable } from "./pmc.ts";
import { poolTable } from "./pool.ts";
import { powerTable } from "./power.ts";
import { processTable } from "./process.ts";
import { readyingTable } from "./readying.ts";
import { registryTable } from "./registry.ts";
import { servicesTable } from "./services.ts";
import { shutdownTable } from "./shutdown.ts";
import { suspendTable } from "./suspend.ts";
import { syscallsTable } from "./syscalls.ts";
import { sysconfigTable } from "./sysconfig.ts";
import type { TableDefinition } from "./table.ts";
import { waitsTable } from "./waits.ts";
import { workingSetTable } from "./workingset.ts";

/** All tables, in the order in which the help lists them. */
export const TABLES: readonly TableDefinition[] = [
  cpuTable,
  cswitchTable,
  threadTable,
  diskTable,
  diskUseTable,
  diskPriorityTable,
  hardFaultTable,
  processTable,
  imageTable,
  dpcTable,
  dpcModuleTable,
  dpcHistogramTable,
  driversTable,
  fileIoTable,
  networkTable,
  registryTable,
  readyingTable,
  waitsTable,
  bootTable,
  bootUseTable,
  bootServicesTable,
  logonTable,
  shutdownTable,
  suspendTable,
  sysconfigTable,
  genericTable,
  marksTable,
  servicesTable,
  memoryTable,
  workingSetTable,
  memoryListsTable,
  pageFaultTable,
  poolTable,
  heapTable,
  cpuPreciseTable,
  powerTable,
  frequencyTable,
  pmcTable,
  syscallsTable,
  handlesTable,
  alpcTable,
  focusTable,
];
