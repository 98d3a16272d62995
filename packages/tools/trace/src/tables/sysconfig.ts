import { SystemConfiguration } from "../model/system-configuration.ts";
import type { Row, TableDefinition } from "./table.ts";

/** The system that was traced, as the fields of the kernel's events tell it. */
export const sysconfigTable: TableDefinition = {
  name: "sysconfig",
  title: "System Configuration",
  summary: "processors, disks, volumes, network adapters, devices, services, video of the system",
  needs: [{ event: "Windows Kernel/SystemConfig", keyword: "ProcessThread" }],
  collectors: [SystemConfiguration],
  columns: [
    { key: "category", label: "Category", type: "text" },
    { key: "item", label: "Item", type: "number" },
    { key: "property", label: "Property", type: "text" },
    { key: "value", label: "Value", type: "text" },
  ],
  *rows(analysis): Iterable<Row> {
    const byCategory = Map.groupBy(analysis.get(SystemConfiguration).items, ({ category }) => category);
    for (const [category, items] of byCategory) {
      for (const [item, { properties }] of items.entries()) {
        for (const [property, value] of properties) yield { category, item, property, value };
      }
    }
  },
};
