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

/** Tables of one subject. */
interface TableGroup {
  readonly title: string;
  readonly tables: readonly TableDefinition[];
}

/** All tables, by what they tell of, in the order in which the help lists them. */
export const TABLE_GROUPS: readonly TableGroup[] = [
  {
    title: "Processors",
    tables: [
      cpuTable,
      cswitchTable,
      threadTable,
      cpuPreciseTable,
      readyingTable,
      waitsTable,
      dpcTable,
      dpcModuleTable,
      dpcHistogramTable,
      pmcTable,
      powerTable,
      frequencyTable,
    ],
  },
  {
    title: "Disks, files, registry, network",
    tables: [
      diskTable,
      diskUseTable,
      diskPriorityTable,
      driversTable,
      fileIoTable,
      hardFaultTable,
      registryTable,
      networkTable,
    ],
  },
  {
    title: "Memory and objects",
    tables: [
      memoryTable,
      workingSetTable,
      memoryListsTable,
      pageFaultTable,
      poolTable,
      heapTable,
      handlesTable,
      alpcTable,
      syscallsTable,
    ],
  },
  {
    title: "Processes and the system",
    tables: [processTable, imageTable, servicesTable, sysconfigTable, focusTable, marksTable, genericTable],
  },
  {
    title: "Boot, logon, shutdown, sleep",
    tables: [bootTable, bootUseTable, bootServicesTable, logonTable, shutdownTable, suspendTable],
  },
];

export const TABLES: readonly TableDefinition[] = TABLE_GROUPS.flatMap(({ tables }) => tables);
