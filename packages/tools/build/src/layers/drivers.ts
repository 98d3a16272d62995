import { addDrivers } from "@adk/image";
import * as z from "zod";
import { hostPath, strict } from "../manifest/fields.ts";
import { defineLayer } from "./layer.ts";

/** Adds drivers, all of them or none. */
export const drivers = defineLayer({
  schema: strict({
    kind: z.literal("drivers"),
    from: z
      .union([hostPath, z.array(hostPath).min(1)])
      .describe("INF files, or directories with drivers, relative to the manifest, in their order."),
    recurse: z.boolean().optional().describe("Look for INF files in directories below too."),
    forceUnsigned: z
      .boolean()
      .optional()
      .describe("Add drivers that are not signed, or not soundly; a 64-bit Windows does not load them."),
  }),

  describe: ({ from }) => `${[from].flat().join(", ")} -> driver store`,

  async apply({ from, recurse, forceUnsigned }, { changes, findings, operation, resolve, time }) {
    const paths = [from].flat().map(resolve);
    changes.hostDirectories.push(...paths);
    await addDrivers(changes, paths, { ...operation, time, findings, recurse, forceUnsigned });
  },
});
